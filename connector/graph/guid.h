// SPDX-License-Identifier: BSD-3-Clause
//
// Ids of Graph's objects in a third of their text's size, for the few tables
// that grow with a directory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mfa::connector::graph {

using Guid = std::array<std::uint8_t, 16>;

// "ace08ec9-aa11-4ada-9145-addf0398233e" in any case.
std::optional<Guid> parse_guid(std::string_view text);
// In lower case.
std::string to_text(const Guid& guid);

struct GuidHash {
  std::size_t operator()(const Guid& guid) const;
};

}  // namespace mfa::connector::graph
