// SPDX-License-Identifier: BSD-3-Clause
//
// What a confirmed sign-in leaves behind: a remembered second factor, accepted
// terms, a remediated risk.
#include <fmt/format.h>

#include <filesystem>

#include "agent/store/limits.h"
#include "tests/unit/store/confirming.h"
#include "tests/unit/store/disk.h"

namespace mfa::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST("what a confirmation keeps comes back as it was") {
  ConfirmingHost host;
  const RememberedMfa kept = host.remembered();
  const AcceptedTerms terms{"house-rules", "2", host.clock.now().wall};
  assert_true(host.sign_in({"", "alice", kept, {terms}, "risk-7"}).has_value());
  const PersonState alice = host.person("alice");
  assert_int_equal(alice.remembered.size(), 1);
  const RememberedMfa& read = alice.remembered[0];
  assert_int_equal(read.uid, 1000);
  assert_string_equal(read.target_user.c_str(), "root");
  assert_string_equal(read.service.c_str(), "sshd");
  assert_string_equal(read.source.c_str(), "192.0.2.1");
  assert_string_equal(read.device.c_str(), "laptop");
  assert_string_equal(read.terminal.c_str(), "ssh");
  assert_string_equal(read.boot_id.c_str(), "boot-1");
  assert_string_equal(read.policy_hash.c_str(), "p1");
  assert_string_equal(read.methods.c_str(), "password,softwareOath");
  assert_true(read.verified == kept.verified);
  assert_int_equal(alice.terms.size(), 1);
  assert_string_equal(alice.terms[0].id.c_str(), "house-rules");
  assert_string_equal(alice.terms[0].version.c_str(), "2");
  assert_true(alice.terms[0].accepted == terms.accepted);
  assert_string_equal(alice.remediated_risk.c_str(), "risk-7");
  assert_true(host.log().back().status == SignInStatus::success);
}

TEST("a confirmation replaces how the policies came out, if it says so") {
  ConfirmingHost host;
  Confirmation said{"", "alice", {}, {}, {}};
  said.policies = {{"MFA for all", PolicyResult::success, {"Mfa"}}};
  assert_true(host.sign_in(said).has_value());
  assert_true(host.log().back().policies == *said.policies);
  said.id = host.last_id;
  said.policies->clear();
  assert_true(host.confirm(said).has_value());
  assert_int_equal(host.log().back().policies.size(), 1);  // a repeat
  said.policies.reset();
  assert_true(host.sign_in(said).has_value());
  assert_int_equal(host.log().back().policies.size(), 0);  // as was written
}

TEST("person_detail tells what a confirmation kept") {
  ConfirmingHost host;
  const AcceptedTerms terms{"house-rules", "2", host.clock.now().wall};
  host.sign_in({"", "alice", host.remembered(), {terms}, "risk-7"});
  host.require_mfa("alice", true);
  const PersonState alice = host.detail("alice").state;
  assert_int_equal(alice.remembered.size(), 1);
  assert_int_equal(alice.terms.size(), 1);
  assert_string_equal(alice.remediated_risk.c_str(), "risk-7");
  assert_true(alice.mfa_required);
}

TEST("a confirmation starts no grace, and counts nobody as registered") {
  ConfirmingHost host;
  host.sign_in({"", "alice", host.remembered(), {}, {}});
  assert_false(host.person("alice").grace_started.has_value());
  assert_false(host.person("alice").is_registered());
  const auto counted =
      *wait_for<Statistics>([&](auto done) { host.store->statistics(done); });
  assert_int_equal(counted.people_in_grace, 0);
  assert_int_equal(counted.people_registered, 0);
}

TEST("a repeated confirmation changes nothing, not even what was forgotten") {
  ConfirmingHost host;
  Confirmation confirmation{"", "alice", host.remembered(), {}, "risk-7"};
  host.sign_in(confirmation);
  confirmation.id = host.last_id;
  confirmation.remediated_risk = "risk-8";
  assert_true(host.confirm(confirmation).has_value());
  assert_string_equal(host.person("alice").remediated_risk.c_str(), "risk-7");
  assert_int_equal(*host.forget("alice"), 1);
  host.clock.pass(seconds(1));
  confirmation.remember->verified = host.clock.now().wall;
  assert_true(host.confirm(confirmation).has_value());
  assert_int_equal(host.person("alice").remembered.size(), 0);
}

TEST("a sign-in that was not let in leaves nothing behind") {
  ConfirmingHost host;
  const Confirmation kept{"", "alice", host.remembered(), {}, "risk-7"};
  const auto refused = host.sign_in(kept, SignInStatus::failure);
  assert_true(refused.error().kind == ErrorKind::refused);
  Confirmation nowhere = kept;
  nowhere.id = "no such sign-in";
  assert_true(host.confirm(nowhere).error().kind == ErrorKind::not_found);
  assert_int_equal(host.person("alice").remembered.size(), 0);
  assert_string_equal(host.person("alice").remediated_risk.c_str(), "");
}

TEST("a sign-in keeps nothing for another person, and is not confirmed") {
  ConfirmingHost host;
  host.write_record("alice", SignInStatus::unconfirmed);
  for (const char* other : {"mallory", ""}) {
    const auto refused =
        host.confirm({host.last_id, other, host.remembered(), {}, {}});
    assert_true(refused.error().kind == ErrorKind::refused);
    assert_int_equal(host.person(other).remembered.size(), 0);
  }
  assert_true(host.log().back().status == SignInStatus::unconfirmed);
  // Where nothing is kept, nobody need be named.
  assert_true(host.confirm({host.last_id, "", {}, {}, {}}).has_value());
}

TEST("what is too long to be kept is refused, and the sign-in with it") {
  ConfirmingHost host;
  const std::string long_text(kMaxRememberedBytes + 1, 'x');
  std::vector<Confirmation> all;
  for (const auto part :
       {&RememberedMfa::target_user, &RememberedMfa::service,
        &RememberedMfa::source, &RememberedMfa::device,
        &RememberedMfa::terminal, &RememberedMfa::boot_id,
        &RememberedMfa::policy_hash, &RememberedMfa::methods}) {
    RememberedMfa remembered = host.remembered();
    remembered.*part = long_text;
    all.push_back({"", "alice", remembered, {}, {}});
  }
  const std::string long_id(129, 'x');
  all.push_back({"", "alice", {}, {{long_id, "1", {}}}, {}});
  all.push_back({"", "alice", {}, {{"a", long_id, {}}}, {}});
  all.push_back({"", "alice", {}, {{"", "1", {}}}, {}});
  all.push_back({"", "alice", {}, std::vector<AcceptedTerms>(65), {}});
  all.push_back({"", "alice", {}, {}, long_id});
  for (const Confirmation& each : all) {
    const auto refused = host.sign_in(each);
    assert_false(refused.has_value());
    assert_true(refused.error().kind == ErrorKind::malformed);
    assert_true(host.log().back().status == SignInStatus::unconfirmed);
  }
}

TEST("what is just short enough is kept") {
  ConfirmingHost host;
  RememberedMfa remembered = host.remembered();
  remembered.terminal = std::string(kMaxRememberedBytes, 't');
  const std::string longest(128, 'x');
  assert_true(
      host.sign_in({"", "alice", remembered, {{longest, longest, {}}}, longest})
          .has_value());
  assert_true(host.person("alice").remembered[0].terminal ==
              remembered.terminal);
  assert_true(host.person("alice").remediated_risk == longest);
}

TEST("terms that are accepted again replace their older version") {
  ConfirmingHost host;
  const Instant first = host.clock.now().wall;
  host.sign_in({"", "alice", {}, {{"a", "1", first}, {"b", "1", first}}, {}});
  host.clock.pass(hours(1));
  const Instant second = host.clock.now().wall;
  host.sign_in({"", "alice", {}, {{"a", "2", second}}, {}});
  const auto terms = host.person("alice").terms;
  assert_int_equal(terms.size(), 2);
  assert_string_equal(terms[0].version.c_str(), "2");
  assert_true(terms[0].accepted == second);
  assert_string_equal(terms[1].version.c_str(), "1");
}

TEST("the 64 terms that a person accepted last are kept") {
  ConfirmingHost host;
  for (int i = 0; i < 70; ++i) {
    host.clock.pass(seconds(1));
    host.sign_in({"",
                  "alice",
                  {},
                  {{fmt::format("{:02}", i), "1", host.clock.now().wall}},
                  {}});
  }
  const auto terms = host.person("alice").terms;
  assert_int_equal(terms.size(), 64);
  assert_string_equal(terms.front().id.c_str(), "06");
  assert_string_equal(terms.back().id.c_str(), "69");
}

TEST("a remediated risk stays until the next one, or until it is taken back") {
  ConfirmingHost host;
  const auto risk_after = [&](const std::optional<std::string>& stamp) {
    host.sign_in({"", "alice", {}, {}, stamp});
    return host.person("alice").remediated_risk;
  };
  assert_string_equal(risk_after("risk-7").c_str(), "risk-7");
  assert_string_equal(risk_after(std::nullopt).c_str(), "risk-7");
  assert_string_equal(risk_after("risk-8").c_str(), "risk-8");
  assert_string_equal(risk_after("").c_str(), "");
}

TEST("MFA is required of one account until it is no more") {
  ConfirmingHost host;
  assert_false(host.person("alice").mfa_required);
  host.require_mfa("alice", true);
  host.require_mfa("alice", true);
  assert_true(host.person("alice").mfa_required);
  assert_false(host.person("bob").mfa_required);
  host.restart();
  assert_true(host.person("alice").mfa_required);
  // Nothing else a person does takes it away.
  const auto phone = host.bind("alice");
  assert_true(host.answer("alice", host.code_now(phone)) == Reason::verified);
  wait_for<void>(
      [&](auto done) { host.store->reset_grace(user("alice"), done); });
  wait_for<Method>([&](auto done) {
    host.store->remove_method(user("alice"), phone.method.id, done);
  });
  assert_true(host.person("alice").mfa_required);
  host.require_mfa("alice", false);
  assert_false(host.person("alice").mfa_required);
}

// --- what a dying agent or disk leaves ---------------------------------------

TEST("what a confirmation kept is there after kill -9") {
  namespace fs = std::filesystem;
  ConfirmingHost host;
  const AcceptedTerms terms{"house-rules", "2", host.clock.now().wall};
  host.sign_in({"", "alice", host.remembered(), {terms}, "risk-7"});
  host.require_mfa("alice", true);
  const std::string copy = host.directory.path() + "/copy";
  fs::copy(host.settings.state_directory, copy);
  host.stop();
  fs::remove_all(host.settings.state_directory);
  fs::rename(copy, host.settings.state_directory);
  host.restart();
  const PersonState alice = host.person("alice");
  assert_int_equal(alice.remembered.size(), 1);
  assert_int_equal(alice.terms.size(), 1);
  assert_string_equal(alice.remediated_risk.c_str(), "risk-7");
  assert_true(alice.mfa_required);
}

TEST(
    "whatever operation of the disk fails, all of a confirmation is kept or "
    "nothing") {
  int kept = 0;
  int lost = 0;
  for (int failing = 0; failing < 16; ++failing) {
    for (const int code : {SQLITE_IOERR_WRITE, SQLITE_FULL}) {
      Disk disk;
      ConfirmingHost host;
      host.write_record("alice", SignInStatus::unconfirmed);
      int operations = 0;
      disk.before_operation = [&](bool is_sync) {
        if (operations++ != failing) return SQLITE_OK;
        return is_sync ? SQLITE_IOERR_FSYNC : code;
      };
      const AcceptedTerms terms{"house-rules", "2", host.clock.now().wall};
      const bool confirmed =
          host.confirm(
                  {host.last_id, "alice", host.remembered(), {terms}, "risk-7"})
              .has_value();
      disk.before_operation = [](bool) { return SQLITE_OK; };
      host.restart();
      const PersonState alice = host.person("alice");
      const bool is_success = host.log().back().status == SignInStatus::success;
      if (confirmed) assert_true(is_success);
      assert_int_equal(alice.remembered.size(), is_success ? 1 : 0);
      assert_int_equal(alice.terms.size(), is_success ? 1 : 0);
      assert_int_equal(alice.remediated_risk.empty(), !is_success);
      ++(is_success ? kept : lost);
    }
  }
  assert_true(kept > 0 && lost > 5);
}

}  // namespace
}  // namespace mfa::test
