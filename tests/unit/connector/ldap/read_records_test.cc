// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/read_records.h"

#include "connector/ldap/account_state.h"
#include "connector/ldap/binary_ids.h"
#include "connector/ldap/limits.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector;
using namespace mfa::connector::ldap;

namespace {

const Instant kNow = parse_generalized_time("20261121173000Z").value();

Mapping mapping(LdapConfig::Preset preset,
                std::map<std::string, std::string> attributes = {}) {
  LdapConfig config;
  config.preset = preset;
  config.attributes = std::move(attributes);
  config.devices_base = "ou=devices";
  return make_mapping(config).value();
}

const Mapping kPosix = mapping(LdapConfig::Preset::rfc2307bis);
const Mapping kActive = mapping(LdapConfig::Preset::ad);
const std::string kSid =
    from_hex("010500000000000515000000b4b3b2b1c4c3c2c1d4d3d2d151040000")
        .value();

Person person(const Entry& entry, const Mapping& by = kPosix) {
  return read_person(by, entry, "id", kNow).value();
}

std::vector<std::string> members(const Entry& entry, const Mapping& by) {
  std::vector<std::string> all;
  const auto done =
      read_members(by, entry, [&](std::vector<std::string> some) -> Result<> {
        assert_true(!some.empty() && some.size() <= kMembersAtOnce);
        all.insert(all.end(), some.begin(), some.end());
        return {};
      });
  assert_true(done.has_value());
  return all;
}

}  // namespace

TEST("ldap: a posix account becomes a person by name and by uid") {
  const Person ann = person({"uid=Ann,ou=People,dc=org",
                             {{"uid", {"ann"}}, {"uidNumber", {"1001"}}}});
  assert_true(ann.account == "ann" && ann.uid == 1001 && ann.account_enabled);
  assert_true(ann.names ==
              std::vector<std::string>({"uid=ann,ou=people,dc=org", "ann"}));
  assert_true(ann.member_of.empty());
}

TEST("ldap: no account attribute is no account, two are none that can be") {
  assert_false(person({"cn=x", {}}).account.has_value());
  assert_true(person({"cn=x", {{"uid", {"a", "b"}}}}).account == "a b");
}

TEST("ldap: a uid that is not plainly a number is none that the agent takes") {
  for (const char* text : {"-1", "+1", " 1", "1e3", "0x0", "", "x"}) {
    assert_true(person({"cn=x", {{"uidNumber", {text}}}}).uid == -1);
  }
  assert_true(person({"cn=x", {{"uidNumber", {"1", "2"}}}}).uid == -1);
  assert_true(person({"cn=x", {{"uidNumber", {"4294967296"}}}}).uid ==
              4294967296);
  assert_false(person({"cn=x", {}}).uid.has_value());
}

TEST("ldap: an Active Directory user is known by lower-case name and SID") {
  const Person ann = person({"CN=Ann,DC=lab",
                             {{"sAMAccountName", {"AnnLee"}},
                              {"userAccountControl", {"512"}},
                              {"userPrincipalName", {"Ann@lab.example"}},
                              {"primaryGroupID", {"513"}},
                              {"objectSid", {kSid}}}},
                            kActive);
  assert_true(ann.account == "annlee");
  assert_true(ann.user_principal_name == "Ann@lab.example");
  assert_int_equal(ann.names.size(), 2);
  assert_true(ann.member_of.size() == 1 && ann.member_of[0].ends_with("-513"));
  assert_true(ann.account_enabled);
}

TEST("ldap: a user whose state cannot be read is an error of the directory") {
  const auto read = read_person(
      kActive, {"CN=Ann", {{"sAMAccountName", {"ann"}}}}, "id", kNow);
  assert_true(read.error().kind == ErrorKind::malformed);
  assert_true(read.error().what.find("CN=Ann") != std::string::npos);
}

TEST("ldap: an entry without an id is an error of the directory") {
  assert_false(read_id(kPosix, {"cn=x", {}}).has_value());
  assert_false(read_id(kPosix, {"cn=x", {{"entryUUID", {"zzz"}}}}).has_value());
  assert_false(
      read_id(kActive, {"cn=x", {{"objectGUID", {"short"}}}}).has_value());
  const char uuid[] = "e2f6b8a1-1dd2-11b2-80d0-f8e600000000";
  assert_true(read_id(kPosix, {"cn=x", {{"entryUUID", {uuid}}}}) ==
              std::string(uuid));
  assert_true(read_id(kPosix, {"cn=x", {{"entryUUID", {uuid, uuid}}}})
                  .error()
                  .what.find("entryUUID") != std::string::npos);
}

TEST("ldap: members of every kind are read, by DN or by account") {
  const Entry entry{"cn=g",
                    {{"member", {"UID=Ann,DC=org", ""}},
                     {"uniqueMember", {"uid=ben,dc=org#'1'B"}},
                     {"memberUid", {"Cleo"}}}};
  assert_true(
      members(entry, kPosix) ==
      std::vector<std::string>({"uid=ann,dc=org", "uid=ben,dc=org", "Cleo"}));
  const Mapping old = mapping(LdapConfig::Preset::rfc2307);
  assert_true(members(entry, old) == std::vector<std::string>({"Cleo"}));
}

TEST("ldap: many members come in pieces, and none is lost") {
  const std::vector<std::string> dns = [] {
    std::vector<std::string> made;
    for (int i = 0; i < 2500; ++i) made.push_back("uid=u" + std::to_string(i));
    return made;
  }();
  const Entry entry{"cn=g", {{"member", Values(dns.begin(), dns.end())}}};
  assert_true(members(entry, kPosix) == dns);
}

TEST("ldap: an error of whoever takes members ends the reading") {
  int calls = 0;
  const Entry entry{"cn=g", {{"member", Values(2500, "uid=x")}}};
  const auto done =
      read_members(kPosix, entry, [&](std::vector<std::string>) -> Result<> {
        ++calls;
        return error(ErrorKind::unavailable, "gone");
      });
  assert_false(done.has_value());
  assert_int_equal(calls, 1);
}

TEST("ldap: a group is known by its DN, its SID and its name") {
  const Group group =
      read_group(kActive,
                 {"CN=Admins,DC=lab",
                  {{"sAMAccountName", {"Admins"}}, {"objectSid", {kSid}}}},
                 "id");
  assert_int_equal(group.names.size(), 2);
  assert_true(group.display_name == "Admins" && group.members.empty());
}

TEST("ldap: names from outside lose what no text may hold") {
  const Group group =
      read_group(kPosix, {"cn=g", {{"cn", {"a\x1b[2J\xff"}}}}, "id");
  assert_true(group.display_name == "a\\1b[2J\\ff");
}

TEST("ldap: a device has the fingerprint of its key, and only plain booleans") {
  const Mapping by = mapping(LdapConfig::Preset::rfc2307bis,
                             {{"sshKeys", "sshPublicKey"},
                              {"isCompliant", "compliant"},
                              {"extensionAttribute1", "room"}});
  const Device device = read_device(
      by,
      {"cn=laptop",
       {{"sshPublicKey", {"ssh-ed25519 AAAA ann@laptop", "SHA256:x", "junk"}},
        {"compliant", {"true"}},
        {"room", {"12"}},
        {"owner", {"UID=Ann"}},
        {"nsAccountLock", {"TRUE"}}}},
      "id", kNow);
  assert_true(device.device_id == "id" && !device.account_enabled);
  assert_true(device.is_compliant == true);
  for (const char* value : {"1", "yes", "TRUE ", ""}) {
    const Device vague =
        read_device(by, {"cn=laptop", {{"compliant", {value}}}}, "id", kNow);
    assert_false(vague.is_compliant.has_value());
  }
  assert_true(device.owners == std::vector<std::string>({"uid=ann"}));
  assert_true(device.extension_attributes.at("extensionAttribute1") == "12");
  assert_true(device.ssh_keys ==
              std::vector<std::string>(
                  {"SHA256:cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw",
                   "SHA256:x", "junk"}));
}
