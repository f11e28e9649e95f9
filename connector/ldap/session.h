// SPDX-License-Identifier: BSD-3-Clause
//
// What every way of learning changes is handed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connector/ldap/connection.h"
#include "connector/ldap/mapping.h"
#include "connector/ldap/token.h"
#include "connector/model/source.h"

namespace mfa::connector::ldap {

struct Session {
  const LdapConfig& config;
  const Mapping& mapping;
  const Clock& clock;
};

// Where the agent stands; a token of another mode is none.
struct Standing {
  std::uint64_t generation = 0;
  std::optional<Token> token;
  // What was brought before, also where everything is read again.
  std::optional<Token> before;
};

enum class Refreshed {
  done,
  full_wanted,  // the position is none that the server can go on from
  not_offered,  // the server cannot do it this way
};

}  // namespace mfa::connector::ldap
