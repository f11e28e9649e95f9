// SPDX-License-Identifier: BSD-3-Clause
//
// An agent at the other end of connector.sock that takes what it is given,
// unless a test says otherwise.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connector/agent/agent_link.h"
#include "tests/unit/varlink/scripted_server.h"

namespace mfa::test {

class ScriptedAgent {
 public:
  // Parameters of what `method` answers from now on.
  void answer(const std::string& method, const Json& parameters) {
    answers_[method] = reply(parameters);
  }
  void answer_with_error(const std::string& method, const std::string& name,
                         const Json& parameters) {
    answers_[method] = error_reply(name, parameters);
  }
  void hang_up_on(const std::string& method) { answers_[method].reset(); }

  connector::AgentLink link(std::function<void()> alive = [] {}) {
    return connector::AgentLink({server.path(), "ldap:dc=example", "print"},
                                std::move(alive));
  }

 private:
  std::optional<std::string> answer_to(const Json& request) {
    const std::string method = request["method"];
    const auto found = answers_.find(method.substr(method.rfind('.') + 1));
    return found == answers_.end() ? reply(Json::object()) : found->second;
  }

  std::map<std::string, std::optional<std::string>> answers_ = {
      {"GetState", reply({{"source", nullptr}, {"generation", 0}})},
      {"Begin", reply({{"generation", 1}})},
      {"Commit", reply({{"generation", 1}})},
      {"Work", ""}};

 public:
  ScriptedServer server{
      [this](const Json& request) { return answer_to(request); }};
};

}  // namespace mfa::test
