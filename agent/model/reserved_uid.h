// SPDX-License-Identifier: BSD-3-Clause
//
// Uids that no person may have by the word of a directory: those of the
// system, systemd's dynamic ones, nobody and "none", what is negative to some,
// and the agent's own. A record with one is refused.
#pragma once

#include <cstdint>

namespace mfa {

inline constexpr std::uint64_t kLastSystemUid = 999;
inline constexpr std::uint64_t kNobody = 65534;

bool is_reserved_uid(std::uint64_t uid, std::uint32_t agent_uid);

}  // namespace mfa
