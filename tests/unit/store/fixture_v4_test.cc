// SPDX-License-Identifier: BSD-3-Clause
//
// A database that an agent of schema version 4 left behind opens for ever.
#include <cstdlib>
#include <filesystem>

#include "tests/unit/store/confirming.h"

namespace mfa::test {
namespace {

namespace fs = std::filesystem;
constexpr char kFixture[] = "tests/fixtures/state-v4";
constexpr char kAliceId[] = "26be570a-ae82-4189-b4e2-a37c6808512d";

// Run once, with MFA_WRITE_FIXTURE set, before version 4 was released.
void write_fixture() {
  ConfirmingHost host;
  const auto phone = host.bind("alice", 1000, kPhone);
  auto attempt = host.make_attempt("alice", host.code_now(phone));
  attempt.record.user_id = kAliceId;
  const std::string id = attempt.record.id;
  host.try_attempt(std::move(attempt));
  Confirmation confirmation{id, "alice", host.remembered(), {}, "risk-7"};
  confirmation.report = {
      0, kAliceId, DirectoryReport::Action::dismiss_risk, "risk-7", {}};
  host.confirm(confirmation);
  host.answer("alice", host.wrong_code(phone), address("198.51.100.7"));
  host.stop();
  fs::create_directories(kFixture);
  for (const char* name : {"state.db", "master.key"}) {
    fs::copy_file(host.file(name), std::string(kFixture) + '/' + name,
                  fs::copy_options::overwrite_existing);
  }
}

TEST("the state of schema version 4 opens, and everything in it is there") {
  if (std::getenv("MFA_WRITE_FIXTURE")) write_fixture();
  Host host;
  host.start_on_fixture("state-v4");
  assert_knows_alice(host);
  const auto log = host.log();
  assert_string_equal(log[0].user_id.c_str(), kAliceId);
  assert_string_equal(log[1].user_id.c_str(), "");
  const auto reports = *wait_for<std::vector<DirectoryReport>>(
      [&](auto done) { host.store->list_directory_reports(done); });
  assert_int_equal(reports.size(), 1);
  assert_int_equal(reports[0].id, 1);
  assert_string_equal(reports[0].person_id.c_str(), kAliceId);
  assert_true(reports[0].action == DirectoryReport::Action::dismiss_risk);
  assert_string_equal(reports[0].risk_stamp.c_str(), "risk-7");
  assert_true(reports[0].happened == host.clock.now().wall);
}

}  // namespace
}  // namespace mfa::test
