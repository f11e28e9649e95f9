// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/random.h"

#include <errno.h>
#include <sys/random.h>

#include <cstdlib>

namespace mfa {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace mfa
