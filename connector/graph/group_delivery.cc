// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/group_delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "agent/base/escape.h"
#include "connector/graph/people.h"

namespace mfa::connector::graph {
namespace {

std::size_t hash_of(const std::string& text) {
  return std::hash<std::string>()(text);
}

using Change = Result<> (Generation::*)(std::string, std::vector<std::string>);

// In calls that fit into messages.
Result<> tell_members(Generation& generation, Change change,
                      const std::string& group,
                      const std::vector<std::string>& members) {
  for (std::size_t begin = 0; begin < members.size();
       begin += kMaxMembersInCall) {
    const std::size_t end = std::min(begin + kMaxMembersInCall, members.size());
    const auto from = members.begin();
    auto done =
        (generation.*change)(group, {from + static_cast<std::ptrdiff_t>(begin),
                                     from + static_cast<std::ptrdiff_t>(end)});
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<> GroupDelivery::deliver(const Json& entry, const Place& place) {
  const auto removed = read_removed(entry, place);
  if (!removed) return tl::unexpected(removed.error());
  if (*removed) return remove(**removed);
  const auto change = read_group(entry, place);
  if (!change) return tl::unexpected(change.error());
  if (generation_.is_full()) return put(*change);
  // A name is only there if it is new, or the whole group is. To put the group
  // would take its members away: so they are fetched.
  if (change->display_name && !knows_name(*change)) {
    if (auto done = fetch_and_put(change->id); !done) return done;
  }
  return change_members(*change);
}

Result<> GroupDelivery::remove(const std::string& id) {
  if (const auto guid = parse_guid(id)) put_.erase(*guid);
  return generation_.tell(
      [&](Generation& generation) { return generation.remove(id); });
}

// In a full generation: the first part of a group makes it, others add to it.
Result<> GroupDelivery::put(const GroupChange& change) {
  const auto guid = parse_guid(change.id);
  const bool is_put = guid && put_.contains(*guid);
  if (is_put && (!change.display_name || knows_name(change))) {
    return change_members(change);
  }
  if (is_put || !change.display_name) {
    if (auto done = fetch_and_put(change.id); !done) return done;
    return change_members(change);
  }
  Group group;
  group.id = change.id;
  group.display_name = change.display_name;
  auto done = generation_.tell(
      [&](Generation& generation) { return generation.put(std::move(group)); });
  if (!done) return done;
  if (done = remember(change.id, *change.display_name); !done) return done;
  return change_members(change);
}

Result<> GroupDelivery::fetch_and_put(const std::string& id) {
  const std::string url = tenant_.base_url + "groups/" + percent_encoded(id);
  ApiCall call;
  call.url = url + "?$select=id,displayName";
  const auto answer = tenant_.api.call(call);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->status == 404) return remove(id);  // gone since
  if (!answer->is_good()) return error(ErrorKind::malformed, answer->what);
  Members members(answer->body, {"groups", std::nullopt});
  Group group;
  group.id = members.text("id");
  group.display_name = usable_name(members.text("displayName"));
  if (auto good = members.verdict(); !good) return good;
  const std::string name = *group.display_name;
  auto done = generation_.tell(
      [&](Generation& generation) { return generation.put(std::move(group)); });
  if (!done) return done;
  if (done = remember(id, name); !done) return done;
  return fetch_members(id);
}

Result<> GroupDelivery::fetch_members(const std::string& id) {
  Walk walk;
  walk.resource = "groups/members";
  walk.first_link = fmt::format("{}groups/{}/members?$select=id&$top=999",
                                tenant_.base_url, percent_encoded(id));
  GroupChange found;
  found.id = id;
  const auto flush = [&] {
    auto done = change_members(found);
    found.added.clear();
    return done;
  };
  const auto on_entry = [&](const Json& entry, const Place& place) -> Result<> {
    auto member = read_id(entry, place);
    if (!member) return tl::unexpected(member.error());
    found.added.push_back(std::move(*member));
    return found.added.size() < kMaxMembersInCall ? Result<>() : flush();
  };
  const auto end = walk_pages(tenant_.api, tenant_.origin, walk, on_entry);
  if (!end) return tl::unexpected(end.error());
  if (end->how == WalkEnd::How::not_found) return remove(id);
  if (end->how != WalkEnd::How::complete) {
    return error(ErrorKind::refused, end->what);
  }
  return flush();
}

Result<> GroupDelivery::change_members(const GroupChange& change) {
  if (change.added.empty() && change.removed.empty()) return {};
  return generation_.tell([&](Generation& generation) -> Result<> {
    auto done = tell_members(generation, &Generation::add_members, change.id,
                             change.added);
    if (!done) return done;
    return tell_members(generation, &Generation::remove_members, change.id,
                        change.removed);
  });
}

bool GroupDelivery::knows_name(const GroupChange& change) const {
  const auto guid = parse_guid(change.id);
  const auto found = guid ? put_.find(*guid) : put_.end();
  return found != put_.end() && found->second == hash_of(*change.display_name);
}

Result<> GroupDelivery::remember(const std::string& id,
                                 const std::string& display_name) {
  const auto guid = parse_guid(id);
  if (!guid) {
    return error(ErrorKind::malformed,
                 fmt::format("groups/delta: {} is no id", mfa::quoted(id, 64)));
  }
  put_[*guid] = hash_of(display_name);
  if (put_.size() <= kMaxGroups) return {};
  return error(ErrorKind::malformed,
               fmt::format("groups/delta: more than {} groups", kMaxGroups));
}

}  // namespace mfa::connector::graph
