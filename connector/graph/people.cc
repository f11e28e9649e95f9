// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/people.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "connector/graph/delta_token.h"
#include "connector/graph/group_delivery.h"
#include "connector/graph/link.h"
#include "connector/graph/read_records.h"

namespace mfa::connector::graph {
namespace {

using How = WalkEnd::How;

class UserDelivery {
 public:
  UserDelivery(const Tenant& tenant, OpenGeneration& generation)
      : tenant_(tenant), generation_(generation) {}

  Result<> deliver(const Json& entry, const Place& place) {
    const auto removed = read_removed(entry, place);
    if (!removed) return tl::unexpected(removed.error());
    if (*removed) return remove(**removed);
    return is_whole_user(entry) ? put(entry, place) : fetch(entry, place);
  }

 private:
  Result<> remove(const std::string& id) {
    return generation_.tell(
        [&](Generation& generation) { return generation.remove(id); });
  }

  Result<> put(const Json& user, const Place& place) {
    auto person = read_user(user, place, tenant_.config.account_property);
    if (!person) return tl::unexpected(person.error());
    return generation_.tell([&](Generation& generation) {
      return generation.put(std::move(*person));
    });
  }

  // A delta may tell of nothing but what has changed; half a person is none.
  Result<> fetch(const Json& entry, const Place& place) {
    const auto id = read_id(entry, place);
    if (!id) return tl::unexpected(id.error());
    ApiCall call;
    call.url = fmt::format("{}users/{}?$select={}", tenant_.base_url,
                           percent_encoded(*id),
                           user_properties(tenant_.config.account_property));
    const auto answer = tenant_.api.call(call);
    if (!answer) return tl::unexpected(answer.error());
    if (answer->status == 404) return remove(*id);  // gone since
    if (!answer->is_good()) return error(ErrorKind::malformed, answer->what);
    return put(answer->body, {"users", std::nullopt});
  }

  const Tenant& tenant_;
  OpenGeneration& generation_;
};

// With what a token is of use: the same server and the same properties.
std::string question(const Tenant& tenant) {
  return fmt::format("{} {} {}", tenant.origin,
                     user_properties(tenant.config.account_property),
                     tenant.config.account_property);
}

Walk users_walk(const Tenant& tenant, const std::optional<DeltaToken>& old) {
  Walk walk;
  walk.resource = "users/delta";
  walk.is_delta = true;
  walk.first_link =
      old ? old->users.link
          : fmt::format("{}users/delta?$select={}", tenant.base_url,
                        user_properties(tenant.config.account_property));
  return walk;
}

Walk groups_walk(const Tenant& tenant, const std::optional<DeltaToken>& old) {
  Walk walk;
  walk.resource = "groups/delta";
  walk.is_delta = true;
  // Else a group whose members have changed also tells its old name, and no
  // one could know that it is the old one.
  walk.headers = {"Prefer: return=minimal"};
  walk.first_link = old ? old->groups.link
                        : fmt::format("{}groups/delta?$select={}",
                                      tenant.base_url, kGroupProperties);
  return walk;
}

// Both walks; on to where the next ones begin. Nothing is committed.
Result<WalkEnd> walk_both(const Tenant& tenant, OpenGeneration& generation,
                          const std::optional<DeltaToken>& old,
                          DeltaToken& next) {
  UserDelivery users(tenant, generation);
  GroupDelivery groups(tenant, generation);
  next.question = question(tenant);
  next.users.born = tenant.clock.now().wall;
  auto end = walk_pages(
      tenant.api, tenant.origin, users_walk(tenant, old),
      [&](const Json& e, const Place& p) { return users.deliver(e, p); });
  if (!end || end->how != How::complete) return end;
  next.users.link = std::move(end->delta_link);
  next.groups.born = tenant.clock.now().wall;
  end = walk_pages(
      tenant.api, tenant.origin, groups_walk(tenant, old),
      [&](const Json& e, const Place& p) { return groups.deliver(e, p); });
  if (end) next.groups.link = std::move(end->delta_link);
  return end;
}

Result<> finish(const Tenant& tenant, Destination& to,
                OpenGeneration& generation,
                const std::optional<DeltaToken>& old, const DeltaToken& next) {
  const bool is_fresh =
      old &&
      tenant.clock.now().wall - std::min(old->users.born, old->groups.born) <
          kDeltaTokenRenewal;
  // Nothing has changed, and the token that the agent has will do.
  if (!generation.is_open() && is_fresh) {
    return to.agent.up_to_date({Kind::people});
  }
  return generation.commit(write_delta_token(next));
}

Result<WalkEnd> bring(const Tenant& tenant, Destination& to,
                      const std::optional<DeltaToken>& old) {
  OpenGeneration generation(to, Kind::people, !old.has_value());
  DeltaToken next;
  auto end = walk_both(tenant, generation, old, next);
  if (!end || end->how != How::complete) return end;
  if (auto done = finish(tenant, to, generation, old, next); !done) {
    return tl::unexpected(done.error());
  }
  return end;
}

// The access token goes where these links lead.
std::optional<DeltaToken> usable_token(const Tenant& tenant,
                                       const Position& position) {
  auto token = read_delta_token(position.token.value_or(kNoDeltaToken),
                                question(tenant), tenant.clock.now().wall);
  if (token && check_link(token->users.link, tenant.origin) &&
      check_link(token->groups.link, tenant.origin)) {
    return token;
  }
  return std::nullopt;
}

}  // namespace

Result<WalkEnd> bring_people(const Tenant& tenant, Destination& to) {
  const auto old = usable_token(tenant, to.position);
  if (old) {
    auto end = bring(tenant, to, old);
    if (!end || end->how != How::resync) return end;
  }
  auto end = bring(tenant, to, std::nullopt);
  if (end && (end->how == How::resync || end->how == How::not_found)) {
    return error(ErrorKind::unavailable,
                 "while everything was being read: " + end->what);
  }
  return end;
}

}  // namespace mfa::connector::graph
