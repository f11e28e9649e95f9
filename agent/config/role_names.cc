// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/role_names.h"

#include <algorithm>

#include "agent/model/name_set.h"

namespace mfa {
namespace {

constexpr RoleName kRoles[] = {
    {"Global Administrator", "62e90394-69f5-4237-9190-012177145e10"},
    {"Security Administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d"},
    {"SharePoint Administrator", "f28a1f50-f6e7-4571-818b-6a12f2af6b6c"},
    {"Exchange Administrator", "29232cdf-9323-42fd-ade2-1d097af3e4de"},
    {"User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"},
    {"Password Administrator", "966707d0-3269-4727-9be2-8c3a10f19b9d"},
    {"Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"},
    {"Conditional Access Administrator",
     "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"},
    {"Billing Administrator", "b0f54661-2d74-4c50-afa3-1ec803f12efe"},
    {"Authentication Administrator", "c4e39bd9-1100-46d3-8c65-fb160da0071f"},
    {"Application Administrator", "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"},
    {"Cloud Application Administrator", "158c047a-c907-4556-b7ef-446551a6b5f7"},
    {"Privileged Authentication Administrator",
     "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"},
    {"Privileged Role Administrator", "e8611ab8-c189-46e8-94e1-60213ab1f814"},
    {"Authentication Policy Administrator",
     "0526716b-113d-4c15-b2c8-68e3c22b9f80"},
    {"Identity Governance Administrator",
     "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e"},
    {"Directory Synchronization Accounts",
     "d29b2b05-8046-44ba-8758-1e26182fcf32"},
};

const RoleName* find_role(std::string_view written) {
  const std::string wanted = lower_case(written);
  const auto found = std::find_if(
      std::begin(kRoles), std::end(kRoles), [&](const RoleName& role) {
        return wanted == role.template_id ||
               wanted == lower_case(role.display_name);
      });
  return found == std::end(kRoles) ? nullptr : found;
}

}  // namespace

std::span<const RoleName> known_roles() { return kRoles; }

std::string role_display_name(std::string_view written) {
  const RoleName* role = find_role(written);
  return std::string(role ? role->display_name : written);
}

std::string role_key(std::string_view written) {
  const RoleName* role = find_role(written);
  return role ? std::string(role->template_id) : lower_case(written);
}

}  // namespace mfa
