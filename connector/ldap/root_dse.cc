// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/root_dse.h"

#include <algorithm>

#include "connector/ldap/account_state.h"
#include "connector/ldap/search.h"

namespace mfa::connector::ldap {
namespace {

// LDAP_CAP_ACTIVE_DIRECTORY_OID ([MS-ADTS] 3.1.1.3.4.3.1)
constexpr std::string_view kActiveDirectory = "1.2.840.113556.1.4.800";

bool holds(const Entry& entry, std::string_view name, std::string_view value) {
  const Values* values = entry.find(name);
  return values && std::ranges::count(*values, value) > 0;
}

}  // namespace

Result<RootDse> read_root_dse(Connection& connection) {
  RootDse root;
  const auto read = search_one(
      connection, "",
      {"supportedControl", "supportedCapabilities", "highestCommittedUSN",
       "dsServiceName", "defaultNamingContext"},
      [&](const Entry& entry) -> Result<> {
        root.has_syncrepl = holds(entry, "supportedControl", LDAP_CONTROL_SYNC);
        root.is_active_directory =
            holds(entry, "supportedCapabilities", kActiveDirectory);
        root.highest_change =
            parse_number(entry.first("highestCommittedUSN")).value_or(0);
        root.service_name = entry.first("dsServiceName");
        root.naming_context = entry.first("defaultNamingContext");
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return root;
}

}  // namespace mfa::connector::ldap
