// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/record_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "agent/base/escape.h"

namespace mfa {
namespace {

bool fits(std::string_view name) {
  return !name.empty() && name.size() <= kMaxDirectoryNameBytes;
}

template <class Names>
bool all_fit(const Names& names) {
  return std::all_of(names.begin(), names.end(),
                     [](const std::string& name) { return fits(name); });
}

Result<> too_long(std::string_view what, std::string_view id) {
  return error(ErrorKind::refused,
               fmt::format("{} {} has a name that is empty or longer than {} "
                           "bytes, or more than {} names",
                           what, quoted(id, 64), kMaxDirectoryNameBytes,
                           kMaxNamesOfRecord));
}

Result<> check(const DirectoryPerson& person) {
  if (fits(person.id) && person.names.size() <= kMaxNamesOfRecord &&
      all_fit(person.names) && all_fit(person.member_of) &&
      person.principal_name.size() <= kMaxDirectoryNameBytes) {
    return {};
  }
  return too_long("person", person.id);
}

Result<> check(const DirectoryGroup& group) {
  if (fits(group.id) && group.names.size() <= kMaxNamesOfRecord &&
      all_fit(group.names) && all_fit(group.members) &&
      all_fit(group.member_of) &&
      group.display_name.size() <= kMaxDirectoryNameBytes) {
    return {};
  }
  return too_long("group", group.id);
}

Result<> check(const DirectoryRisk& risk) {
  if (fits(risk.id) && risk.stamp.size() <= kMaxDirectoryNameBytes) return {};
  return too_long("the risk of", risk.id);
}

Result<> check(const DirectoryDevice& device) {
  const auto& id = device.device.text(DeviceText::device_id);
  if (id && fits(*id) && all_fit(device.owners) && all_fit(device.ssh_keys)) {
    return {};
  }
  return too_long("device", id.value_or(""));
}

Result<> check(const DirectoryRoleAssignment& assignment) {
  if (fits(assignment.role) && fits(assignment.principal)) return {};
  return too_long("the role", assignment.role);
}

template <class Records>
Result<> check_all(const Records& records) {
  for (const auto& record : records) {
    if (auto checked = check(record); !checked) return checked;
  }
  return {};
}

Result<> check_names(const std::vector<std::string>& names) {
  if (all_fit(names)) return {};
  return too_long("a list of names", "");
}

bool is_about(const change::Put& put, DirectoryKinds kinds) {
  using enum DirectoryKind;
  return (kinds.contains(people) ||
          (put.people.empty() && put.groups.empty())) &&
         (kinds.contains(roles) || put.roles.empty()) &&
         (kinds.contains(risks) || put.risks.empty()) &&
         (kinds.contains(devices) || put.devices.empty());
}

Result<> not_announced() {
  return error(ErrorKind::refused,
               "the generation was begun for other kinds of records than it "
               "brings");
}

struct CheckChange {
  DirectoryKinds kinds;

  Result<> operator()(const change::Put& put) const {
    if (!is_about(put, kinds)) return not_announced();
    auto checked = check_all(put.people);
    if (checked) checked = check_all(put.groups);
    if (checked) checked = check_all(put.risks);
    if (checked) checked = check_all(put.devices);
    if (checked) checked = check_all(put.roles);
    return checked;
  }
  Result<> operator()(const change::Remove& remove) const {
    if (!remove.roles.empty() && !kinds.contains(DirectoryKind::roles)) {
      return not_announced();
    }
    auto checked = check_names(remove.ids);
    return checked ? check_all(remove.roles) : checked;
  }
  Result<> operator()(const change::Members& members) const {
    if (!kinds.contains(DirectoryKind::people)) return not_announced();
    auto checked = check_names({members.group});
    if (checked) checked = check_names(members.add);
    return checked ? check_names(members.remove) : checked;
  }
  Result<> operator()(const change::Present& present) const {
    if (!kinds.contains(DirectoryKind::people)) return not_announced();
    return check_names(present.ids);
  }
  Result<> operator()(const change::Refused& refused) const {
    if (!kinds.contains(DirectoryKind::people)) return not_announced();
    for (const auto& person : refused.people) {
      if (person.id.size() > kMaxDirectoryNameBytes) {
        return too_long("person", person.id);
      }
    }
    return {};
  }
};

struct SizeOfChange {
  std::size_t operator()(const change::Put& put) const {
    std::size_t size = put.risks.size() + put.roles.size();
    for (const auto& person : put.people) {
      size += 1 + person.names.size() + person.member_of.size();
    }
    for (const auto& group : put.groups) {
      size += 1 + group.names.size() + group.members.size() +
              group.member_of.size();
    }
    for (const auto& device : put.devices) size += 1 + device.owners.size();
    return size;
  }
  std::size_t operator()(const change::Remove& remove) const {
    return remove.ids.size() + remove.roles.size();
  }
  std::size_t operator()(const change::Members& members) const {
    return members.add.size() + members.remove.size();
  }
  std::size_t operator()(const change::Present& present) const {
    return present.ids.size();
  }
  std::size_t operator()(const change::Refused& refused) const {
    return refused.people.size();
  }
};

}  // namespace

Result<> check_change(const Change& change, DirectoryKinds kinds) {
  return std::visit(CheckChange{kinds}, change);
}

Result<> check_counts(const CacheCounts& counts, const CacheLimits& limits) {
  const struct {
    std::int64_t count, most;
    const char* what;
  } rules[] = {
      {counts.people, limits.people, "people"},
      {counts.groups, limits.groups, "groups"},
      {counts.memberships, limits.memberships, "memberships"},
      {counts.roles, limits.roles, "role assignments"},
      {counts.risks, limits.risks, "risks"},
      {counts.devices, limits.devices, "devices"},
  };
  for (const auto& rule : rules) {
    if (rule.count <= rule.most) continue;
    return error(ErrorKind::refused,
                 fmt::format("the directory has more than {} {}, which is the "
                             "most that mfa-agent takes; let the connector "
                             "bring fewer",
                             rule.most, rule.what));
  }
  return {};
}

std::int64_t size_of(const Change& change) {
  return static_cast<std::int64_t>(std::visit(SizeOfChange{}, change));
}

}  // namespace mfa
