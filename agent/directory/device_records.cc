// SPDX-License-Identifier: BSD-3-Clause
//
// Devices of the directory file.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/readers.h"
#include "agent/directory/read_records.h"

namespace mfa {
namespace {

using graph::Field;
using yaml::Node;

// --- members that are not attributes -----------------------------------------

template <class T, class Read>
Result<> read_list(const Field& list, std::vector<T>& to, Read read) {
  if (auto ok = yaml::expect_list(list.node, list.name, kMaxDeviceListEntries);
      !ok) {
    return ok;
  }
  const std::string name = "an entry of " + std::string(list.name);
  for (const Node& item : list.node.items) {
    Result<T> value = read(Field{item, list.path, name});
    if (!value) return tl::unexpected(value.error());
    to.push_back(std::move(*value));
  }
  return {};
}

Result<> read_platform(const Field& field, DeviceRecord& to) {
  const auto platform = graph::read_word(field, graph_names<DevicePlatform>());
  if (!platform) return tl::unexpected(platform.error());
  to.platform = *platform;
  return {};
}

Result<> read_owners(const Field& field, DeviceRecord& to) {
  return read_list(field, to.owners, read_account);
}

// A line of a ".pub" file: name, key and, perhaps, a comment.
std::optional<SshKey> parse_public_key(std::string_view line) {
  const auto space = line.find(' ');
  if (space == line.npos) return std::nullopt;
  const std::string_view key = line.substr(space + 1);
  return SshKey::parse(line.substr(0, space), key.substr(0, key.find(' ')));
}

Result<std::string> read_fingerprint(const Field& field) {
  auto text = yaml::text(field.node, field.name, kMaxSshKeyText);
  if (!text || is_ssh_fingerprint(*text)) return text;
  const auto key = parse_public_key(*text);
  if (key && !key->certificate) return key->fingerprint;
  return yaml::error_at(
      field.node.place,
      fmt::format(
          "{} is {}; write {}", field.name,
          key ? std::string("a certificate") : quoted(*text, 64),
          key ? "the public key of the authority that signs, or the plain key"
              : "the SHA256:... that `ssh-keygen -lf KEY.pub` prints, or the "
                "line in KEY.pub"));
}

Result<> read_ssh_keys(const Field& field, DeviceRecord& to) {
  return read_list(field, to.ssh_keys, read_fingerprint);
}

Result<> read_authorities(const Field& field, DeviceRecord& to) {
  return read_list(field, to.ssh_certificate_authorities, read_fingerprint);
}

constexpr graph::Member<DeviceRecord> kMembers[] = {
    {"platform", read_platform},
    {"owners", read_owners},
    {"sshKeys", read_ssh_keys},
    {"sshCertificateAuthorities", read_authorities},
};

// --- attributes --------------------------------------------------------------

Result<std::string> read_trust_type(const Field& field) {
  const auto text = yaml::text(field.node, field.name, kMaxRecordTextBytes);
  if (!text) return text;
  if (const auto known = trust_type(*text)) return std::string(*known);
  return graph::unknown_word(field, *text, trust_types());
}

Result<> read_text_attribute(const Field& field, DeviceText attribute,
                             Device& to) {
  auto text = attribute == DeviceText::trust_type
                  ? read_trust_type(field)
                  : yaml::text(field.node, field.name, kMaxRecordTextBytes);
  if (!text) return tl::unexpected(text.error());
  to.text(attribute) = std::move(*text);
  return {};
}

Result<> read_list_attribute(const Field& field, DeviceList attribute,
                             Device& to) {
  if (!to.list(attribute).empty()) {
    return yaml::error_at(field.node.place,
                          fmt::format("{} stands here a second time, under "
                                      "another name; keep one of them",
                                      field.name));
  }
  return read_list(field, to.list(attribute), [](const Field& item) {
    return yaml::text(item.node, item.name, kMaxRecordTextBytes);
  });
}

Result<> read_attribute(const Field& field, const DeviceAttribute& attribute,
                        Device& to) {
  switch (attribute.kind) {
    case DeviceAttribute::Kind::text:
      return read_text_attribute(field, attribute.text, to);
    case DeviceAttribute::Kind::list:
      return read_list_attribute(field, attribute.list, to);
    case DeviceAttribute::Kind::truth:
      break;
  }
  const auto compliant = yaml::boolean(field.node, field.name);
  if (!compliant) return tl::unexpected(compliant.error());
  to.is_compliant = *compliant;
  return {};
}

Result<> read_attributes(const Field& object, Device& to) {
  for (const DeviceAttribute& attribute : device_attributes()) {
    const Node* node = graph::present(object.node, attribute.name);
    if (!node) continue;
    const std::string path = graph::member_path(object, attribute.name);
    if (auto ok = read_attribute({*node, path}, attribute, to); !ok) return ok;
  }
  return {};
}

// --- the whole ---------------------------------------------------------------

std::vector<std::string_view> known_keys() {
  std::vector<std::string_view> keys;
  for (const auto& attribute : device_attributes()) {
    keys.push_back(attribute.name);
  }
  for (const auto& member : kMembers) keys.push_back(member.key);
  return keys;
}

Result<> read_device_members(const Field& object, DeviceRecord& to) {
  static const std::vector<std::string_view> kKeys = known_keys();
  if (auto ok = graph::check_keys(object, kKeys); !ok) return ok;
  for (const auto& member : kMembers) {
    const Node* node = graph::present(object.node, member.key);
    if (!node) continue;
    const std::string path = graph::member_path(object, member.key);
    if (auto ok = member.read({*node, path}, to); !ok) return ok;
  }
  return read_attributes(object, to.device);
}

Result<> check_complete(const Field& object, const DeviceRecord& device) {
  if (!device.device.text(DeviceText::device_id)) {
    return graph::missing(object, "deviceId", "write Graph's deviceId");
  }
  if (device.owners.empty()) {
    return graph::missing(object, "owners",
                          "write the accounts that may use the device: "
                          "everybody's device is nobody's");
  }
  if (device.ssh_keys.empty() && device.ssh_certificate_authorities.empty()) {
    return graph::missing(object, "sshKeys",
                          "write the keys that prove the device, or who signs "
                          "its certificates (sshCertificateAuthorities)");
  }
  return {};
}

}  // namespace

Result<DeviceRecord> read_device_record(const Field& object) {
  DeviceRecord device;
  if (auto ok = read_device_members(object, device); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = check_complete(object, device); !ok) {
    return tl::unexpected(ok.error());
  }
  return device;
}

}  // namespace mfa
