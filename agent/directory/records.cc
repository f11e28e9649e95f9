// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "agent/base/escape.h"
#include "agent/directory/read_records.h"
#include "agent/model/name_set.h"

namespace mfa {

using graph::Field;
using yaml::Node;

// Reads the file, record by record, and sees to what must stand in it once.
class RecordsBuilder {
 public:
  static Result<> read_users(const Field& list, RecordsBuilder& to) {
    return to.each(list, kMaxUserRecords, &RecordsBuilder::add_user);
  }
  static Result<> read_groups(const Field& list, RecordsBuilder& to) {
    return to.each(list, kMaxGroupRecords, &RecordsBuilder::add_group);
  }
  static Result<> read_devices(const Field& list, RecordsBuilder& to) {
    return to.each(list, kMaxDeviceRecords, &RecordsBuilder::add_device);
  }

  DirectoryRecords take() { return std::move(records_); }

 private:
  using Add = Result<> (RecordsBuilder::*)(const Field&);
  using Seen = std::unordered_set<std::string>;

  Result<> each(const Field& list, std::size_t most, Add add) {
    if (auto ok = yaml::expect_list(list.node, list.name, most); !ok) return ok;
    const std::string name = "an entry of " + std::string(list.name);
    for (const Node& item : list.node.items) {
      if (auto ok = (this->*add)({item, list.path, name}); !ok) return ok;
    }
    return {};
  }

  static tl::unexpected<Error> twice(const Node& node, std::string_view value) {
    return yaml::error_at(node.place,
                          fmt::format("{} stands here a second time; keep one "
                                      "of them",
                                      quoted(value, 64)));
  }

  // That `key`'s value, when it is there, was not seen before.
  static Result<> once(const Field& object, std::string_view key,
                       std::string value, Seen& seen) {
    const Node* node = graph::present(object.node, key);
    if (!node || seen.insert(std::move(value)).second) return {};
    return twice(*node, node->scalar);
  }

  Result<> add_user(const Field& object) {
    auto user = read_user_record(object);
    if (!user) return tl::unexpected(user.error());
    const UserRecord& record = user->record;
    if (auto ok = once(object, "account", user->account, accounts_); !ok) {
      return ok;
    }
    if (auto ok = once(object, "id", record.id, user_ids_); !ok) return ok;
    if (auto ok = once(object, "userPrincipalName",
                       lower_case(record.principal_name), principal_names_);
        !ok) {
      return ok;
    }
    records_.users_.emplace(std::move(user->account), std::move(user->record));
    return {};
  }

  Result<> add_group(const Field& object) {
    auto group = read_group_record(object);
    if (!group) return tl::unexpected(group.error());
    if (auto ok = once(object, "id", group->written, group_ids_); !ok) {
      return ok;
    }
    records_.groups_.push_back(std::move(*group));
    return {};
  }

  Result<> add_device(const Field& object) {
    auto device = read_device_record(object);
    if (!device) return tl::unexpected(device.error());
    const std::string& id = *device->device.text(DeviceText::device_id);
    if (auto ok = once(object, "deviceId", lower_case(id), device_ids_); !ok) {
      return ok;
    }
    const std::size_t index = records_.devices_.size();
    records_.devices_by_id_.emplace(id, index);
    if (auto ok = add_keys(object, device->ssh_keys, index); !ok) return ok;
    records_.devices_.push_back(std::move(*device));
    return {};
  }

  // A key that stands for two devices would stand for neither.
  Result<> add_keys(const Field& object, const std::vector<std::string>& keys,
                    std::size_t index) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (records_.devices_by_key_.emplace(keys[i], index).second) continue;
      return twice(graph::present(object.node, "sshKeys")->items[i], keys[i]);
    }
    return {};
  }

  DirectoryRecords records_;
  Seen accounts_;
  Seen user_ids_;
  Seen principal_names_;
  Seen group_ids_;
  Seen device_ids_;
};

namespace {

constexpr graph::Member<RecordsBuilder> kLists[] = {
    {"users", RecordsBuilder::read_users},
    {"groups", RecordsBuilder::read_groups},
    {"devices", RecordsBuilder::read_devices},
};

template <class Map>
auto found_in(const Map& map, std::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

bool holds(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool may_use(const DeviceRecord& device, const UserName& account) {
  return std::find(device.owners.begin(), device.owners.end(), account) !=
         device.owners.end();
}

}  // namespace

Result<DirectoryRecords> DirectoryRecords::parse(std::string_view text,
                                                 std::string_view file) {
  const auto root = yaml::parse(text, file, kMaxDirectoryFileBytes);
  if (!root) return tl::unexpected(root.error());
  RecordsBuilder builder;
  const Field top{*root, "", "the directory file"};
  if (auto ok = graph::read_members(top, kLists, builder); !ok) {
    return tl::unexpected(ok.error());
  }
  return builder.take();
}

const UserRecord* DirectoryRecords::user(const UserName& account) const {
  return found_in(users_, account.str());
}

const DeviceRecord* DirectoryRecords::device_by_id(std::string_view id) const {
  const std::size_t* index = found_in(devices_by_id_, id);
  return index ? &devices_[*index] : nullptr;
}

bool proves(const SshKey& key, const DeviceRecord& device) {
  if (holds(device.ssh_keys, key.fingerprint)) return true;
  return key.certificate &&
         device.device.text(DeviceText::device_id) == key.certificate->key_id &&
         holds(device.ssh_certificate_authorities, key.certificate->authority);
}

const DeviceRecord* DirectoryRecords::by_key(const SshKey& key) const {
  const std::size_t* index = found_in(devices_by_key_, key.fingerprint);
  return index ? &devices_[*index] : nullptr;
}

const DeviceRecord* DirectoryRecords::by_certificate(const SshKey& key) const {
  return key.certificate ? device_by_id(key.certificate->key_id) : nullptr;
}

std::vector<const DeviceRecord*> DirectoryRecords::proven_devices(
    const UserName& account, std::span<const SshKey> keys) const {
  std::vector<const DeviceRecord*> proven;
  for (const SshKey& key : keys) {
    for (const DeviceRecord* device : {by_key(key), by_certificate(key)}) {
      if (!device || !may_use(*device, account) || !proves(key, *device)) {
        continue;
      }
      if (std::find(proven.begin(), proven.end(), device) == proven.end()) {
        proven.push_back(device);
      }
    }
  }
  return proven;
}

}  // namespace mfa
