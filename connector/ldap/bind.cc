// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/bind.h"

#include <fmt/format.h>
#include <sasl/sasl.h>

#include "agent/base/escape.h"
#include "connector/config/secret_file.h"
#include "connector/ldap/kerberos.h"
#include "connector/ldap/result_codes.h"

namespace mfa::connector::ldap {
namespace {

constexpr char kExternal[] = "EXTERNAL";
constexpr char kGssapi[] = "GSSAPI";
// TLS protects the connection; Active Directory refuses a second layer.
constexpr char kNoLayer[] = "maxssf=0";

std::string diagnostic_of(const Connection& connection) {
  char* text = nullptr;
  ldap_get_option(connection.handle(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  std::string message = text ? text : "";
  ldap_memfree(text);
  return message;
}

Result<> check(const Connection& connection, int code, std::string_view doing) {
  if (code == LDAP_SUCCESS) return {};
  return tl::unexpected(
      connection.failure(code, doing, diagnostic_of(connection)));
}

// A name without a password is an anonymous bind that looks like success.
Result<> bind_simply(Connection& connection, const LdapConfig& config) {
  auto password = read_secret_file(config.password_file);
  if (!password) return tl::unexpected(password.error());
  if (password->empty() || config.bind_dn.empty()) {
    return tl::unexpected(connection.failure(
        LDAP_INVALID_CREDENTIALS, "bind", "bind_dn or the password is empty"));
  }
  berval credentials{password->size(),
                     const_cast<char*>(password->reveal().data())};
  const int code = ldap_sasl_bind_s(connection.handle(), config.bind_dn.c_str(),
                                    LDAP_SASL_SIMPLE, &credentials, nullptr,
                                    nullptr, nullptr);
  return check(connection, code, "bind");
}

Result<> bind_external(Connection& connection) {
  berval none{0, const_cast<char*>("")};
  const int code = ldap_sasl_bind_s(connection.handle(), nullptr, kExternal,
                                    &none, nullptr, nullptr, nullptr);
  return check(connection, code, "bind with EXTERNAL");
}

// Nobody is there to be asked: every default is taken.
int take_defaults(LDAP*, unsigned, void*, void* questions) {
  for (auto* question = static_cast<sasl_interact_t*>(questions);
       question->id != SASL_CB_LIST_END; ++question) {
    question->result = question->defresult ? question->defresult : "";
    question->len = 0;
  }
  return LDAP_SUCCESS;
}

// Where there is TLS, the ticket is bound to it: shown by somebody in between,
// it is worth nothing.
Result<> prepare_ticket(Connection& connection) {
  if (ldap_tls_inplace(connection.handle()) != 1) return {};
  const int to_certificate = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;
  if (ldap_set_option(connection.handle(), LDAP_OPT_X_SASL_SECPROPS,
                      kNoLayer) == LDAP_OPT_SUCCESS &&
      ldap_set_option(connection.handle(), LDAP_OPT_X_SASL_CBINDING,
                      &to_certificate) == LDAP_OPT_SUCCESS) {
    return {};
  }
  return tl::unexpected(
      connection.failure(LDAP_LOCAL_ERROR, "prepare GSSAPI", ""));
}

Result<> bind_with_ticket(Connection& connection, const LdapConfig& config) {
  auto ready = use_keytab(config);
  if (ready) ready = prepare_ticket(connection);
  if (!ready) return ready;
  const int code = ldap_sasl_interactive_bind_s(
      connection.handle(), nullptr, kGssapi, nullptr, nullptr, LDAP_SASL_QUIET,
      take_defaults, nullptr);
  if (code == LDAP_SUCCESS) return {};
  const std::string message = diagnostic_of(connection);
  return error(kind_of(code),
               fmt::format("{}: cannot bind with GSSAPI: {}",
                           escaped(connection.server()),
                           explain_kerberos(code, kerberos_reason(message))));
}

}  // namespace

Result<> bind(Connection& connection, const LdapConfig& config) {
  switch (config.bind) {
    case LdapConfig::Bind::simple:
      return bind_simply(connection, config);
    case LdapConfig::Bind::external:
      return bind_external(connection);
    case LdapConfig::Bind::gssapi:
      return bind_with_ticket(connection, config);
  }
  return error(ErrorKind::malformed, "bind is none of its values");
}

}  // namespace mfa::connector::ldap
