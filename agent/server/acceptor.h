// SPDX-License-Identifier: BSD-3-Clause
//
// Accepts connections on one of the agent's sockets and hands them on.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"
#include "agent/server/listening_socket.h"

namespace mfa {

class Acceptor {
 public:
  // `type`: SOCK_SEQPACKET or SOCK_STREAM.
  Acceptor(asio::any_io_executor executor, int type,
           std::function<void(UniqueFd)> welcome);

  // Uses `given` if it holds a socket (systemd's), else binds `path`.
  Result<> open(UniqueFd given, const std::string& path);

  asio::awaitable<void> run();

  // Binds the path anew if somebody removed the socket (hostile input 44).
  void mend();
  // Ends run() and removes the socket's path.
  void stop();

 private:
  Result<> watch(ListeningSocket socket);
  // Accepts a batch. False: no descriptor was left.
  bool accept_some();
  void welcome(UniqueFd fd);

  int type_;
  std::function<void(UniqueFd)> welcome_;
  std::string path_;
  ListeningSocket socket_;
  // A duplicate of socket_'s descriptor for the event loop.
  asio::posix::stream_descriptor watched_;
  UniqueFd spare_;  // given up for a moment when descriptors run out
  bool stopped_ = false;
};

}  // namespace mfa
