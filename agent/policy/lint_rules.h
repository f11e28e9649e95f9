// SPDX-License-Identifier: BSD-3-Clause
//
// The parts of lint.cc: each looks at one policy and adds what it finds.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/policy/lint.h"

namespace mfa {

// What is said of one policy.
class Complaints {
 public:
  Complaints(const Policy& policy, std::vector<Finding>& all)
      : policy_(policy), all_(all) {}

  void add(Severity severity, std::string_view rule, std::string what,
           std::string advice);

 private:
  const Policy& policy_;
  std::vector<Finding>& all_;
};

// `"a", "b" and 3 more`.
std::string listed(const std::vector<std::string>& names);

// Whom it can ever apply to: nobody, or everybody at once.
void lint_reach(const Policy& policy, const NamedLocations& locations,
                Complaints& complaints);
// What it asks for.
void lint_controls(const Policy& policy, const Surroundings& surroundings,
                   Complaints& complaints);
// What it needs to know and this host is never told.
void lint_knowledge(const Policy& policy, const NamedLocations& locations,
                    const Surroundings& surroundings, Complaints& complaints);
// Names that nothing on this host has.
void lint_names(const Policy& policy, std::size_t index,
                const NamedLocations& locations,
                const Surroundings& surroundings, Complaints& complaints);

// Whether no sign-in can meet its grant controls, a block included.
bool refuses_always(const GrantControls& grant);

}  // namespace mfa
