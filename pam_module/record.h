// SPDX-License-Identifier: BSD-3-Clause
//
// What the authentication phase leaves in the PAM handle for the account
// phase of the same process.
#pragma once

#include <security/pam_modules.h>

#include <cstdint>
#include <optional>
#include <string>

#include "wire/message.h"

namespace mfa::pam {

struct Record {
  enum class State : std::uint8_t {
    denied,     // also while the authentication phase still runs
    allowed,    // by the agent
    emergency,  // by emergency_user=, without the agent
  };
  State state = State::denied;
  std::string user;
  std::string service;
  std::optional<wire::CommitToken> commit_token;
  std::string correlation_id;
  bool password_due = false;  // a policy wants a new one, said in account
};

// Replaces what was kept. Returns a PAM code; after a failure the earlier
// record, if any, is still there.
int keep_record(pam_handle_t* pamh, Record record);

// nullptr: the authentication phase never ran in this handle.
const Record* find_record(pam_handle_t* pamh);

}  // namespace mfa::pam
