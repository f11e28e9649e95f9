// SPDX-License-Identifier: BSD-3-Clause
//
// Small lists in one text column: each element as LENGTH:BYTES, so that no
// element can hold a separator and lists nest. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/decision.h"

namespace mfa {

std::string encode_list(const std::vector<std::string>& list);
std::optional<std::vector<std::string>> decode_list(std::string_view text);

std::string encode_policies(const std::vector<PolicyRow>& rows);
std::optional<std::vector<PolicyRow>> decode_policies(std::string_view text);

}  // namespace mfa
