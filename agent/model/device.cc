// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/device.h"

#include <algorithm>

#include "agent/model/name_set.h"

namespace mfa {
namespace {

using Kind = DeviceAttribute::Kind;

constexpr DeviceAttribute text(std::string_view name, DeviceText attribute) {
  return {name, Kind::text, attribute, {}};
}

constexpr DeviceAttribute list(std::string_view name, DeviceList attribute) {
  return {name, Kind::list, {}, attribute};
}

constexpr DeviceText extension(int number) {
  return static_cast<DeviceText>(
      static_cast<int>(DeviceText::extension_attribute_1) + number - 1);
}

constexpr DeviceAttribute kAttributes[] = {
    {"isCompliant", Kind::truth, {}, {}},
    text("deviceId", DeviceText::device_id),
    text("displayName", DeviceText::display_name),
    text("deviceOwnership", DeviceText::device_ownership),
    text("enrollmentProfileName", DeviceText::enrollment_profile_name),
    text("manufacturer", DeviceText::manufacturer),
    text("mdmAppId", DeviceText::mdm_app_id),
    text("model", DeviceText::model),
    text("operatingSystem", DeviceText::operating_system),
    text("operatingSystemVersion", DeviceText::operating_system_version),
    text("profileType", DeviceText::profile_type),
    text("trustType", DeviceText::trust_type),
    list("physicalIds", DeviceList::physical_ids),
    list("devicePhysicalIds", DeviceList::physical_ids),
    list("systemLabels", DeviceList::system_labels),
    text("extensionAttribute1", extension(1)),
    text("extensionAttribute2", extension(2)),
    text("extensionAttribute3", extension(3)),
    text("extensionAttribute4", extension(4)),
    text("extensionAttribute5", extension(5)),
    text("extensionAttribute6", extension(6)),
    text("extensionAttribute7", extension(7)),
    text("extensionAttribute8", extension(8)),
    text("extensionAttribute9", extension(9)),
    text("extensionAttribute10", extension(10)),
    text("extensionAttribute11", extension(11)),
    text("extensionAttribute12", extension(12)),
    text("extensionAttribute13", extension(13)),
    text("extensionAttribute14", extension(14)),
    text("extensionAttribute15", extension(15)),
};

constexpr std::string_view kTrustTypes[] = {"AzureAD", "ServerAD", "Workplace"};

}  // namespace

std::span<const DeviceAttribute> device_attributes() { return kAttributes; }

const DeviceAttribute* find_device_attribute(std::string_view name) {
  const std::string wanted = lower_case(name);
  const auto found =
      std::find_if(std::begin(kAttributes), std::end(kAttributes),
                   [&](const auto& a) { return lower_case(a.name) == wanted; });
  return found == std::end(kAttributes) ? nullptr : found;
}

std::span<const std::string_view> trust_types() { return kTrustTypes; }

std::optional<std::string_view> trust_type(std::string_view written) {
  const std::string wanted = lower_case(written);
  for (const std::string_view known : kTrustTypes) {
    if (lower_case(known) == wanted) return known;
  }
  return std::nullopt;
}

}  // namespace mfa
