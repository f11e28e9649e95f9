// SPDX-License-Identifier: BSD-3-Clause
//
// What `ldap.attributes` may name: our members, for which a preset has an
// attribute each, or none.
#pragma once

#include <span>
#include <string_view>

namespace mfa::connector {

std::span<const std::string_view> ldap_attribute_names();

}  // namespace mfa::connector
