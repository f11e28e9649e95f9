// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/kerberos.h"

#include <fmt/format.h>
#include <ldap.h>
#include <stdlib.h>

#include "agent/base/escape.h"
#include "connector/config/secret_file.h"

namespace mfa::connector::ldap {
namespace {

// Tickets of a keytab that was replaced serve until they end.
constexpr char kTicketsInMemory[] = "MEMORY:mfa-connector";

// Before the text of libkrb5, which stands in parentheses.
constexpr std::string_view kGssapiError = "GSSAPI Error: ";

struct Meaning {
  std::string_view words;
  std::string_view advice;
};

// By the words of MIT Kerberos 1.20, as SASL hands over no number. Words that
// are not here have the general advice.
constexpr Meaning kMeanings[] = {
    {"No Kerberos credentials available",
     "name a keytab by keytab_file, or the credential cache that you keep "
     "by KRB5CCNAME"},
    {"Ticket expired",
     "get a new one, or name a keytab by keytab_file, from which the "
     "connector gets new ones itself"},
    {"Preauthentication failed",
     "the keytab's key is not that of the account any more; make a new "
     "keytab"},
    {"Server not found in Kerberos database",
     "write the server into ldap.servers by the name of its service "
     "principal, ldap/NAME, and rdns = false into krb5.conf(5)"},
    {"not found in Kerberos database",
     "the keytab's account is not there any more; make one, and a keytab of "
     "it"},
    {"have been revoked",
     "the connector's account is disabled, locked or expired"},
    {"KDC for realm", "check the realm in krb5.conf(5), and its port 88"},
    {"Clock skew too great", "set the clock of this machine"},
    {"No worthy mechs found", "install libsasl2-modules-gssapi-mit"},
};

constexpr std::string_view kGeneralAdvice =
    "look at the keytab with klist -k, and try it with kinit -k -t";

// Samba's words are that signing is wanted, which nobody may ask for over TLS.
constexpr std::string_view kStrongAuthAdvice =
    "on a Samba server set: ldap server require strong auth = "
    "allow_sasl_over_tls";

std::string_view advice_for_ticket(int code, std::string_view reason) {
  if (code == LDAP_STRONG_AUTH_REQUIRED) return kStrongAuthAdvice;
  for (const Meaning& meaning : kMeanings) {
    if (reason.find(meaning.words) != reason.npos) return meaning.advice;
  }
  return kGeneralAdvice;
}

}  // namespace

Result<> use_keytab(const LdapConfig& config) {
  if (config.keytab_file.empty()) return {};
  const auto path = keytab_path(config.keytab_file);
  if (!path) return tl::unexpected(path.error());
  setenv("KRB5_CLIENT_KTNAME", ("FILE:" + *path).c_str(), 1);
  setenv("KRB5CCNAME", kTicketsInMemory, 1);
  return {};
}

std::string_view kerberos_reason(std::string_view message) {
  const auto gssapi = message.find(kGssapiError);
  if (gssapi == message.npos) return message;
  const auto open = message.find('(', gssapi);
  if (open == message.npos || !message.ends_with(')')) return message;
  const auto inner = message.substr(open + 1);
  return inner.substr(0, inner.size() - 1);
}

std::string explain_kerberos(int code, std::string_view reason) {
  if (reason.empty()) reason = ldap_err2string(code);
  if (reason.ends_with('.')) reason.remove_suffix(1);
  return fmt::format("{}; {}", escaped(reason),
                     advice_for_ticket(code, reason));
}

}  // namespace mfa::connector::ldap
