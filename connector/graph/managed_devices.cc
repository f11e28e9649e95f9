// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/managed_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "connector/graph/lists.h"

namespace mfa::connector::graph {

Result<> ManagedDevices::add(const ManagedDevice& device) {
  const auto id = parse_guid(device.device_id);
  // Intune writes zeros for a device that the directory does not know.
  if (!id || *id == Guid{}) return {};
  if (entries_.size() == kMaxManagedDevices) {
    return error(ErrorKind::malformed, fmt::format("managedDevices: more than "
                                                   "{}",
                                                   kMaxManagedDevices));
  }
  Entry entry{*id, {}, false, device.is_compliant};
  if (const auto user = parse_guid(device.user_id)) {
    entry.user = *user;
    entry.has_user = *user != Guid{};
  }
  entries_.push_back(entry);
  return {};
}

void ManagedDevices::sort() {
  std::ranges::stable_sort(entries_, {}, &Entry::device);
}

// A device that was enrolled twice has two entries; it is compliant if no
// entry says that it is not.
void ManagedDevices::apply(Device& device) const {
  const auto id = parse_guid(device.device_id);
  if (!id) return;
  bool is_first = true;
  // Not equal_range: clang 14 does not understand what it returns.
  auto entry = std::ranges::lower_bound(entries_, *id, {}, &Entry::device);
  for (; entry != entries_.end() && entry->device == *id; ++entry) {
    const auto before = device.is_compliant;
    apply(*entry, device);
    if (!is_first && before == false) device.is_compliant = false;
    is_first = false;
  }
}

void ManagedDevices::apply(const Entry& entry, Device& device) {
  if (entry.is_compliant) device.is_compliant = entry.is_compliant;
  if (!entry.has_user) return;
  const std::string user = to_text(entry.user);
  if (std::ranges::find(device.owners, user) == device.owners.end()) {
    device.owners.push_back(user);
  }
}

}  // namespace mfa::connector::graph
