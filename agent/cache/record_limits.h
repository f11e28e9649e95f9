// SPDX-License-Identifier: BSD-3-Clause
//
// What one step of a generation may hold. Records were checked before they
// came here; who breaks these rules was not.
#pragma once

#include <cstdint>

#include "agent/base/result.h"
#include "agent/cache/cache.h"
#include "agent/cache/limits.h"
#include "agent/cache/meta.h"

namespace mfa {

// `refused`: a text or list is too long, or of a kind that the generation is
// not about.
Result<> check_change(const Change& change, DirectoryKinds kinds);
// `refused`: there is more now than the cache takes.
Result<> check_counts(const CacheCounts& counts, const CacheLimits& limits);
// Records and keys in it.
std::int64_t size_of(const Change& change);

}  // namespace mfa
