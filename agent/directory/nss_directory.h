// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>

#include "agent/directory/directory.h"
#include "agent/directory/group_ids.h"
#include "agent/directory/nss.h"

namespace mfa {

// An NSS module that hangs takes one of these away; the others serve on.
inline constexpr std::size_t kLookupThreads = 8;
// More than root may have open dialogs beginning within one deadline; what
// waits behind it would be late anyway.
inline constexpr std::size_t kMaxWaitingLookups = 1024;

// make_nss_directory with calls and a clock of one's own.
std::unique_ptr<Directory> make_nss_directory(const nss::Calls& calls,
                                              GroupIdsCache::Clock clock);

}  // namespace mfa
