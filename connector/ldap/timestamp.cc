// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/timestamp.h"

#include <fmt/format.h>

#include "connector/ldap/account_state.h"

namespace mfa::connector::ldap {

Poll plan_timestamp(const Session& session, const std::optional<Token>& token,
                    std::chrono::seconds since_newest) {
  Poll poll;
  poll.wants_newest = true;
  poll.token.mode = kTimestamp;
  const auto newest =
      token ? parse_generalized_time(token->value(kNewest)) : std::nullopt;
  if (!newest || is_full_due(session, *token)) {
    poll.full = true;
    const Instant now = session.clock.now().wall;
    poll.token.values[kReadInFull] = std::to_string(seconds_since_1970(now));
    return poll;
  }
  poll.token.values = token->values;
  const Instant from = since_newest < kOverlap
                           ? *newest - kOverlap
                           : *newest + std::chrono::seconds(1);
  poll.changed =
      fmt::format("({}>={})", kChangeTime, to_generalized_time(from));
  poll.gone.base = session.config.base;
  poll.gone.filter = poll.changed;
  poll.gone.attributes = session.mapping.id;
  return poll;
}

}  // namespace mfa::connector::ldap
