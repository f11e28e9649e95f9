// SPDX-License-Identifier: BSD-3-Clause
//
// What the directory knows of the device a person signs in from. An
// unregistered device has none of it: every attribute is null.
//
// Attribute names are those of Graph's `device` and of its filter rules.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mfa {

// Attributes that hold one text.
enum class DeviceText {
  device_id,
  display_name,
  device_ownership,  // Personal, Company
  enrollment_profile_name,
  manufacturer,
  mdm_app_id,
  model,
  operating_system,
  operating_system_version,
  profile_type,  // RegisteredDevice, SecureVM, Printer, Shared, IoT
  trust_type,    // AzureAD, ServerAD, Workplace
  extension_attribute_1,
  extension_attribute_15 = extension_attribute_1 + 14,
};
inline constexpr std::size_t kDeviceTexts =
    static_cast<std::size_t>(DeviceText::extension_attribute_15) + 1;

// Attributes that hold a list of texts.
enum class DeviceList { physical_ids, system_labels };
inline constexpr std::size_t kDeviceLists = 2;

struct Device {
  std::optional<bool> is_compliant;
  std::array<std::optional<std::string>, kDeviceTexts> texts;
  std::array<std::vector<std::string>, kDeviceLists> lists;

  const std::optional<std::string>& text(DeviceText attribute) const {
    return texts[static_cast<std::size_t>(attribute)];
  }
  std::optional<std::string>& text(DeviceText attribute) {
    return texts[static_cast<std::size_t>(attribute)];
  }
  const std::vector<std::string>& list(DeviceList attribute) const {
    return lists[static_cast<std::size_t>(attribute)];
  }
  std::vector<std::string>& list(DeviceList attribute) {
    return lists[static_cast<std::size_t>(attribute)];
  }
};

struct DeviceAttribute {
  enum class Kind { truth, text, list };  // `truth` is isCompliant alone
  std::string_view name;                  // "trustType"
  Kind kind = Kind::text;
  DeviceText text = DeviceText::device_id;     // with Kind::text
  DeviceList list = DeviceList::physical_ids;  // with Kind::list
};

// All of them; a name is compared without regard to ASCII case, and
// devicePhysicalIds is another name of physicalIds.
std::span<const DeviceAttribute> device_attributes();
const DeviceAttribute* find_device_attribute(std::string_view name);

// What trustType can be, as filter rules write it; Graph's device writes
// AzureAd. nullopt: `written` is none of them, in any case.
std::span<const std::string_view> trust_types();
std::optional<std::string_view> trust_type(std::string_view written);

}  // namespace mfa
