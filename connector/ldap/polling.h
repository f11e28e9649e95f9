// SPDX-License-Identifier: BSD-3-Clause
//
// The server is asked what has changed since the last time. What has changed
// and is no longer found as a person, group or device (deleted, moved, of
// another class) is gone; what went without a trace is found when everything
// is read again, every full_interval, or because containers are others than
// they were (containers.h).
#pragma once

#include "connector/ldap/delivery.h"
#include "connector/ldap/session.h"

namespace mfa::connector::ldap {

// What one poll asks for.
struct Poll {
  bool full = false;
  // Of what has changed, "(uSNChanged>=4711)", for entries of all kinds...
  std::string changed;
  // ...and to find people whose time has come, without a change; "": none.
  std::string expired;
  // What has changed and may be gone.
  SearchRequest gone;
  // All people and groups are listed by their ids; who is not among them is
  // gone.
  bool lists_ids = false;
  // Where the agent stands after this; "newest" is added where asked for.
  Token token;
  // The token gets the greatest modifyTimestamp that was seen.
  bool wants_newest = false;
};

// Brings what `poll` finds. full_wanted: so much that reading everything is
// cheaper.
Result<Refreshed> run_poll(const Session& session, Connection& connection,
                           Receiver& agent, std::uint64_t base, Poll poll);

// Token values that both ways of polling have.
inline constexpr char kReadInFull[] = "full";  // seconds since 1970
inline constexpr char kNewest[] = "newest";    // modifyTimestamp

std::int64_t seconds_since_1970(Instant instant);
// Whether that much time has passed since the token's value of this name.
bool is_due(const Session& session, const Token& token, const char* name,
            std::chrono::seconds interval);
// Everything has to be read again, to see what is gone.
bool is_full_due(const Session& session, const Token& token);

}  // namespace mfa::connector::ldap
