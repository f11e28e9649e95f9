// SPDX-License-Identifier: BSD-3-Clause
//
// One SOCK_SEQPACKET connection to the agent: bounded in time, deaf to
// signals, blind to descriptors, and leaving the host process as it was.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string_view>

#include "pam_module/deadline.h"
#include "pam_module/failure.h"
#include "wire/codec.h"
#include "wire/message.h"

namespace mfa::pam {

// A living agent accepts at once; a full backlog means it does not.
inline constexpr std::chrono::milliseconds kConnectTime{1000};
// A living agent needs milliseconds; this is for a disk that stalls.
inline constexpr std::chrono::milliseconds kReplyTime{3000};

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Call once.
  Failure open(std::string_view path, Deadline deadline);

  // The user on the other side when it listened; nullopt: not known.
  std::optional<uid_t> peer() const;

  Failure send(const wire::Message& message, Deadline deadline);

  struct Received {
    std::optional<wire::Message> message;
    Failure failure;  // when there is no message
  };
  // Waits at most kReplyTime, and not beyond the deadline.
  Received receive(Deadline deadline);

 private:
  int fd_ = -1;
  wire::Bytes buffer_;
};

}  // namespace mfa::pam
