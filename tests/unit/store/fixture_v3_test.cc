// SPDX-License-Identifier: BSD-3-Clause
//
// A database that an agent of schema version 3 left behind opens for ever.
#include <cstdlib>
#include <filesystem>

#include "tests/unit/store/confirming.h"

namespace mfa::test {
namespace {

namespace fs = std::filesystem;
constexpr char kFixture[] = "tests/fixtures/state-v3";
// Run once, with MFA_WRITE_FIXTURE set, before version 3 was released.
void write_fixture() {
  ConfirmingHost host;
  const auto phone = host.bind("alice", 1000, kPhone);
  auto attempt = host.make_attempt("alice", host.code_now(phone));
  attempt.record.country = "CH";
  attempt.record.device_id = "4e9c";
  attempt.record.device_name = "Alice's laptop";
  attempt.record.device_trust_type = "ServerAD";
  attempt.record.device_compliant = true;
  attempt.record.sign_in_risk = "low";
  attempt.record.user_risk = "high";
  attempt.record.methods_used = "password,softwareOath";
  const std::string id = attempt.record.id;
  host.try_attempt(std::move(attempt));
  const AcceptedTerms terms{"house-rules", "2", host.clock.now().wall};
  host.confirm({id, "alice", host.remembered(), {terms}, "risk-7"});
  host.require_mfa("alice", true);
  host.answer("alice", host.wrong_code(phone), address("198.51.100.7"));
  Store::Finish grace{{}, true};
  grace.record.id = "00000000-0000-4000-8000-0000000000bb";
  grace.record.created = host.clock.now().wall;
  grace.record.user = "bob";
  wait_for<void>([&](auto done) { host.store->finish(grace, done); });
  host.stop();
  fs::create_directories(kFixture);
  for (const char* name : {"state.db", "master.key"}) {
    fs::copy_file(host.file(name), std::string(kFixture) + '/' + name,
                  fs::copy_options::overwrite_existing);
  }
}

TEST("the state of schema version 3 opens, and everything in it is there") {
  if (std::getenv("MFA_WRITE_FIXTURE")) write_fixture();
  Host host;
  host.start_on_fixture("state-v3");
  const PersonDetail alice = assert_knows_alice(host);
  assert_true(alice.state.grace_started == host.clock.now().wall);
  assert_true(host.person("bob").grace_started == host.clock.now().wall);
  // The seed still unseals: this wrong code is evaluated.
  assert_true(host.answer("alice", "000000") == Reason::wrong_code);
}

TEST("in the state of version 3 is what Conditional Access keeps") {
  Host host;
  host.start_on_fixture("state-v3");
  const PersonState alice = host.person("alice");
  assert_true(alice.mfa_required);
  assert_string_equal(alice.remediated_risk.c_str(), "risk-7");
  assert_int_equal(alice.terms.size(), 1);
  assert_string_equal(alice.terms[0].id.c_str(), "house-rules");
  assert_string_equal(alice.terms[0].version.c_str(), "2");
  assert_int_equal(alice.remembered.size(), 1);
  const RememberedMfa& remembered = alice.remembered[0];
  assert_int_equal(remembered.uid, 1000);
  assert_string_equal(remembered.service.c_str(), "sshd");
  assert_string_equal(remembered.policy_hash.c_str(), "p1");
  assert_true(remembered.verified == host.clock.now().wall);
  const auto log = host.log();
  assert_int_equal(log.size(), 3);
  const SignInRecord& record = log[0];
  assert_true(record.status == SignInStatus::success);
  assert_string_equal(record.country.c_str(), "CH");
  assert_string_equal(record.device_id.c_str(), "4e9c");
  assert_string_equal(record.device_name.c_str(), "Alice's laptop");
  assert_string_equal(record.device_trust_type.c_str(), "ServerAD");
  assert_true(record.device_compliant == true);
  assert_string_equal(record.sign_in_risk.c_str(), "low");
  assert_string_equal(record.user_risk.c_str(), "high");
  assert_string_equal(record.methods_used.c_str(), "password,softwareOath");
  assert_false(log[1].device_compliant.has_value());
}

}  // namespace
}  // namespace mfa::test
