// SPDX-License-Identifier: BSD-3-Clause
//
// Which device somebody signs in from. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "agent/directory/records.h"
#include "agent/model/sign_in.h"
#include "agent/model/ssh_key.h"
#include "agent/rules/rules.h"

namespace mfa {

// The device that these keys prove and that the person may use, of the central
// directory and the directory file together. nullopt: none, or more than one;
// which of two it was would be a guess. A device that both know by the same
// deviceId is one, as the central directory describes it.
//
// What the central directory said too long ago proves a device still, but not
// that it is compliant or joined.
std::optional<DeviceRecord> proven_device(const Person& person,
                                          std::span<const SshKey> keys,
                                          const Rules& rules);

// The person's device by this id in the central directory, disabled or not;
// nullptr: none. Ids are compared without regard to case.
const DirectoryDevice* central_device(const Person& person,
                                      std::string_view device_id);

// What policies may believe of it.
Device believed(const DirectoryDevice& device, const Person& person);

}  // namespace mfa
