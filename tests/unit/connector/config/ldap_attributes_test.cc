// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/ldap_attributes.h"

#include "connector/ldap/mapping.h"
#include "tests/check.h"

namespace mfa::connector {
namespace {

TEST("every attribute that may be named is one that has a meaning") {
  for (const std::string_view name : ldap_attribute_names()) {
    LdapConfig config;
    config.attributes = {{std::string(name), "some-attribute"}};
    const auto mapping = ldap::make_mapping(config);
    if (!mapping) fail_msg("%s", mapping.error().what.c_str());
  }
}

}  // namespace
}  // namespace mfa::connector
