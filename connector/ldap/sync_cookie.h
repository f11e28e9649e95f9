// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace mfa::connector::ldap {

// OpenLDAP's cookies ("rid=000,csn=20261121173000.000000Z#000000#001#000000")
// hold the newest change of each server that writes. True: by `now` some
// server has taken back what it said in `before`. False also where cookies are
// of another kind, which say nothing of time.
bool is_behind(std::string_view now, std::string_view before);

// Of each server that both name, the older change: what both have seen. "":
// nothing.
std::string common_of(std::string_view a, std::string_view b);

}  // namespace mfa::connector::ldap
