// SPDX-License-Identifier: BSD-3-Clause
//
// How older states become today's; what was in them is the matter of the
// tests of the fixtures.
#include "agent/store/schema.h"
#include "tests/unit/store/confirming.h"

namespace mfa::test {
namespace {

constexpr const char* kOlder[] = {"state-v1", "state-v2", "state-v3"};
constexpr const char* kBeforeConditionalAccess[] = {"state-v1", "state-v2"};

std::string schema_of(const std::string& path) {
  auto database = std::move(*Database::open(path));
  assert_int_equal(std::stoi(database->pragma("PRAGMA user_version")),
                   kSchemaVersion);
  assert_string_equal(database->pragma("PRAGMA integrity_check").c_str(), "ok");
  assert_string_equal(database->pragma("PRAGMA foreign_key_check").c_str(), "");
  std::string all;
  Statement query = database->statement(
      "SELECT type || ' ' || name || ' ' || coalesce(sql, '') "
      "FROM sqlite_schema ORDER BY 1");
  while (query.next()) all += query.text(0) + '\n';
  return all;
}

TEST("every older state gets the schema that a new one has") {
  Host fresh;
  fresh.restart();
  fresh.stop();
  const std::string expected = schema_of(fresh.file("state.db"));
  assert_true(expected.find("remembered_mfa") != std::string::npos);
  for (const char* name : kOlder) {
    Host host;
    host.start_on_fixture(name);
    host.stop();
    assert_string_equal(schema_of(host.file("state.db")).c_str(),
                        expected.c_str());
  }
}

TEST("in an older state nothing is remembered, accepted or known of a device") {
  for (const char* name : kBeforeConditionalAccess) {
    Host host;
    host.start_on_fixture(name);
    const PersonState alice = host.person("alice");
    assert_int_equal(alice.methods.size(), 1);
    assert_false(alice.mfa_required);
    assert_int_equal(alice.remembered.size(), 0);
    assert_int_equal(alice.terms.size(), 0);
    assert_string_equal(alice.remediated_risk.c_str(), "");
    for (const SignInRecord& record : host.log()) {
      assert_string_equal(record.country.c_str(), "");
      assert_string_equal(record.device_id.c_str(), "");
      assert_false(record.device_compliant.has_value());
      assert_string_equal(record.sign_in_risk.c_str(), "");
      assert_string_equal(record.methods_used.c_str(), "");
    }
  }
}

TEST("in an older state nothing waits for the central directory") {
  for (const char* name : kOlder) {
    Host host;
    host.start_on_fixture(name);
    const auto reports = *wait_for<std::vector<DirectoryReport>>(
        [&](auto done) { host.store->list_directory_reports(done); });
    assert_int_equal(reports.size(), 0);
    for (const SignInRecord& record : host.log()) {
      assert_string_equal(record.user_id.c_str(), "");
    }
  }
}

TEST("an older state keeps from now on what a confirmation brings") {
  for (const char* name : kOlder) {
    ConfirmingHost host;
    host.stop();
    std::filesystem::remove_all(host.settings.state_directory);
    std::filesystem::remove_all(host.settings.runtime_directory);
    host.start_on_fixture(name);
    const AcceptedTerms terms{"house-rules", "2", host.clock.now().wall};
    assert_true(host.sign_in({"", "alice", host.remembered(), {terms}, "r"})
                    .has_value());
    host.require_mfa("bob", true);
    host.restart();
    const PersonState alice = host.person("alice");
    assert_int_equal(alice.methods.size(), 1);
    assert_int_equal(alice.remembered.size(), 1);
    assert_int_equal(alice.terms.size(), 1);
    assert_string_equal(alice.remediated_risk.c_str(), "r");
    assert_true(host.person("bob").mfa_required);
    assert_true(host.person("bob").grace_started.has_value());
  }
}

}  // namespace
}  // namespace mfa::test
