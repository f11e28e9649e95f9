// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include "agent/base/escape.h"
#include "agent/control/connector_records.h"
#include "agent/control/member_reader.h"
#include "agent/model/name_set.h"
#include "agent/model/ssh_key.h"

namespace mfa::control {
namespace {

struct TextMember {
  std::string_view member;
  DeviceText attribute;
};
constexpr TextMember kTexts[] = {
    {"displayName", DeviceText::display_name},
    {"operatingSystem", DeviceText::operating_system},
    {"operatingSystemVersion", DeviceText::operating_system_version},
    {"manufacturer", DeviceText::manufacturer},
    {"model", DeviceText::model},
};

// How Graph's operatingSystem begins, in lower case. Longer beginnings stand
// before shorter ones.
struct System {
  std::string_view begins;
  DevicePlatform platform;
};
constexpr System kSystems[] = {
    {"windowsphone", DevicePlatform::windows_phone},
    {"windows phone", DevicePlatform::windows_phone},
    {"windows", DevicePlatform::windows},
    {"linux", DevicePlatform::linux_os},
    {"mac", DevicePlatform::macos},
    {"android", DevicePlatform::android},
    {"ios", DevicePlatform::ios},
    {"ipad", DevicePlatform::ios},
    {"iphone", DevicePlatform::ios},
};

// nullopt: a system that policies have no word for.
std::optional<DevicePlatform> platform_of(const std::string& system) {
  const std::string lower = lower_case(system);
  for (const System& known : kSystems) {
    if (lower.starts_with(known.begins)) return known.platform;
  }
  return std::nullopt;
}

void read_trust_type(MemberReader& in, Device& device) {
  const auto text = in.optional_text("trustType");
  if (!text) return;
  const auto known = trust_type(*text);
  if (!known) {
    in.fail("trustType", mfa::quoted(*text, 64) + " is not known");
    return;
  }
  device.text(DeviceText::trust_type) = std::string(*known);
}

// "extensionAttribute1" to 15, and nothing else.
void read_extensions(MemberReader& in, Device& device) {
  constexpr std::string_view kMember = "extensionAttributes";
  const Json* extensions = in.object(kMember);
  if (!extensions) return;
  MemberReader inner(*extensions);
  for (const DeviceAttribute& attribute : device_attributes()) {
    const bool is_extension =
        attribute.kind == DeviceAttribute::Kind::text &&
        attribute.text >= DeviceText::extension_attribute_1;
    if (!is_extension) continue;
    device.text(attribute.text) = inner.optional_text(attribute.name);
  }
  if (const auto ok = inner.end(); !ok) in.fail(kMember, ok.error().what);
}

std::vector<std::string> read_keys(MemberReader& in) {
  auto keys = in.names("sshKeys", kMaxRecordKeys);
  for (const std::string& key : keys) {
    if (is_ssh_fingerprint(key)) continue;
    in.fail("sshKeys", mfa::quoted(key, 64) +
                           " is no fingerprint as ssh-keygen -l prints it");
  }
  return keys;
}

}  // namespace

Result<DirectoryDevice> read_device(const Json& json) {
  MemberReader in(json);
  DirectoryDevice record;
  Device& device = record.device;
  device.text(DeviceText::device_id) = in.name("deviceId");
  for (const TextMember& text : kTexts) {
    device.text(text.attribute) = in.optional_text(text.member);
  }
  record.enabled = in.truth("accountEnabled");
  device.is_compliant = in.optional_truth("isCompliant");
  read_trust_type(in, device);
  read_extensions(in, device);
  record.platform =
      platform_of(device.text(DeviceText::operating_system).value_or(""));
  record.owners = in.names("owners", kMaxRecordOwners);
  record.ssh_keys = read_keys(in);
  if (auto ok = in.end(); !ok) return tl::unexpected(std::move(ok.error()));
  return record;
}

}  // namespace mfa::control
