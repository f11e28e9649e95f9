// SPDX-License-Identifier: BSD-3-Clause
//
// Uids that no person may have by the word of a directory: those of the
// system, systemd's dynamic ones, nobody and "none", what is negative to some,
// and the agent's own. No directory says anything of the accounts that have
// them on this machine, root's least of all.
#pragma once

#include <cstdint>

namespace mfa {

bool is_reserved_uid(std::uint64_t uid, std::uint32_t agent_uid);

}  // namespace mfa
