// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/sync_message.h"

namespace mfa::connector::ldap {

std::optional<SyncState> state_of(const std::vector<Control>& controls) {
  for (const Control& control : controls) {
    if (control.oid == LDAP_CONTROL_SYNC_STATE && control.value) {
      return decode_sync_state(*control.value);
    }
  }
  return std::nullopt;
}

std::optional<SyncInfo> info_of(LDAP* handle, LDAPMessage* message) {
  char* oid = nullptr;
  berval* value = nullptr;
  ldap_parse_intermediate(handle, message, &oid, &value, nullptr, 0);
  std::optional<SyncInfo> info;
  if (oid && value && std::string_view(oid) == LDAP_SYNC_INFO) {
    info = decode_sync_info({value->bv_val, value->bv_len});
  }
  ldap_memfree(oid);
  ber_bvfree(value);
  return info;
}

}  // namespace mfa::connector::ldap
