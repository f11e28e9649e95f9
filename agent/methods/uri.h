// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace mfa {

// RFC 3986: everything but the unreserved characters (letters, digits and
// - . _ ~) becomes %XX, so no part of a URI can end early or add a parameter.
std::string percent_encoded(std::string_view text);

}  // namespace mfa
