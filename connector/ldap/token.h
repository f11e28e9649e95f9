// SPDX-License-Identifier: BSD-3-Clause
//
// Where a source stands in the directory's history, as the text that the agent
// keeps for us with every generation:
//   mfa-ldap/1;mode=syncrepl;people=7269...;groups=...
// That the question was another one then (base, filter, attributes) is told
// from it elsewhere (connector/agent/agent_link.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mfa::connector::ldap {

struct Token {
  std::string mode;
  // Cookies (in hex), times, numbers: letters, digits, "-", "." and ":".
  std::map<std::string, std::string> values;

  // "": none.
  std::string value(const std::string& name) const;
};

std::string to_text(const Token& token);
// nullopt: of another version, or not ours.
std::optional<Token> parse_token(std::string_view text);

}  // namespace mfa::connector::ldap
