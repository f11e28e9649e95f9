// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/config.h"

#include "connector/config/ldap_attributes.h"
#include "tests/check.h"

namespace mfa::connector {
namespace {

constexpr char kLdap[] =
    "ldap:\n"
    "  servers: [ldaps://a.example, ldap://b.example:1389]\n"
    "  bind_dn: cn=reader,dc=example\n"
    "  password_file: /etc/mfa-connector/password\n"
    "  base: dc=example\n";
constexpr char kGraph[] =
    "graph:\n"
    "  tenant: example.org\n"
    "  client_id: 3f2504e0-4f89-41d3-9a0c-0305e82c3301\n"
    "  secret_file: credential:app\n";

Config parsed(const std::string& text) {
  auto config = parse_config(text, "f.yaml");
  if (!config) fail_msg("%s", config.error().what.c_str());
  return std::move(*config);
}

std::string refused(const std::string& text) {
  const auto config = parse_config(text, "f.yaml");
  if (config) fail_msg("it was taken: %s", text.c_str());
  assert_true(config.error().kind == ErrorKind::malformed);
  return config.error().what;
}

void assert_says(const std::string& what, const char* words) {
  if (what.find(words) == what.npos) {
    fail_msg("\"%s\" does not say \"%s\"", what.c_str(), words);
  }
}

// `line` below ldap, or below graph, is refused with these words.
void assert_ldap_refused(const std::string& line, const char* words) {
  assert_says(refused(std::string(kLdap) + "  " + line + "\n"), words);
}
void assert_graph_refused(const std::string& line, const char* words) {
  assert_says(refused(std::string(kGraph) + "  " + line + "\n"), words);
}

// The map without the line of `key`.
std::string without(std::string text, const std::string& key) {
  const auto begin = text.find("  " + key + ":");
  text.erase(begin, text.find('\n', begin) + 1 - begin);
  return text;
}

TEST("connector: what is written is what is read") {
  const Config config =
      parsed(std::string("agent_socket: /run/a/c.sock\n") + kLdap +
             "  preset: ad\n"
             "  sync: usn\n"
             "  people_filter: (&(a=b)(!(c=\\29)))\n"
             "  attributes: {account: sAMAccountName}\n"
             "  interval: 2m\n");
  assert_string_equal(config.agent_socket.c_str(), "/run/a/c.sock");
  assert_false(config.graph.has_value());
  const LdapConfig& ldap = *config.ldap;
  assert_int_equal(ldap.servers.size(), 2);
  assert_string_equal(ldap.servers[1].c_str(), "ldap://b.example:1389");
  assert_true(ldap.preset == LdapConfig::Preset::ad);
  assert_true(ldap.sync == LdapConfig::Sync::usn);
  assert_string_equal(ldap.attributes.at("account").c_str(), "sAMAccountName");
  assert_int_equal(ldap.interval.count(), 120);
  assert_int_equal(ldap.full_interval.count(), 86400);
}

TEST("connector: a directory has a name of its own unless it is given one") {
  assert_string_equal(parsed(kLdap).name.c_str(), "ldap:dc=example");
  assert_string_equal(parsed(kGraph).name.c_str(), "graph:example.org");
  assert_string_equal(
      parsed("name: head office\n" + std::string(kLdap)).name.c_str(),
      "head office");
}

TEST("connector: exactly one directory is named") {
  assert_says(refused("{}"), "no directory is named");
  assert_says(refused("name: x"), "no directory is named");
  assert_says(refused(std::string(kLdap) + kGraph), "remove one of them");
  assert_says(refused("ldap: {}"), "ldap.servers names no server");
  assert_says(refused("graph: {}"), "graph.tenant is missing");
}

TEST("connector: what a directory needs is asked for") {
  assert_says(refused(without(kLdap, "servers")), "ldap.servers");
  assert_says(refused(without(kLdap, "base")), "ldap.base is missing");
  assert_says(refused(without(kLdap, "bind_dn")), "ldap.bind_dn is missing");
  assert_says(refused(without(kLdap, "password_file")),
              "ldap.password_file is missing");
  assert_says(refused(without(kGraph, "tenant")), "graph.tenant is missing");
  assert_says(refused(without(kGraph, "client_id")),
              "graph.client_id is missing");
  assert_says(refused(without(kGraph, "secret_file")),
              "graph.secret_file is missing");
  assert_graph_refused("credential: certificate", "graph.key_file is missing");
  assert_true(parse_config("graph:\n  tenant: example.org\n"
                           "  credential: managed_identity\n",
                           "f.yaml")
                  .has_value());
}

TEST(
    "connector: a password in the file is an error that says where to put it") {
  for (const char* key : {"password", "bind_password", "bindpw"}) {
    const std::string what =
        refused(std::string(kLdap) + "  " + key + ": geheim\n");
    assert_says(what, "password_file");
    assert_says(what, "f.yaml:6:3");
    assert_true(what.find("geheim") == what.npos);
  }
  assert_graph_refused("client_secret: geheim", "secret_file");
  assert_graph_refused("private_key: geheim", "key_file");
}

TEST("connector: only LDAP servers are servers, and none without TLS") {
  for (const char* server : {"ldapi://%2Frun%2Fslapd%2Fldapi",
                             "ldaps://[2001:db8::1]:636", "ldap://192.0.2.1"}) {
    assert_true(parse_config("ldap:\n  servers: [\"" + std::string(server) +
                                 "\"]\n  bind_dn: cn=a\n"
                                 "  password_file: /a/b\n  base: dc=a\n",
                             "f.yaml")
                    .has_value());
  }
  for (const char* server :
       {"a.example", "http://a.example", "ldaps://a.example/dc=x",
        "ldaps://user@a.example", "ldaps://a.example?x", "ldaps://",
        "ldaps://a.example:0", "ldaps://a.example:99999", "ldaps://a b",
        "ldaps://[::1", "ldap://300.0.0.1"}) {
    const std::string what =
        refused("ldap:\n  servers: [\"" + std::string(server) + "\"]\n");
    assert_says(what, "is no LDAP server");
  }
  assert_says(refused("ldap:\n  servers: []\n"), "names no server");
}

TEST("connector: there is no switch that leaves TLS or its checks out") {
  for (const char* key : {"starttls: false", "tls: never", "insecure: true",
                          "verify: false", "tls_reqcert: allow"}) {
    assert_ldap_refused(key, "unknown key");
    assert_graph_refused(key, "unknown key");
  }
}

TEST("connector: who binds by a certificate needs one, unless it is local") {
  const std::string by_certificate =
      without(without(kLdap, "bind_dn"), "password_file") +
      "  bind: external\n";
  assert_says(refused(by_certificate), "ldap.certificate_file");
  assert_says(refused(by_certificate + "  certificate_file: /a/b\n"),
              "belong together");
  assert_true(parse_config(by_certificate + "  certificate_file: /a/b\n"
                                            "  key_file: credential:key\n",
                           "f.yaml")
                  .has_value());
  assert_true(parse_config("ldap:\n  servers: [ldapi:///]\n  bind: external\n"
                           "  base: dc=a\n",
                           "f.yaml")
                  .has_value());
  assert_ldap_refused("bind: gssapi", "has no meaning");
}

TEST("connector: a keytab is for tickets, and tickets may come otherwise") {
  assert_ldap_refused("keytab_file: /a/b", "write bind: gssapi");
  const std::string by_ticket =
      without(without(kLdap, "bind_dn"), "password_file") + "  bind: gssapi\n";
  assert_true(parsed(by_ticket).ldap->keytab_file.empty());
  const Config other = parsed(by_ticket + "  keytab_file: credential:keys\n");
  assert_string_equal(other.ldap->keytab_file.c_str(), "credential:keys");
  assert_true(fingerprint(other) != fingerprint(parsed(by_ticket)));
}

TEST("connector: names, filters and attributes that cannot be are refused") {
  assert_ldap_refused("people_base: people", "no distinguished name");
  for (const char* filter :
       {"objectClass=person", "(a=b", "(a=b))", "(a=b)(c=d)"}) {
    assert_ldap_refused("groups_filter: " + std::string(filter),
                        "is no filter");
  }
  assert_ldap_refused("attributes: {acount: uid}", "did you mean \"account\"?");
}

TEST("connector: a wrong word is answered with the right ones") {
  assert_ldap_refused("preset: rfc2307bs", "did you mean \"rfc2307bis\"?");
  assert_ldap_refused("sync: dirsync", "ldap.sync cannot be \"dirsync\"");
  assert_graph_refused("account_property: displayName",
                       "graph.account_property cannot be \"displayName\"");
  assert_graph_refused("account_property: extensionAttribute16",
                       "extensionAttribute1 to 15");
  assert_graph_refused("device_key_property: displayName",
                       "extensionAttribute1 to 15");
}

TEST("connector: a tenant is one tenant") {
  for (const char* tenant : {"common", "organizations", "consumers",
                             "example.org/v2.0", "a b", "-x"}) {
    assert_says(refused("graph:\n  tenant: " + std::string(tenant) + "\n"),
                "is not one tenant");
  }
  assert_says(refused("graph:\n  client_id: 12\n"), "is no client id");
}

TEST("connector: Graph is spoken to over https, and nowhere else") {
  for (const char* url : {"http://graph.example", "https://graph.example/v1.0",
                          "https://u:p@graph.example", "graph.example",
                          "https://graph.example#"}) {
    assert_graph_refused("graph_url: \"" + std::string(url) + "\"",
                         "graph.graph_url is");
    assert_graph_refused("login_url: \"" + std::string(url) + "\"",
                         "graph.login_url is");
  }
  assert_graph_refused("managed_identity_url: http://192.0.2.1",
                       "loopback or link-local");
  const std::string near = std::string(kGraph) + "  managed_identity_url: ";
  assert_string_equal(parsed(near + "http://127.0.0.1:8080/")
                          .graph->managed_identity_url.c_str(),
                      "http://127.0.0.1:8080");
  assert_true(
      parse_config(near + "\"http://[fe80::1]\"", "f.yaml").has_value());
}

TEST("connector: intervals have limits at both ends") {
  assert_ldap_refused("interval: 1s", "5s or more");
  assert_ldap_refused("interval: 25h", "24h");
  assert_ldap_refused("full_interval: 10m", "3600s or more");
  assert_graph_refused("interval: 10s", "60s or more");
  assert_graph_refused("risk_interval: 60", "with its unit");
  assert_graph_refused("request_timeout: 10m", "5m");
}

TEST("connector: something is fetched") {
  assert_graph_refused(
      "people: false\n  roles: false\n  risks: false\n  devices: false",
      "leave one of them true");
}

TEST("connector: a credential is a name, not a way out of the folder") {
  for (const char* name :
       {"credential:", "credential:../x", "credential:.x", "credential:a/b"}) {
    assert_says(
        refused("graph:\n  secret_file: \"" + std::string(name) + "\"\n"),
        "cannot be the name of a credential");
  }
  assert_says(refused("graph:\n  secret_file: secret\n"), "absolute path");
}

TEST("connector: another part of the directory is another fingerprint") {
  const std::string own = fingerprint(parsed(kLdap));
  assert_string_equal(own.c_str(), fingerprint(parsed(kLdap)).c_str());
  for (const char* line :
       {"people_base: ou=p,dc=example", "groups_base: ou=p,dc=example",
        "people_filter: (a=b)", "groups_filter: (a=b)", "preset: ad",
        "attributes: {account: x}", "attributes: {account: x, uid: y}"}) {
    const Config other = parsed(std::string(kLdap) + "  " + line + "\n");
    assert_true(fingerprint(other) != own);
  }
  assert_true(
      fingerprint(parsed(std::string(kLdap) + "  people_base: o=a\n")) !=
      fingerprint(parsed(std::string(kLdap) + "  groups_base: o=a\n")));
  assert_true(fingerprint(parsed(kGraph)) !=
              fingerprint(parsed(std::string(kGraph) + "  devices: false\n")));
}

TEST("connector: another account, which may see less, is another fingerprint") {
  std::string other = kLdap;
  other.replace(other.find("cn=reader"), 9, "cn=writer");
  assert_true(fingerprint(parsed(other)) != fingerprint(parsed(kLdap)));
}

TEST("connector: how often and how safely it is asked leaves the fingerprint") {
  const std::string own = fingerprint(parsed(kLdap));
  for (const char* line : {"interval: 1h", "network_timeout: 3s",
                           "ca_file: /a/b", "full_interval: 2h"}) {
    const Config other = parsed(std::string(kLdap) + "  " + line + "\n");
    assert_string_equal(fingerprint(other).c_str(), own.c_str());
  }
}

}  // namespace
}  // namespace mfa::connector
