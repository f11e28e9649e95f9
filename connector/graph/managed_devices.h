// SPDX-License-Identifier: BSD-3-Clause
//
// What Intune says of devices, to be joined with what the directory says. Pure.
#pragma once

#include <optional>
#include <vector>

#include "agent/base/result.h"
#include "connector/graph/guid.h"
#include "connector/graph/read_records.h"
#include "connector/model/records.h"

namespace mfa::connector::graph {

class ManagedDevices {
 public:
  // One that the directory does not know is left out. Error: too many.
  Result<> add(const ManagedDevice& device);
  // Once, after the last.
  void sort();
  // Intune's word and its user, if it knows the device.
  void apply(Device& device) const;

 private:
  struct Entry {
    Guid device, user;
    bool has_user = false;
    std::optional<bool> is_compliant;
  };
  static void apply(const Entry& entry, Device& device);

  std::vector<Entry> entries_;  // by device; a map would take twice as much
};

}  // namespace mfa::connector::graph
