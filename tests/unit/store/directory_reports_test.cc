// SPDX-License-Identifier: BSD-3-Clause
//
// What waits to be told to the central directory.
#include "agent/store/directory_reports.h"

#include <fmt/format.h>

#include "agent/store/limits.h"
#include "tests/unit/store/confirming.h"

namespace mfa::test {
namespace {

using Action = DirectoryReport::Action;

struct ReportingHost : ConfirmingHost {
  std::vector<DirectoryReport> waiting() {
    return *wait_for<std::vector<DirectoryReport>>(
        [&](auto done) { store->list_directory_reports(done); });
  }

  bool finish(std::int64_t id) {
    return *wait_for<bool>(
        [&](auto done) { store->finish_directory_report(id, done); });
  }

  Result<> report(const std::string& person_id, Action action,
                  const std::string& stamp) {
    Confirmation confirmation{"", "alice", {}, {}, {}};
    confirmation.report = {0, person_id, action, stamp, {}};
    return sign_in(confirmation);
  }
};

TEST("a confirmed sign-in's report waits, also over a restart") {
  ReportingHost host;
  assert_true(
      host.report("alice-id", Action::dismiss_risk, "high/1").has_value());
  host.restart();
  const auto reports = host.waiting();
  assert_int_equal(reports.size(), 1);
  assert_string_equal(reports[0].person_id.c_str(), "alice-id");
  assert_true(reports[0].action == Action::dismiss_risk);
  assert_string_equal(reports[0].risk_stamp.c_str(), "high/1");
  assert_true(reports[0].happened == host.clock.now().wall);
}

TEST("a report is told once, however often the risk is remediated") {
  ReportingHost host;
  for (int i = 0; i < 3; ++i) {
    assert_true(
        host.report("alice-id", Action::confirm_safe, "high/1").has_value());
  }
  assert_int_equal(host.waiting()[0].id, 1);  // the first one
  assert_int_equal(host.waiting().size(), 1);
  assert_true(
      host.report("alice-id", Action::confirm_safe, "high/2").has_value());
  assert_true(
      host.report("alice-id", Action::dismiss_risk, "high/2").has_value());
  assert_int_equal(host.waiting().size(), 3);
}

TEST("a repeated confirmation reports nothing anew") {
  ReportingHost host;
  assert_true(
      host.report("alice-id", Action::confirm_safe, "high/1").has_value());
  assert_true(host.finish(host.waiting()[0].id));
  Confirmation again{host.last_id, "alice", {}, {}, {}};
  again.report = {0, "alice-id", Action::confirm_safe, "high/1", {}};
  assert_true(host.confirm(again).has_value());
  assert_int_equal(host.waiting().size(), 0);
}

TEST("a report that is done is gone, and its id is never another's") {
  ReportingHost host;
  assert_true(host.report("alice-id", Action::confirm_safe, "1").has_value());
  const auto first = host.waiting()[0].id;
  assert_true(host.finish(first));
  assert_false(host.finish(first));
  host.restart();
  assert_true(host.report("bob-id", Action::confirm_safe, "1").has_value());
  assert_int_equal(host.waiting().size(), 1);
  assert_true(host.waiting()[0].id > first);
}

TEST("a failed sign-in reports nothing") {
  ReportingHost host;
  Confirmation confirmation{"", "alice", {}, {}, {}};
  confirmation.report = {0, "alice-id", Action::confirm_safe, "1", {}};
  assert_false(host.sign_in(confirmation, SignInStatus::failure).has_value());
  assert_int_equal(host.waiting().size(), 0);
}

TEST("a sign-in is not reported as another person's") {
  ReportingHost host;
  host.write_record("bob", SignInStatus::unconfirmed);
  Confirmation confirmation{host.last_id, "alice", {}, {}, {}};
  confirmation.report = {0, "alice-id", Action::confirm_safe, "1", {}};
  assert_false(host.confirm(confirmation).has_value());
  assert_int_equal(host.waiting().size(), 0);
}

TEST("a report without a person, or with more than is kept, is refused") {
  ReportingHost host;
  const std::string long_id(kMaxDirectoryIdBytes + 1, 'x');
  const std::string long_stamp(kMaxRiskStampBytes + 1, 'x');
  for (const auto& made :
       {host.report("", Action::confirm_safe, "1"),
        host.report(long_id, Action::confirm_safe, "1"),
        host.report("a", Action::confirm_safe, long_stamp)}) {
    assert_false(made.has_value());
    assert_true(made.error().kind == ErrorKind::malformed);
  }
}

TEST("when the directory cannot be told, the oldest reports are kept") {
  ReportingHost host;
  for (std::size_t i = 0; i <= kMaxDirectoryReports; ++i) {
    const std::string id = fmt::format("id-{}", i);
    assert_true(host.report(id, Action::confirm_safe, "").has_value());
  }
  const auto reports = host.waiting();
  assert_int_equal(reports.size(), kMaxDirectoryReports);
  assert_string_equal(reports.front().person_id.c_str(), "id-0");
}

}  // namespace
}  // namespace mfa::test
