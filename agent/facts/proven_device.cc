// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/proven_device.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "agent/model/name_set.h"

namespace mfa {
namespace {

// As the directory file would say it. Of a device with keys of its own no
// certificate is taken, as the directory says how it proves itself.
DeviceRecord record_of(const DirectoryDevice& device, const Person& person,
                       const Config& config) {
  DeviceRecord record;
  record.device = believed(device, person);
  record.platform = device.platform;
  record.owners = {person.name};
  record.ssh_keys = device.ssh_keys;
  if (device.ssh_keys.empty()) {
    record.ssh_certificate_authorities = config.device_certificate_authorities;
  }
  return record;
}

std::string id_of(const Device& device) {
  return lower_case(device.text(DeviceText::device_id).value_or(""));
}

bool any_proves(std::span<const SshKey> keys, const DeviceRecord& device) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const SshKey& key) { return proves(key, device); });
}

// Devices that are disabled are none: their keys may be in anybody's hands.
std::vector<DeviceRecord> central_devices(const Person& person,
                                          std::span<const SshKey> keys,
                                          const Config& config) {
  std::vector<DeviceRecord> proven;
  if (!person.central) return proven;
  for (const DirectoryDevice& device : person.central->devices) {
    if (!device.enabled) continue;
    DeviceRecord record = record_of(device, person, config);
    if (any_proves(keys, record)) proven.push_back(std::move(record));
  }
  return proven;
}

bool is_disabled(const Person& person, const DeviceRecord& device) {
  const auto* central = central_device(person, id_of(device.device));
  return central && !central->enabled;
}

}  // namespace

std::optional<DeviceRecord> proven_device(const Person& person,
                                          std::span<const SshKey> keys,
                                          const Rules& rules) {
  auto proven = central_devices(person, keys, rules.config);
  for (const DeviceRecord* written :
       rules.records.proven_devices(person.name, keys)) {
    const bool is_known = std::any_of(
        proven.begin(), proven.end(), [&](const DeviceRecord& device) {
          return id_of(device.device) == id_of(written->device);
        });
    if (!is_known && !is_disabled(person, *written)) proven.push_back(*written);
  }
  if (proven.size() != 1) return std::nullopt;
  return std::move(proven.front());
}

const DirectoryDevice* central_device(const Person& person,
                                      std::string_view device_id) {
  if (!person.central) return nullptr;
  const std::string id = lower_case(device_id);
  const DirectoryDevice* found = nullptr;
  for (const DirectoryDevice& device : person.central->devices) {
    if (id_of(device.device) != id) continue;
    // By ids that differ in case: the disabled one counts.
    if (!found || !device.enabled) found = &device;
  }
  return found;
}

Device believed(const DirectoryDevice& device, const Person& person) {
  Device is = device.device;
  if (!person.central->devices_are_fresh) {
    is.is_compliant.reset();
    is.text(DeviceText::trust_type).reset();
  }
  return is;
}

}  // namespace mfa
