// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "agent/base/random.h"

namespace mfa {

// A random UUID (RFC 9562, version 4) in its usual lower-case form.
std::string random_uuid(Random& random);

}  // namespace mfa
