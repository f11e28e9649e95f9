// SPDX-License-Identifier: BSD-3-Clause
//
// What NSS does not know: of people, their risk and how the cloud names them;
// of devices, everything; and which group of this machine a policy's group
// is. One YAML or JSON file (`directory_file`) in the words of Microsoft Graph,
// read strictly. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/directory/directory.h"
#include "agent/model/device.h"
#include "agent/model/sign_in_facts.h"
#include "agent/model/ssh_key.h"
#include "agent/model/user_name.h"

namespace mfa {

inline constexpr std::size_t kMaxDirectoryFileBytes = 64 << 20;
inline constexpr std::size_t kMaxUserRecords = 100000;
inline constexpr std::size_t kMaxDeviceRecords = 100000;
inline constexpr std::size_t kMaxGroupRecords = 10000;
inline constexpr std::size_t kMaxRecordTextBytes = 256;
inline constexpr std::size_t kMaxRiskTimeBytes = 64;
// Of one device: owners, keys, authorities, entries of an attribute.
inline constexpr std::size_t kMaxDeviceListEntries = 100;

struct UserRecord {
  std::string id;              // "": unknown
  std::string principal_name;  // "": unknown
  bool is_guest = false;
  // What policies may believe: riskState has been applied to riskLevel.
  std::optional<RiskLevel> risk;
  std::optional<RiskLevel> sign_in_risk;
  // Changes with riskLevel, riskState or riskLastUpdatedDateTime: whoever
  // remembers that a risk was dealt with remembers which. "": there is no
  // riskLastUpdatedDateTime, so it cannot be told from a later one.
  std::string risk_stamp;
};

struct DeviceRecord {
  Device device;
  std::optional<DevicePlatform> platform;
  std::vector<UserName> owners;  // who may use it; never empty
  // Fingerprints; one of the lists is not empty.
  std::vector<std::string> ssh_keys;
  std::vector<std::string> ssh_certificate_authorities;
};

// Whether the key is the device's: by the plain key, or by a certificate whose
// key id is the deviceId and whose authority the device names.
bool proves(const SshKey& key, const DeviceRecord& device);

class DirectoryRecords {
 public:
  DirectoryRecords() = default;  // knows nobody and nothing

  // `file` is only named in errors: "FILE:LINE:COLUMN: what; what to do".
  static Result<DirectoryRecords> parse(std::string_view text,
                                        std::string_view file);

  // nullptr: nothing is known of the account.
  const UserRecord* user(const UserName& account) const;

  // The devices that these keys (facts/ssh_auth_info.h) prove and that the
  // account may use, each once.
  std::vector<const DeviceRecord*> proven_devices(
      const UserName& account, std::span<const SshKey> keys) const;

  // By its deviceId, exactly; nullptr: there is none.
  const DeviceRecord* device_by_id(std::string_view id) const;

  const std::vector<DeviceRecord>& devices() const { return devices_; }
  const std::vector<MembershipScope::Group>& groups() const { return groups_; }
  const std::map<std::string, UserRecord, std::less<>>& users() const {
    return users_;
  }

 private:
  template <class T>
  using ByName = std::map<std::string, T, std::less<>>;

  const DeviceRecord* by_key(const SshKey& key) const;
  const DeviceRecord* by_certificate(const SshKey& key) const;

  ByName<UserRecord> users_;  // by account
  std::vector<DeviceRecord> devices_;
  ByName<std::size_t> devices_by_id_;
  ByName<std::size_t> devices_by_key_;
  std::vector<MembershipScope::Group> groups_;

  friend class RecordsBuilder;
};

}  // namespace mfa
