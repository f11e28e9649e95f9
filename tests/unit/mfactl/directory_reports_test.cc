// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/directory_reports.h"

#include <stdlib.h>
#include <time.h>

#include "agent/control/directory_json.h"
#include "tests/check.h"
#include "tests/unit/mfactl/says.h"

namespace mfa::mfactl {
namespace {

constexpr std::size_t kWidth = 100;
const Instant kNow(std::chrono::seconds(1800000000));

struct InUtc {
  InUtc() {
    setenv("TZ", "UTC", 1);
    tzset();
  }
};

CacheStatus brought() {
  CacheStatus status;
  status.source = "ldap:example";
  status.generation = 7;
  status.committed = kNow - std::chrono::hours(2);
  status.people = 1000;
  status.disabled = 12;
  status.at_risk = 3;
  status.bytes_on_disk = 5 << 20;
  status.kinds = {
      {DirectoryKind::people, kNow - std::chrono::hours(2), true, false},
      {DirectoryKind::risks, kNow - std::chrono::days(2), true, true},
      {DirectoryKind::devices, kNow, false, false}};
  return status;
}

std::string report(const CacheStatus& status,
                   const control::ConnectorState& connector = {},
                   std::size_t reports = 0) {
  return directory_report(
      control::directory_status_json(status, connector, reports), kNow, kWidth);
}

TEST("directory status says what is there, from where and how old") {
  const InUtc utc;
  const std::string text = report(brought());
  assert_says(text, {"generation 7 of ldap:example"});
  assert_says(text, {"1000 people (12 disabled, 3 at risk)"});
  assert_says(text, {"5 MiB"});
  assert_says(text, {"not connected"});
  assert_says(text, {"2 h"});
  assert_says(text, {"old: to be fetched"});
  assert_says(text, {"too old: helps nobody any more"});
  assert_says(text, {"fresh"});
}

TEST("directory status says nothing of troubles that are none") {
  const std::string text = report(brought());
  for (const char* heading :
       {"Trouble", "Held", "Ambiguous", "Refused", "To report", "Full sync"}) {
    assert_true(text.find(heading) == std::string::npos);
  }
}

TEST("directory status says what is wrong and what to do") {
  const InUtc utc;
  CacheStatus status = brought();
  status.held = HeldChange{kNow, "412 of 1000 people would be gone"};
  status.ambiguous_accounts = 2;
  status.ambiguous = {"alice", "bob"};
  status.refused_records = 1;
  status.refusals = {"person 7: the uid is reserved"};
  status.full_sync_wanted = true;
  control::ConnectorState connector;
  connector.trouble = {"ldap:example", "the server is down", kNow,
                       kNow + std::chrono::minutes(5)};
  connector.last_call = kNow;
  connector.waiting_for_work = 1;
  const std::string text = report(status, connector, 4);
  assert_says(text, {"412 of 1000 people would be gone"});
  assert_says(text, {"mfactl directory accept 2027-01-15T08:00:00.000000Z"});
  assert_says(text, {"2: alice; bob"});
  assert_says(text, {"the uid is reserved"});
  assert_says(text, {"the server is down"});
  assert_says(text, {"next try: 2027-01-15 08:05:00"});
  assert_says(text, {"4 risks dealt with here"});
  assert_says(text, {"connected; last heard of 2027-01-15 08:00:00"});
  assert_says(text, {"everything anew"});
}

TEST("directory status says that nothing was brought yet") {
  assert_says(report({}), {"nothing was brought yet"});
}

TEST("what a server says cannot move the terminal's cursor") {
  control::ConnectorState connector;
  connector.trouble = {"x", "down\x1b[2J\n", kNow, std::nullopt};
  const std::string text = report(brought(), connector);
  assert_true(text.find('\x1b') == std::string::npos);
  assert_says(text, {"next try: unknown"});
}

Person alice() {
  Person person{*UserName::parse("alice"),
                1000,
                {"User Administrator"},
                {"staff"},
                {},
                {"admins"}};
  CentralRecord record;
  record.standing = CentralRecord::Standing::enabled;
  record.id = "a-1";
  record.principal_name = "alice@example.org";
  record.risk = RiskLevel::high;
  record.memberships_are_fresh = true;
  DirectoryDevice laptop;
  laptop.device.text(DeviceText::device_id) = "laptop";
  laptop.device.is_compliant = true;
  laptop.enabled = true;
  record.devices = {laptop};
  person.central = record;
  return person;
}

Json reply_of(const Person& person) {
  return {{"user", person.name.str()},
          {"uid", person.uid},
          {"groups", person.groups},
          {"uncertainGroups", person.uncertain_groups},
          {"roles", person.roles},
          {"uncertainRoles", person.uncertain_roles},
          {"directory", control::central_json(person)}};
}

TEST("directory show tells who somebody is, what they have and how sure") {
  const std::string text = directory_user_report(reply_of(alice()), kWidth);
  assert_says(text, {"known as a-1, alice@example.org"});
  assert_says(text, {"User Administrator"});
  assert_says(text, {"staff; perhaps admins"});
  assert_says(text, {"high"});
  assert_says(text, {"devices are too old to count as compliant"});
  assert_says(text, {"laptop"});
}

TEST("directory show and user show say why an account is closed") {
  Person person = alice();
  person.central->standing = CentralRecord::Standing::disabled;
  person.central->detail = "the directory has disabled this person";
  assert_says(directory_user_report(reply_of(person), kWidth),
              {"no sign-in: the directory has disabled this person"});
  assert_says(central_text(control::central_json(person)), {"no sign-in"});
  person.central->standing = CentralRecord::Standing::conflict;
  assert_says(central_text(control::central_json(person)),
              {"not sure who this is"});
  person.central->standing = CentralRecord::Standing::unknown;
  assert_says(central_text(control::central_json(person)),
              {"of this host alone"});
  person.central.reset();
  assert_string_equal(central_text(control::central_json(person)).c_str(), "");
}

TEST("a device that is disabled is shown as nothing else") {
  Person person = alice();
  person.central->devices[0].enabled = false;
  const std::string text = directory_user_report(reply_of(person), kWidth);
  assert_says(text, {"disabled"});
  assert_true(text.find(" compliant") == text.rfind(" compliant"));
}

TEST("directory status says that a sync waits for a connector") {
  control::ConnectorState connector;
  assert_true(report(brought(), connector).find("asked to sync") ==
              std::string::npos);
  connector.sync_wanted = true;
  assert_says(report(brought(), connector),
              {"not connected; see systemctl status", "; asked to sync"});
}

TEST("directory show tells what is too old to be sure of") {
  const auto freshness = [](bool memberships, bool devices) {
    Person person = alice();
    person.central->memberships_are_fresh = memberships;
    person.central->devices_are_fresh = devices;
    return directory_user_report(reply_of(person), kWidth);
  };
  assert_says(freshness(true, true), {"fresh"});
  assert_says(freshness(false, true),
              {"roles and groups are too old to be sure of"});
  assert_says(freshness(false, false),
              {"roles, groups and devices are too old to be sure of"});
}

TEST("directory show tells what is not known, and makes nothing of it") {
  Person person = alice();
  person.roles.clear();
  person.uncertain_roles = {"User Administrator"};
  person.central->risk.reset();
  person.central->devices_are_fresh = true;
  person.central->is_guest = true;
  person.central->principal_name.clear();
  person.central->devices[0].device.is_compliant.reset();
  const std::string text = directory_user_report(reply_of(person), kWidth);
  assert_says(text, {"perhaps User Administrator"});
  assert_says(text, {"known as a-1 Identity a guest"});
  assert_says(text, {"laptop unknown"});
  assert_true(text.find("compliant") == std::string::npos);
  assert_true(text.find("high") == std::string::npos);
}

TEST("directory show of a host without a central directory is short") {
  Person person = alice();
  person.central.reset();
  const std::string text = directory_user_report(reply_of(person), kWidth);
  assert_says(text, {"staff; perhaps admins"});
  assert_true(text.find("DEVICE") == std::string::npos);
  assert_true(text.find("known as") == std::string::npos);
}

TEST("directory sync says whether anybody heard it") {
  assert_string_equal(sync_report({{"connected", true}}).c_str(),
                      "The connector was asked to sync.\n");
  assert_string_equal(
      sync_report({{"connected", false}}).c_str(),
      "No connector is connected; it is asked to sync when it comes.\n");
}

TEST("directory accept says what was accepted, on one safe line") {
  assert_string_equal(
      accepted_report(
          {{"what", "412 of 1000 people would be gone"}, {"connected", true}})
          .c_str(),
      "Accepted: 412 of 1000 people would be gone. The connector was asked to "
      "sync.\n");
  const std::string text =
      accepted_report({{"what", "gone\x1b[2J\nroot"}, {"connected", false}});
  assert_true(text.find('\x1b') == std::string::npos);
  assert_true(text.find('\n') == text.size() - 1);
}

TEST("directory forget says what the account is now") {
  assert_string_equal(
      forgotten_report({{"user", "alice"}}).c_str(),
      "alice is an account of this host alone now: the directory no longer "
      "closes it.\n");
}

}  // namespace
}  // namespace mfa::mfactl
