// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/config.h"

#include <algorithm>

#include "tests/check.h"

namespace mfa {
namespace {

Config parsed(std::string_view text) {
  auto config = parse_config(text, "f.yaml");
  if (!config) fail_msg("%s", config.error().what.c_str());
  return std::move(*config);
}

void assert_refused(std::string_view text, const std::string& place,
                    const std::string& says) {
  const auto config = parse_config(text, "f.yaml");
  const std::string what = config ? "no error" : config.error().what;
  if (!what.starts_with("f.yaml:" + place + ": ") ||
      what.find(says) == what.npos) {
    fail_msg("expected %s and \"%s\", got: %s", place.c_str(), says.c_str(),
             what.c_str());
  }
}

bool warns_of(const std::string& text, const std::string& says) {
  const auto all = warnings(parsed(text));
  return std::any_of(all.begin(), all.end(), [&](const std::string& warning) {
    return warning.find(says) != warning.npos;
  });
}

TEST("the configuration that says nothing has every default") {
  const Config config = parsed("{}");
  assert_true(config.security_defaults.enabled);
  assert_int_equal(config.security_defaults.registration_grace_days, 14);
  assert_true(config.emergency_access.empty());
  assert_string_equal(config.admin_group.c_str(), "mfa-admin");
}

TEST("every key is read") {
  const Config config = parsed(R"(
runtime_directory: /run/other/
state_directory: /srv/mfa
security_defaults: {enabled: false, registration_grace_days: 0}
roles:
  Global Administrator: {groups: [wheel, 'DOM\domain admins'], users: [root]}
  Own Role: {users: [a]}
privileged_services: [sudo]
ssh_services: [sshd, ssh-inside]
console_services: [login, gdm-password]
self_services: []
emergency_access: [breakglass]
emergency_access_from: [192.0.2.0/24, "2001:db8::1"]
delegates: {www-data: [apache2]}
admin_group: helpdesk
totp: {issuer: "Contoso Ltd", accepted_steps: 1}
sign_in_log: {keep_days: 3650, keep_records: 100000000}
)");
  assert_string_equal(config.runtime_directory.c_str(), "/run/other");
  assert_string_equal(config.state_directory.c_str(), "/srv/mfa");
  assert_false(config.security_defaults.enabled);
  assert_int_equal(config.security_defaults.registration_grace_days, 0);
  assert_int_equal(config.roles.size(), 2);
  assert_string_equal(config.roles[0].groups[1].c_str(), "DOM\\domain admins");
  assert_string_equal(config.roles[0].users[0].str().c_str(), "root");
  assert_string_equal(config.roles[1].role.c_str(), "Own Role");
  assert_int_equal(config.privileged_services.size(), 1);
  assert_true(config.is_ssh("ssh-inside"));
  assert_true(config.is_console_service("gdm-password"));
  assert_false(config.is_self_service("swaylock"));
  assert_true(config.is_emergency(*UserName::parse("breakglass")));
  assert_false(config.is_emergency(*UserName::parse("root")));
  assert_true(
      config.emergency_access_from[0].contains(*Address::parse("192.0.2.77")));
  assert_false(
      config.emergency_access_from[1].contains(*Address::parse("2001:db8::2")));
  assert_string_equal(config.delegates[0].account.str().c_str(), "www-data");
  assert_string_equal(config.delegates[0].services[0].c_str(), "apache2");
  assert_string_equal(config.admin_group.c_str(), "helpdesk");
  assert_string_equal(config.totp.issuer.c_str(), "Contoso Ltd");
  assert_int_equal(config.totp.accepted_steps, 1);
  assert_int_equal(config.sign_in_log.keep_days, 3650);
  assert_int_equal(config.sign_in_log.keep_records, 100000000);
}

TEST("sudo-i, su-l and runuser-l follow the rules of sudo, su and runuser") {
  const Config config = parsed("{}");
  assert_true(config.is_privileged("sudo"));
  assert_true(config.is_privileged("sudo-i"));
  assert_true(config.is_privileged("su-l"));
  assert_true(config.is_privileged("runuser-l"));
  assert_false(config.is_privileged("sshd"));
  assert_false(config.is_privileged("sudo-x"));
  assert_true(service_family("sudo-i") == "sudo");
  assert_true(service_family("su-l") == "su");
  assert_true(service_family("sshd") == "sshd");
  // Named alone it would look as if the two could differ.
  assert_refused("privileged_services: [su, sudo-i]", "1:27", "write sudo");
}

TEST("a role may be written as its template id or in any case") {
  const Config config = parsed(
      "roles:\n"
      "  29232CDF-9323-42fd-ade2-1d097af3e4de: {}\n"
      "  global ADMINISTRATOR: {}\n");
  assert_string_equal(config.roles[0].role.c_str(), "Exchange Administrator");
  assert_string_equal(config.roles[1].role.c_str(), "Global Administrator");
  assert_refused(
      "roles:\n"
      "  global administrator: {}\n"
      "  62e90394-69f5-4237-9190-012177145e10: {}\n",
      "3:3", "a second time");
}

TEST("a role's name has 1 to 128 visible characters") {
  parsed("roles: {" + std::string(128, 'x') + ": {}}");
  assert_refused("roles: {" + std::string(129, 'x') + ": {}}", "1:9", "role");
  assert_refused("roles: {'': {}}", "1:9", "role");
  assert_refused("roles: {\"a\\u202eb\": {}}", "1:9", "role");
  assert_refused("roles: {A: {group: [x]}}", "1:13", "did you mean \"groups\"");
  assert_refused("roles: {A: [x]}", "1:12", "role \"A\" is a list");
  assert_refused("roles: {A: {groups: wheel}}", "1:21", "is \"wheel\"");
}

TEST("hostile input 52: an empty configuration is refused") {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n", "~", " "}) {
    assert_refused(text, "1:1", "the file is empty");
  }
}

TEST(
    "hostile input 59: an unknown key is refused, with the one nearest to it") {
  assert_refused("self_service: []\n", "1:1",
                 "did you mean \"self_services\"?");
  assert_refused("security_defaults:\n  enable: true\n", "2:3",
                 "unknown key \"enable\" in security_defaults; did you mean "
                 "\"enabled\"?");
  assert_refused("Emergency_Access: [root]\n", "1:1", "\"emergency_access\"");
  assert_refused("totp: {x: 1}\n", "1:8", "issuer, accepted_steps");
  assert_refused("frobnicate: 1\n", "1:1", "write one of: runtime_directory");
  assert_refused("\"a\\u001b[2J\": 1\n", "1:1", "\\x1b[2J");
  assert_refused("totp.issuer: x\n", "1:1", "\"totp:\" with \"issuer:\" below");
  assert_refused("totp: {totp.issuer: x}\n", "1:8", "\"totp:\" with");
  assert_refused("totp: {issuer.x: x}\n", "1:8", "unknown key");
  assert_refused(std::string(1000, 'k') + ": 1\n", "1:1", "kkk...");
}

TEST("hostile input 60: booleans of the configuration are true and false") {
  assert_refused("security_defaults: {enabled: no}\n", "1:30",
                 "security_defaults.enabled is \"no\"; write true or false");
  assert_refused("security_defaults: {enabled: off}\n", "1:30", "is \"off\"");
  assert_refused("security_defaults: {enabled: 'false'}\n", "1:30",
                 "\"false\" in quotes; write true or false");
  assert_refused("security_defaults: {enabled: }\n", "1:21", "is nothing");
}

TEST("hostile inputs 61 and 71: no number leaves its hard bounds") {
  const std::string grace = "security_defaults: {registration_grace_days: ";
  assert_refused(grace + "366}", "1:46", "from 0 to 365");
  assert_refused(grace + "-1}", "1:46", "from 0 to 365");
  assert_refused(grace + "0o16}", "1:46", "from 0 to 365");
  assert_refused(grace + "5m}", "1:46", "from 0 to 365");
  assert_refused(grace + "4294967310}", "1:46", "from 0 to 365");
  assert_refused("totp: {accepted_steps: 3}", "1:24", "from 1 to 2");
  assert_refused("totp: {accepted_steps: 0}", "1:24", "from 1 to 2");
  assert_refused("sign_in_log: {keep_days: 0}", "1:26", "from 1 to 3650");
  assert_refused("sign_in_log: {keep_records: 999}", "1:29", "from 1000");
  assert_refused("sign_in_log: {keep_records: 100000001}", "1:29", "to 1000");
}

TEST("hostile input 71: emergency access from everywhere is refused") {
  const std::string from = "emergency_access_from: ";
  assert_refused(from + "[0.0.0.0/0]", "1:25", "every address");
  assert_refused(from + "['::/0']", "1:25", "every address");
  assert_refused(from + "[192.0.2.77/24]", "1:25", "write 192.0.2.0/24");
  assert_refused(from + "['2001:db8::1/32']", "1:25", "write 2001:db8::/32");
  assert_refused(from + "[office.example.org]", "1:25", "is no network");
  assert_refused(from + "[192.0.2.0/33]", "1:25", "is no network");
  assert_refused(from + "10.0.0.0/8", "1:24", "such as [a, b]");
}

TEST("hostile input 70: a configuration cut short never loads half a value") {
  const std::string whole =
      "security_defaults: {enabled: true, registration_grace_days: 7}\n"
      "emergency_access: ['break-glass']\n"
      "roles:\n  Global Administrator:\n    groups: [\"wheel\"]\n";
  parsed(whole);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto config = parse_config(whole.substr(0, size), "f.yaml");
    if (!config) continue;
    const Config& half = *config;
    // What loads has whole values only: what stands there, or the default.
    assert_true(half.security_defaults.registration_grace_days == 7);
    assert_true(half.emergency_access.empty() ||
                half.emergency_access[0].str() == "break-glass");
    for (const RoleMapping& mapping : half.roles) {
      assert_string_equal(mapping.groups.at(0).c_str(), "wheel");
    }
  }
  assert_refused(whole.substr(0, 40), "1:36", "");
  assert_refused(whole.substr(0, 90), "3:2", "EOF");
}

TEST("directories are absolute, without dots, and short enough for a socket") {
  const std::string runtime = "runtime_directory: ";
  assert_refused(runtime + "run/mfa", "1:20", "absolute path");
  assert_refused(runtime + "/run/../etc", "1:20", "without . and ..");
  assert_refused(runtime + "/run/..", "1:20", "without . and ..");
  assert_refused(runtime + "/run//x", "1:20", "absolute path");
  assert_refused(runtime + "/", "1:20", "absolute path");
  assert_refused(runtime + "///", "1:20", "absolute path");
  assert_refused(runtime + "\"/run/\\0x\"", "1:20", "no text");
  assert_refused(runtime + "''", "1:20", "is \"\"");
  const std::string longest = "/" + std::string(91, 'x');
  assert_true((longest + "/connector.sock").size() < 108);
  parsed(runtime + longest);
  assert_refused(runtime + longest + "x", "1:20", "longer than 92 bytes");
  assert_refused("state_directory: ../x", "1:18", "absolute path");
  parsed("state_directory: /srv/..data");
}

TEST("the runtime directory may not be inside the state directory") {
  assert_refused("state_directory: /s\nruntime_directory: /s\n", "2:20",
                 "keep them apart");
  assert_refused("runtime_directory: /s/run\nstate_directory: /s\n", "1:20",
                 "keep them apart");
  assert_refused("state_directory: /run\n", "1:18", "keep them apart");
  parsed("state_directory: /s\nruntime_directory: /sx\n");
  parsed("state_directory: /s/state\nruntime_directory: /s\n");
}

TEST("an age is two times with units, soft not longer than hard") {
  using std::chrono::seconds;
  const auto ages = parsed(
                        "directory_age:\n  people: {soft: 90s, hard: 2h}\n"
                        "  risks: {hard: 7d}\n")
                        .directory_age;
  assert_true(ages.people == FactAge({seconds(90), seconds(7200)}));
  assert_true(ages.risks == FactAge({seconds(900), seconds(7 * 86400)}));
  assert_true(ages.roles == CacheAges().roles);
  const std::string people = "directory_age:\n  people: ";
  for (const char* wrong : {"15", "m", "0s", "-1s", "+1s", "1.5h", "1 h", "01h",
                            "1w", "31d", "99999999999999d"}) {
    assert_refused(people + "{soft: " + wrong + "}", "2:18", "with its unit");
  }
  assert_refused(people + "{soft: 9223372036854775807s}", "2:18", "16 bytes");
  assert_refused(people + "{soft: 2h, hard: 1h}", "2:11", "soft (2h)");
  assert_refused(people + "{sotf: 2h}", "2:12", "did you mean \"soft\"");
  assert_refused(people + "1h", "2:11", "key: value");
}

TEST("the connector is one account, or nobody") {
  assert_true(parsed("connector_user: ''").connector_user == std::nullopt);
  assert_string_equal(
      parsed("connector_user: mfa-connector").connector_user->str().c_str(),
      "mfa-connector");
  assert_refused("connector_user: a/b", "1:17", "getent passwd");
  assert_refused("connector_user: [a]", "1:17", "a text");
}

TEST("a device's authority is a fingerprint") {
  const std::string key = "device_certificate_authorities: ";
  const std::string good = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
  assert_int_equal(
      parsed(key + "[" + good + "]").device_certificate_authorities.size(), 1);
  assert_refused(key + "[" + good + "x]", "1:34", "ssh-keygen -lf CA.pub");
  assert_refused(key + "[ssh-ed25519]", "1:34", "no fingerprint");
}

TEST("a service is the name of a file in pam.d") {
  for (const char* bad : {"/etc/pam.d/sshd", "..", ".", "''", "a/b", "[sshd]",
                          "~", "{a: b}", "a b"}) {
    assert_refused(std::string("ssh_services: [") + bad + "]", "1:16", "");
  }
  assert_refused("ssh_services: sshd\n", "1:15", "such as [a, b]");
  assert_refused("ssh_services:\n\n", "1:1", "is nothing");
  assert_refused("delegates: {www-data: [../x]}", "1:24", "no PAM service");
}

TEST("a list has at most 1000 entries and roles are at most 256") {
  std::string users = "emergency_access: [";
  for (int i = 0; i < 1000; ++i) users += "u" + std::to_string(i) + ",";
  assert_int_equal(parsed(users + "]").emergency_access.size(), 1000);
  assert_refused(users + "x]", "1:19", "more than 1000 entries");
  std::string roles = "roles: {";
  for (int i = 0; i < 256; ++i) roles += "r" + std::to_string(i) + ": {},";
  assert_int_equal(parsed(roles + "}").roles.size(), 256);
  assert_refused(roles + "x: {}}", "1:8", "more than 256 entries");
}

TEST("names of accounts and groups are checked where they stand") {
  assert_refused("emergency_access: [\"a b\"]", "1:20", "name of an account");
  assert_refused("emergency_access: ['a:b']", "1:20", "name of an account");
  assert_refused("delegates: {'a b': [x]}", "1:13", "name of an account");
  assert_refused("delegates: {www-data: apache2}", "1:23",
                 "delegates.www-data is \"apache2\"");
  assert_refused("admin_group: 'a:b'", "1:14", "name of a group");
  assert_refused("admin_group: ''", "1:14", "write a text");
  assert_refused("totp: {issuer: 'a:b'}", "1:16", "colon");
  assert_string_equal(parsed("totp: {issuer: ''}").totp.issuer.c_str(), "");
}

TEST("the configuration itself is a map") {
  assert_refused("[a]", "1:1", "the configuration is a list");
  assert_refused("text", "1:1", "the configuration is \"text\"");
  assert_refused("totp: 1", "1:7", "totp is \"1\"");
}

TEST("what is legal and doubtful gets a warning") {
  assert_true(warns_of("{}", "emergency_access names nobody"));
  assert_true(warns_of("emergency_access_from: [192.0.2.1]", "no effect"));
  assert_true(warns_of("{emergency_access: [root], console_services: []}",
                       "console_services is empty"));
  assert_true(warns_of("roles: {Global Adminstrator: {groups: [wheel]}}",
                       "did you mean \"Global Administrator\"?"));
  assert_true(warns_of("roles: {User Administrator: {}}", "nobody holds"));
  assert_int_equal(
      warnings(parsed("emergency_access: [root]\n"
                      "roles: {User Administrator: {groups: [wheel]},\n"
                      "        Database Owner: {users: [root]}}\n"))
          .size(),
      0);
}

}  // namespace
}  // namespace mfa
