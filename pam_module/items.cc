// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/items.h"

namespace mfa::pam {

std::optional<std::string_view> item(pam_handle_t* pamh, int type) {
  const void* value = nullptr;
  if (pam_get_item(pamh, type, &value) != PAM_SUCCESS || !value) {
    return std::nullopt;
  }
  return static_cast<const char*>(value);
}

std::string_view item_or_empty(pam_handle_t* pamh, int type) {
  return item(pamh, type).value_or(std::string_view());
}

}  // namespace mfa::pam
