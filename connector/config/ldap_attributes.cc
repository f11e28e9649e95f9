// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/ldap_attributes.h"

namespace mfa::connector {

std::span<const std::string_view> ldap_attribute_names() {
  static constexpr std::string_view kNames[] = {
      // of every entry
      "id",
      // of people
      "account", "uid", "userPrincipalName", "userType", "memberOf", "disabled",
      // of groups
      "groupName", "members", "memberUids",
      // of devices
      "deviceId", "deviceName", "isCompliant", "trustType", "operatingSystem",
      "operatingSystemVersion", "manufacturer", "model", "owners", "sshKeys",
      "extensionAttribute1", "extensionAttribute2", "extensionAttribute3",
      "extensionAttribute4", "extensionAttribute5", "extensionAttribute6",
      "extensionAttribute7", "extensionAttribute8", "extensionAttribute9",
      "extensionAttribute10", "extensionAttribute11", "extensionAttribute12",
      "extensionAttribute13", "extensionAttribute14", "extensionAttribute15"};
  return kNames;
}

}  // namespace mfa::connector
