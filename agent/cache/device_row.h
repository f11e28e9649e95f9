// SPDX-License-Identifier: BSD-3-Clause
//
// A device as one text. Owners are not in it: they are rows of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/model/directory_record.h"

namespace mfa {

std::string encode_device(const DirectoryDevice& device);
std::optional<DirectoryDevice> decode_device(std::string_view text);

}  // namespace mfa
