// SPDX-License-Identifier: BSD-3-Clause
//
// Speaks the sign-in protocol as the module does, without PAM: for holding
// dialogs open and for dying in the middle of one.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "agent/base/unique_fd.h"
#include "wire/message.h"

namespace mfa::harness {

class WireClient {
 public:
  // nullopt: nobody listens there. No send or receive waits longer than
  // `patience`.
  static std::optional<WireClient> connect(const std::string& socket,
                                           std::chrono::milliseconds patience);

  bool send(const wire::Message& message) const;
  // nullopt: the agent has gone, was too slow, or sent what does not decode.
  std::optional<wire::Message> receive() const;

  // BEGIN for the auth phase of an sshd, and the ASK that comes back; nullopt
  // when anything else does.
  std::optional<wire::Ask> begin(const std::string& user,
                                 const std::string& rhost) const;
  // ANSWER, and whatever comes back.
  std::optional<wire::Message> answer(const wire::Ask& ask,
                                      const std::string& code) const;
  bool send_answer(const wire::Ask& ask, const std::string& code) const;

  void close() { fd_.reset(); }

 private:
  explicit WireClient(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace mfa::harness
