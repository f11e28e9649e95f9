// SPDX-License-Identifier: BSD-3-Clause
//
// What LDAP's result codes mean for us.
#pragma once

#include <string_view>

#include "agent/base/result.h"

namespace mfa::connector::ldap {

// refused: an administrator must permit something; malformed: the request and
// the server do not fit; else unavailable, which passes.
ErrorKind kind_of(int code);

// What to do about it; "": the code says all.
std::string_view advice_for(int code);

}  // namespace mfa::connector::ldap
