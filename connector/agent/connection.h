// SPDX-License-Identifier: BSD-3-Clause
//
// One connection to connector.sock, with what goes wrong in words for the
// connector's log.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/result.h"
#include "varlink/client.h"

namespace mfa::connector {

using varlink::Json;

// The agent answers a batch within a few commits of its cache; and a commit of
// a million people while it makes the new file durable.
inline constexpr std::chrono::milliseconds kCallDeadline =
    std::chrono::minutes(2);
inline constexpr std::chrono::milliseconds kCommitDeadline =
    std::chrono::minutes(10);

class Connection {
 public:
  static Result<Connection> open(const std::string& socket_path);

  // `method`: "Begin".
  Result<Json> call(std::string_view method, const Json& parameters);
  // The same with parameters that are already JSON text, an object.
  Result<Json> call_with_text(std::string_view method,
                              std::string_view parameters,
                              std::chrono::milliseconds deadline);

  Result<> begin_stream(std::string_view method);
  // The next reply's parameters, which has arrived in part at least.
  Result<Json> next_reply();

  int fd() const { return agent_.fd(); }
  // Something to read has arrived.
  bool has_reply() const;

  // The connection is of no use any more.
  bool is_broken() const { return is_broken_; }
  // Between calls: broken, or closed by the agent.
  bool is_stale() const { return is_broken_ || agent_.is_stale(); }

 private:
  Connection(varlink::Client agent, std::string path)
      : agent_(std::move(agent)), path_(std::move(path)) {}
  template <class T>
  Result<T> checked(varlink::CallResult<T> result);

  varlink::Client agent_;
  std::string path_;
  bool is_broken_ = false;
};

}  // namespace mfa::connector
