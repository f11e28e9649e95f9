// SPDX-License-Identifier: BSD-3-Clause
//
// Microsoft Entra's built-in administrator roles: the
// names people know and the template ids that exports carry. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mfa {

struct RoleName {
  std::string_view display_name;
  std::string_view template_id;
};

std::span<const RoleName> known_roles();

// The display name for a template id or for a known name in any case;
// anything else as it is.
std::string role_display_name(std::string_view written);

// What two writings of one role have in common: the template id, in lower
// case, of a role that is given by id or by display name in any case;
// anything else in lower case.
std::string role_key(std::string_view written);

}  // namespace mfa
