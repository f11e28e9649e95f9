// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/usn.h"

#include <fmt/format.h>

#include <algorithm>

#include "connector/ldap/account_state.h"
#include "connector/ldap/binary_ids.h"
#include "connector/ldap/containers.h"
#include "connector/ldap/search.h"

namespace mfa::connector::ldap {
namespace {

constexpr char kController[] = "controller";  // invocationId
constexpr char kChange[] = "change";  // the last uSNChanged that we have
constexpr char kPolled[] = "polled";  // when; a Windows time

constexpr char kAccountExpires[] = "accountExpires";

Result<std::string> read_controller(Connection& connection,
                                    const RootDse& root) {
  std::optional<std::string> id;
  const auto read = search_one(connection, root.service_name, {"invocationId"},
                               [&](const Entry& entry) -> Result<> {
                                 id = guid_text(entry.first("invocationId"));
                                 return {};
                               });
  if (!read) return tl::unexpected(read.error());
  if (id && root.highest_change > 0) return *id;
  return tl::unexpected(connection.malformed(
      "no highestCommittedUSN or invocationId: not an Active Directory domain "
      "controller; set sync to another value"));
}

// A number that went backwards is one of another history.
bool can_go_on(const Session& session, const Token& token,
               const std::string& controller, const RootDse& root) {
  const auto change = parse_number(token.value(kChange));
  return token.value(kController) == controller && change &&
         *change <= root.highest_change && !is_full_due(session, token);
}

// An account that expires does not change.
std::string expired_since(const Session& session, const Token& token,
                          std::int64_t now) {
  const auto last = parse_number(token.value(kPolled));
  const auto& names = session.mapping.disabled;
  const bool wanted = std::ranges::any_of(
      names, [](const auto& name) { return same_name(name, kAccountExpires); });
  if (!wanted || !last) return {};
  return fmt::format("(&({0}>={1})({0}<={2}))", kAccountExpires, *last, now);
}

}  // namespace

Result<Poll> plan_usn(const Session& session, Connection& connection,
                      const RootDse& root, const std::optional<Token>& token) {
  const auto controller = read_controller(connection, root);
  if (!controller) return tl::unexpected(controller.error());
  const Instant now = session.clock.now().wall;
  Poll poll;
  poll.token.mode = kUsn;
  poll.token.values[kController] = *controller;
  poll.token.values[kChange] = std::to_string(root.highest_change);
  poll.token.values[kPolled] = std::to_string(to_file_time(now));
  if (!token || !can_go_on(session, *token, *controller, root)) {
    poll.full = true;
    poll.token.values[kReadInFull] = std::to_string(seconds_since_1970(now));
    return poll;
  }
  for (const char* name : {kReadInFull, kContainers}) {
    poll.token.values[name] = token->value(name);
  }
  const auto last = parse_number(token->value(kChange)).value_or(0);
  poll.changed = fmt::format("({}>={})", kChangeNumber, last + 1);
  poll.expired = expired_since(session, *token, to_file_time(now));
  // The whole domain: what was moved out of the base, and what was deleted,
  // where we may see that.
  poll.gone.base = root.naming_context;
  poll.gone.filter = fmt::format(
      "(&(|(objectClass=person)(objectClass=group)){})", poll.changed);
  poll.gone.attributes = session.mapping.id;
  poll.gone.controls = {{LDAP_CONTROL_X_SHOW_DELETED, std::nullopt, false}};
  return poll;
}

}  // namespace mfa::connector::ldap
