// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/connector_records.h"

#include <string.h>

#include "agent/control/limits.h"
#include "tests/check.h"

namespace mfa::control {
namespace {

constexpr std::uint32_t kAgentUid = 4711;

Json parsed(std::string_view text) { return Json::parse(text); }

Json person() {
  return parsed(R"({"id": "p1", "names": ["uid=ann,dc=x"], "account": "ann",
      "uid": 5000, "userPrincipalName": "ann@example.org",
      "accountEnabled": true, "userType": null, "memberOf": ["g1"]})");
}

Json device() {
  return parsed(R"({"deviceId": "d1", "displayName": "laptop",
      "accountEnabled": true, "isCompliant": true,
      "trustType": "AzureAd", "operatingSystem": "Windows",
      "operatingSystemVersion": "10.0", "manufacturer": "", "model": null,
      "extensionAttributes": {"extensionAttribute1": "a",
                              "extensionAttribute15": "o"},
      "owners": ["p1"],
      "sshKeys": ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"]})");
}

Json with(Json record, const char* member, Json value) {
  record[member] = std::move(value);
  return record;
}

template <class Record>
void assert_refused(const Result<Record>& record, const char* reason) {
  if (record) fail_msg("accepted: %s", reason);
  if (!strstr(record.error().what.c_str(), reason)) {
    fail_msg("\"%s\" does not say \"%s\"", record.error().what.c_str(), reason);
  }
}

void refuses_person(const char* member, Json value, const char* reason) {
  assert_refused(
      read_person(with(person(), member, std::move(value)), kAgentUid), reason);
}

void refuses_device(const char* member, Json value, const char* reason) {
  assert_refused(read_device(with(device(), member, std::move(value))), reason);
}

Result<DirectoryRisk> risk(const char* level, const char* state,
                           Json updated = nullptr) {
  return read_risk({{"id", "p1"},
                    {"riskLevel", level},
                    {"riskState", state},
                    {"riskDetail", "none"},
                    {"riskLastUpdatedDateTime", std::move(updated)}});
}

}  // namespace

TEST("a person of the directory is read with everything that is said") {
  const auto read = read_person(person(), kAgentUid);
  assert_true(read.has_value());
  assert_string_equal(read->id.c_str(), "p1");
  assert_true(read->names == std::vector<std::string>{"uid=ann,dc=x"});
  assert_string_equal(read->account->str().c_str(), "ann");
  assert_true(read->uid == 5000U);
  assert_string_equal(read->principal_name.c_str(), "ann@example.org");
  assert_true(read->enabled);
  assert_false(read->is_guest);
  assert_true(read->member_of == std::vector<std::string>{"g1"});
}

TEST("what may be null may be left out, and means unknown") {
  Json bare = person();
  for (const char* member :
       {"account", "uid", "userPrincipalName", "userType"}) {
    bare.erase(member);
  }
  const auto read = read_person(bare, kAgentUid);
  assert_true(read.has_value());
  assert_false(read->account || read->uid || read->is_guest);
  for (const char* member : {"id", "names", "accountEnabled", "memberOf"}) {
    Json lacking = person();
    lacking.erase(member);
    assert_refused(read_person(lacking, kAgentUid), member);
    refuses_person(member, nullptr, "is missing");
  }
}

TEST("a record with a member that nobody knows is refused") {
  refuses_person("acountEnabled", false, "there is no member");
  refuses_person("ID", "p2", "there is no member \"ID\"");
  refuses_device("compliant", true, "there is no member");
  assert_refused(read_group(with(person(), "members", Json::array())),
                 "there is no member");
  for (const Json& none : {Json("p1"), Json(), Json(7), Json::array()}) {
    assert_refused(read_person(none, kAgentUid), "no object");
    assert_refused(read_risk(none), "no object");
  }
}

TEST("a member of a wrong type is refused, never converted") {
  refuses_person("id", 7, "id: is no text");
  refuses_person("names", "a", "names: is no list");
  refuses_person("names", Json::array({1}), "names: is no text");
  refuses_person("accountEnabled", "true", "neither true nor false");
  refuses_person("accountEnabled", 1, "neither true nor false");
  refuses_person("account", false, "account: is no text");
  refuses_person("uid", "5000", "uid: is no whole number");
  refuses_device("isCompliant", "yes", "neither true nor false");
  refuses_device("extensionAttributes", Json::array(), "no object");
}

TEST("hostile input 82: a uid is 0 to 4294967295 in digits, or none (R-31)") {
  for (const char* number :
       {"-1", "1e3", "5000.0", "4294967296", "18446744073709551616", "1e400"}) {
    Json record;
    const std::string text = std::string(R"({"uid": )") + number + "}";
    const Json parsed_number = Json::parse(text, nullptr, false);
    if (parsed_number.is_discarded()) continue;  // not even JSON
    refuses_person("uid", parsed_number["uid"], "uid: is no whole number");
  }
}

TEST("hostile input 82: a record with a reserved uid is refused (R-21)") {
  for (const std::uint64_t uid :
       {0ULL, 1ULL, 999ULL, 61184ULL, 65519ULL, 65534ULL, 65535ULL,
        2147483648ULL, 4294967295ULL, 4711ULL}) {
    refuses_person("uid", uid, "is reserved");
  }
  for (const std::uint64_t uid :
       {1000ULL, 61183ULL, 65520ULL, 65533ULL, 65536ULL, 2147483647ULL}) {
    assert_true(read_person(with(person(), "uid", uid), kAgentUid).has_value());
  }
}

TEST("R-29: an account's name separates no records, paths or words") {
  for (const char* name : {"a:b", "a/b", "a b", "-a", ".a", "a\tb", "a\nb",
                           "\xc3\xa4", "a;b", "a,b"}) {
    assert_false(
        read_person(with(person(), "account", name), kAgentUid).has_value());
  }
  refuses_person("account", "", "is empty");
  refuses_person("account", std::string(257, 'a'), "name of an account");
}

TEST("ids and names have 1 to 512 bytes without control characters") {
  refuses_person("id", "", "id: is empty");
  refuses_person("id", std::string(513, 'x'), "longer than 512 bytes");
  assert_true(
      read_person(with(person(), "id", std::string(512, 'x')), kAgentUid)
          .has_value());
  for (const char* bad : {"a\nb", "\x7f", "a\xc2\x80", "\xc2\x9f", "\x1b[0m"}) {
    refuses_person("id", bad, "control character");
    refuses_person("memberOf", Json::array({"g1", bad}),
                   "memberOf: has a control");
    refuses_person("userPrincipalName", bad, "control character");
  }
  refuses_person("id", std::string(1, '\0'), "control character");
  refuses_person("id", "\xff", "not UTF-8");
  refuses_person("names", Json::array({""}), "names: is empty");
  // What distinguished names are made of.
  assert_true(read_person(with(person(), "names",
                               Json::array({R"(CN=M\C3\BCller\, "A",OU=x)",
                                            "\xc3\xa9"})),
                          kAgentUid)
                  .has_value());
}

TEST("a person has a bounded number of names and groups") {
  const auto many = [](std::size_t count) {
    Json list = Json::array();
    for (std::size_t i = 0; i < count; ++i) list.push_back(std::to_string(i));
    return list;
  };
  refuses_person("names", many(kMaxRecordNames + 1), "more than 32 entries");
  refuses_person("memberOf", many(kMaxRecordGroups + 1), "more than 4096");
  assert_true(
      read_person(with(person(), "memberOf", many(kMaxRecordGroups)), kAgentUid)
          .has_value());
  refuses_device("owners", many(101), "more than 100 entries");
}

TEST("a userType that is not known is refused, not guessed") {
  assert_true(
      read_person(with(person(), "userType", "Guest"), kAgentUid)->is_guest);
  refuses_person("userType", "guest", "no Member or Guest");
  refuses_person("userType", "unknownFutureValue", "no Member or Guest");
}

TEST("a group has members, names and groups that it is in") {
  const auto group = read_group(
      parsed(R"({"id": "g1", "names": ["cn=admins"], "displayName": "Admins",
                 "members": ["p1", "g2"], "memberOf": []})"));
  assert_true(group.has_value());
  assert_int_equal(group->members.size(), 2);
  assert_string_equal(group->display_name.c_str(), "Admins");
}

TEST("a role is the same by template id and by display name") {
  const auto key = [](const char* role) {
    return read_role_assignment({{"role", role}, {"principal", "p1"}})->role;
  };
  assert_true(key("Global Administrator") ==
              key("62E90394-69F5-4237-9190-012177145E10"));
  assert_refused(read_role_assignment({{"role", "x"}}), "principal");
}

TEST("what became of a risk decides what policies may believe of it") {
  assert_true(risk("high", "atRisk")->level == RiskLevel::high);
  assert_true(risk("low", "confirmedCompromised")->level == RiskLevel::high);
  for (const char* over : {"remediated", "dismissed", "confirmedSafe"}) {
    assert_true(risk("high", over)->level == RiskLevel::none);
  }
  assert_true(risk("medium", "none")->level == RiskLevel::medium);
  assert_true(risk("hidden", "atRisk")->level == RiskLevel::hidden);
  assert_true(risk("none", "atRisk")->level == RiskLevel::high);
}

TEST("hostile input 81: a risk in words of the future is the worst there is") {
  for (const char* state : {"atRisk", "none", "unknownFutureValue"}) {
    assert_true(risk("unknownFutureValue", state)->level == RiskLevel::high);
  }
  assert_true(risk("none", "unknownFutureValue")->level == RiskLevel::high);
  assert_true(risk("medium", "Remediated")->level == RiskLevel::medium);
  assert_true(risk("Low", "atRisk")->level == RiskLevel::high);
  assert_refused(risk("", "atRisk"), "is empty");
  const auto worst = risk_not_understood("p1");
  assert_true(worst.level == RiskLevel::high && worst.stamp.empty());
  assert_string_equal(worst.id.c_str(), "p1");
}

TEST("a risk's stamp changes with each part, and needs a time") {
  const char* const kTime = "2026-01-01T00:00:00Z";
  const auto stamp = risk("high", "atRisk", kTime)->stamp;
  assert_true(risk("low", "atRisk", kTime)->stamp != stamp);
  assert_true(risk("high", "confirmedCompromised", kTime)->stamp != stamp);
  assert_true(risk("high", "atRisk", "2026-01-01T00:00:01Z")->stamp != stamp);
  assert_string_equal(risk("high", "atRisk")->stamp.c_str(), "");
  assert_string_equal(risk("high", "atRisk", "yesterday")->stamp.c_str(), "");
}

TEST("a device is read with its attributes, its platform and its proofs") {
  const auto read = read_device(device());
  assert_true(read.has_value());
  const Device& of = read->device;
  assert_string_equal(of.text(DeviceText::device_id)->c_str(), "d1");
  assert_string_equal(of.text(DeviceText::trust_type)->c_str(), "AzureAD");
  assert_true(of.is_compliant == true);
  assert_false(of.text(DeviceText::manufacturer).has_value());
  assert_string_equal(of.text(DeviceText::extension_attribute_15)->c_str(),
                      "o");
  assert_true(read->platform == DevicePlatform::windows);
  assert_int_equal(read->ssh_keys.size(), 1);
  assert_true(read->owners == std::vector<std::string>{"p1"});
}

TEST("a device's system is a platform where policies have a word for it") {
  const auto platform = [](const char* system) {
    return read_device(with(device(), "operatingSystem", system))->platform;
  };
  assert_true(platform("Windows 10") == DevicePlatform::windows);
  assert_true(platform("WindowsPhone") == DevicePlatform::windows_phone);
  assert_true(platform("Linux") == DevicePlatform::linux_os);
  assert_true(platform("MacMDM") == DevicePlatform::macos);
  assert_true(platform("IPhone") == DevicePlatform::ios);
  assert_true(platform("AndroidForWork") == DevicePlatform::android);
  assert_false(platform("Plan 9").has_value());
  assert_false(platform("").has_value());
}

TEST("a device with an unknown attribute, trust or key is refused") {
  refuses_device("trustType", "TPM", "trustType: ");
  refuses_device("sshKeys", Json::array({"SHA256:short"}), "no fingerprint");
  refuses_device("sshKeys", Json::array({"ssh-ed25519 AAAA"}),
                 "no fingerprint");
  refuses_device("extensionAttributes", {{"extensionAttribute16", "x"}},
                 "extensionAttributes: there is no member");
  refuses_device("extensionAttributes", {{"extensionAttribute1", 1}},
                 "extensionAttributes: extensionAttribute1: is no text");
  refuses_device("deviceId", nullptr, "deviceId: is missing");
}

TEST("of a batch, the records that are refused are refused alone") {
  const Json list = Json::array(
      {person(), with(person(), "uid", 0), with(person(), "id", "p\n3"), 7});
  const auto batch = read_batch<DirectoryPerson>(
      list, [](const Json& json) { return read_person(json, kAgentUid); });
  assert_true(batch.has_value());
  assert_int_equal(batch->good.size(), 1);
  assert_int_equal(batch->refused.size(), 3);
  assert_string_equal(batch->refused[0].id.c_str(), "p1");
  assert_string_equal(batch->refused[1].id.c_str(), "p\\x0a3");
  assert_string_equal(batch->refused[2].id.c_str(), "");
  assert_true(batch->refused[0].key == "p1");
  assert_false(batch->refused[1].key || batch->refused[2].key);
}

TEST("a refused record is known by its whole id, as given") {
  const std::string id = std::string(200, 'x') + "\\\xc3\xa9";
  const auto batch = read_batch<DirectoryDevice>(
      Json::array({{{"id", "other"}, {"deviceId", id}}}), read_device);
  assert_true(batch && batch->refused.at(0).key == id);
}

TEST("more refused records than 10,000 refuse the list, and not one less") {
  const auto read = [](const Json& json) { return read_key(json); };
  const Json::array_t most(kMaxRefusedRecords, Json::array());
  const auto batch = read_batch<DirectoryKey>(Json(most), read);
  assert_true(batch && batch->refused.size() == kMaxRefusedRecords);
  Json more = most;
  more.push_back(Json::array());
  assert_refused(read_batch<DirectoryKey>(more, read), "more than 10000");
}

}  // namespace mfa::control
