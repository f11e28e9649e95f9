// SPDX-License-Identifier: BSD-3-Clause
//
// Facts about people out of two sources. NSS says whether there is an account,
// its uid and its groups on this machine; the central directory adds what it
// knows of the account by that name. The law: what either says for sure holds,
// and a directory that is silent, old or in doubt makes things uncertain,
// never better.
#pragma once

#include <memory>

#include "agent/base/clock.h"
#include "agent/cache/cache.h"
#include "agent/directory/directory.h"

namespace mfa {

// `cache` and `clock` outlive it. Its lookups run on NSS's worker threads; its
// destructor waits for them.
std::unique_ptr<Directory> make_central_directory(
    std::unique_ptr<Directory> nss, DirectoryCache& cache, const Clock& clock);

}  // namespace mfa
