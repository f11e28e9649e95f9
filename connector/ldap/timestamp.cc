// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/timestamp.h"

#include <fmt/format.h>

#include "connector/ldap/account_state.h"

namespace mfa::connector::ldap {
namespace {

constexpr char kListed[] = "listed";  // seconds since 1970

Instant after(Instant newest, std::chrono::seconds since_newest) {
  return since_newest < kOverlap ? newest - kOverlap
                                 : newest + std::chrono::seconds(1);
}

}  // namespace

Poll plan_timestamp(const Session& session, const std::optional<Token>& token,
                    std::chrono::seconds since_newest) {
  Poll poll;
  poll.wants_newest = true;
  poll.token.mode = kTimestamp;
  const auto now = std::to_string(seconds_since_1970(session.clock.now().wall));
  const auto newest =
      token ? parse_generalized_time(token->value(kNewest)) : std::nullopt;
  if (!newest || is_full_due(session, *token)) {
    poll.full = true;
    poll.token.values[kReadInFull] = now;
    poll.token.values[kListed] = now;
    return poll;
  }
  poll.token.values = token->values;
  poll.lists_ids = is_due(session, *token, kListed, kListingInterval);
  if (poll.lists_ids) poll.token.values[kListed] = now;
  const Instant from =
      poll.lists_ids ? *newest - kLongOverlap : after(*newest, since_newest);
  poll.changed =
      fmt::format("({}>={})", kChangeTime, to_generalized_time(from));
  poll.gone.base = session.config.base;
  poll.gone.filter = poll.changed;
  poll.gone.attributes = session.mapping.id;
  return poll;
}

}  // namespace mfa::connector::ldap
