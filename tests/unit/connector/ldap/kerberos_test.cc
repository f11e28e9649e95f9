// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/kerberos.h"

#include <ldap.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/check.h"

namespace mfa::connector::ldap {
namespace {

std::string reason_of(std::string_view message) {
  return std::string(kerberos_reason(message));
}

std::string local_error(std::string_view reason) {
  return explain_kerberos(LDAP_LOCAL_ERROR, reason);
}

void assert_has(const std::string& text, const char* words) {
  if (text.find(words) == text.npos) fail_msg("%s", text.c_str());
}

TEST("of what SASL says, the sentence of Kerberos is told") {
  const std::string begin =
      "SASL(-1): generic failure: GSSAPI Error: Unspecified GSS failure.  "
      "Minor code may provide more information (";
  assert_string_equal(reason_of(begin + "Ticket expired)").c_str(),
                      "Ticket expired");
  const char* nested = "No Kerberos credentials available (default cache: x)";
  assert_string_equal(reason_of(begin + nested + ")").c_str(), nested);
}

TEST("what SASL says otherwise is told as it is") {
  for (const char* message :
       {"", "SASL(-4): no mechanism available: No worthy mechs found",
        "GSSAPI Error: no parentheses", "GSSAPI Error: open (here"}) {
    assert_string_equal(reason_of(message).c_str(), message);
  }
}

TEST("each failure of Kerberos comes with what to do") {
  assert_string_equal(
      local_error("Ticket expired").c_str(),
      "Ticket expired; get a new one, or name a keytab by keytab_file, from "
      "which the connector gets new ones itself");
  assert_has(local_error("Server not found in Kerberos database"),
             "; write the server into ldap.servers");
  assert_has(local_error("Client 'a@B' not found in Kerberos database"),
             "; the keytab's account");
  assert_has(local_error("Cannot contact any KDC for realm 'B'"),
             "; check the realm");
  assert_has(local_error("Clock skew too great"), "; set the clock");
  assert_has(local_error("No worthy mechs found"), "; install libsasl2");
  assert_has(local_error("KDC policy rejects request"), "kinit -k -t");
}

TEST("a server that wants another layer, or says nothing, is explained, too") {
  assert_string_equal(
      explain_kerberos(LDAP_STRONG_AUTH_REQUIRED, "Sign or Seal.").c_str(),
      "Sign or Seal; on a Samba server set: ldap server require strong auth = "
      "allow_sasl_over_tls");
  assert_has(explain_kerberos(LDAP_INVALID_CREDENTIALS, ""),
             "Invalid credentials; ");
}

class Environment {
 public:
  Environment() {
    unsetenv("KRB5_CLIENT_KTNAME");
    setenv("KRB5CCNAME", "FILE:/kept/by/somebody", 1);
  }
  ~Environment() {
    unsetenv("KRB5_CLIENT_KTNAME");
    unsetenv("KRB5CCNAME");
  }
};

TEST("tickets of a keytab are kept in memory, others are left as they are") {
  const Environment environment;
  LdapConfig config;
  assert_true(use_keytab(config).has_value());
  assert_null(getenv("KRB5_CLIENT_KTNAME"));
  assert_string_equal(getenv("KRB5CCNAME"), "FILE:/kept/by/somebody");

  char file[] = "/tmp/mfa-keytab-XXXXXX";
  const int fd = mkstemp(file);
  assert_true(fd >= 0);
  close(fd);
  config.keytab_file = file;
  assert_false(use_keytab(config).has_value());
  assert_null(getenv("KRB5_CLIENT_KTNAME"));
  std::ofstream(file) << "\x05\x02";
  assert_true(use_keytab(config).has_value());
  std::filesystem::remove(file);
  assert_string_equal(getenv("KRB5_CLIENT_KTNAME"),
                      ("FILE:" + config.keytab_file).c_str());
  assert_string_equal(getenv("KRB5CCNAME"), "MEMORY:mfa-connector");
}

}  // namespace
}  // namespace mfa::connector::ldap
