// SPDX-License-Identifier: BSD-3-Clause
//
// What a golden case expects: a part of the result that `policy evaluate`
// prints. Only members that are named are compared.
#pragma once

#include <string>
#include <vector>

#include "agent/config/yaml.h"
#include "agent/policy/policy.h"
#include "mfactl/golden_file.h"

namespace mfa::mfactl {

// That it is a mapping without other keys than these.
Result<> check_keys(const yaml::Node& map, std::string_view name,
                    std::span<const std::string_view> known);

Result<std::vector<Expectation>> read_expectations(const yaml::Node& node,
                                                   const Policies& policies);

struct Difference {
  const Expectation* expected = nullptr;
  Json got;
};
std::vector<Difference> differences(const GoldenCase& golden,
                                    const Json& result);

}  // namespace mfa::mfactl
