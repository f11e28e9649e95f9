// SPDX-License-Identifier: BSD-3-Clause
//
// The control socket from the caller's side: what the agent answers, and what
// goes wrong in mfactl's own words.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "agent/base/result.h"
#include "mfactl/json.h"
#include "varlink/client.h"

namespace mfa::mfactl {

class Channel {
 public:
  static Result<Channel> open(const std::string& socket_path);

  // `method`: "ShowUser". One reply.
  Result<Json> call(const std::string& method, const Json& parameters);

  // As many replies as the agent sends; `take` sees each one.
  using Take = std::function<void(const Json&)>;
  Result<void> stream(const std::string& method, const Json& parameters,
                      const Take& take);

 private:
  Channel(varlink::Client agent, std::string path)
      : agent_(std::move(agent)), path_(std::move(path)) {}

  varlink::Client agent_;
  std::string path_;
};

}  // namespace mfa::mfactl
