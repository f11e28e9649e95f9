// SPDX-License-Identifier: BSD-3-Clause
//
// The control socket from the caller's side: Varlink calls to the agent.
#pragma once

#include <functional>
#include <string>

#include "agent/base/result.h"
#include "agent/base/unique_fd.h"
#include "mfactl/json.h"
#include "wire/secret.h"

namespace mfa::mfactl {

class Channel {
 public:
  // Only a peer that is root, mfa-agent or this very user is spoken to:
  // anybody else could have put a socket there to read new secrets.
  static Result<Channel> open(const std::string& socket_path);

  // `method`: "ShowUser". One reply.
  Result<Json> call(const std::string& method, const Json& parameters);

  // As many replies as the agent sends; `take` sees each one.
  using Take = std::function<void(const Json&)>;
  Result<void> stream(const std::string& method, const Json& parameters,
                      const Take& take);

  Channel(Channel&&) = default;
  Channel& operator=(Channel&&) = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() { wipe(received_); }

 private:
  Channel(UniqueFd fd, std::string path)
      : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<void> send(const Json& message);
  // `patient`: the next reply may come at any time, or never.
  Result<Json> receive(bool patient);
  Result<std::string> receive_message(bool patient);

  UniqueFd fd_;
  std::string path_;
  std::string received_;  // may hold a secret
};

}  // namespace mfa::mfactl
