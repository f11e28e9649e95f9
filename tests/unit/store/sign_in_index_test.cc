// SPDX-License-Identifier: BSD-3-Clause
//
// What a question to a long log costs, in SQLite's own steps: time would
// depend on the machine.
#include <sqlite3.h>

#include <atomic>

#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int kStepsPerCall = 1000;
// Far less than one step for each of the 200,000 records.
constexpr int kCallsOfAFewRecords = 3;
std::atomic<int> calls;

int count_call(void*) {
  ++calls;
  return 0;
}

int watch_connection(sqlite3* connection, char**, const void*) {
  sqlite3_progress_handler(connection, kStepsPerCall, count_call, nullptr);
  return SQLITE_OK;
}

// While one lives, the steps of every new connection are counted.
class WatchedSteps {
 public:
  WatchedSteps() { sqlite3_auto_extension(entry()); }
  ~WatchedSteps() { sqlite3_reset_auto_extension(); }
  WatchedSteps(const WatchedSteps&) = delete;
  WatchedSteps& operator=(const WatchedSteps&) = delete;

 private:
  // SQLite declares an entry point as void(*)() and calls it with the three
  // arguments of watch_connection.
  static void (*entry())() {
    return reinterpret_cast<void (*)()>(watch_connection);
  }
};

// 200,000 sign-ins of alice, one a second, the last one now.
void fill_log(const Host& host) {
  sqlite3* handle = nullptr;
  assert_int_equal(sqlite3_open(host.file("state.db").c_str(), &handle),
                   SQLITE_OK);
  const int failed = sqlite3_exec(
      handle,
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 200000) INSERT INTO sign_ins SELECT i, "
      "printf('00000000-%012d', i), (1800000000 - 200000 + i) * 1000000, "
      "'alice', 1, '', 'sshd', '', '', '', 1, '', '', '', 1, '', '', '', 3, 0, "
      "'', 1, '', 1, '', '', '', '', NULL, '', '', '', '' FROM n",
      nullptr, nullptr, nullptr);
  sqlite3_close(handle);
  assert_int_equal(failed, SQLITE_OK);
}

TEST("asking a long log for a time reads no record before it") {
  Host host;
  host.restart();
  host.stop();
  fill_log(host);
  const WatchedSteps watched;
  host.restart();
  const Instant now = host.clock.now().wall;
  const auto expect = [&](const SignInQuery& query, std::size_t records) {
    calls = 0;
    assert_int_equal(host.log(query).size(), records);
    if (calls > kCallsOfAFewRecords) fail_msg("%d calls", calls.load());
  };
  const Instant later = now + hours(24 * 365);
  expect({"alice", later, {}, 1000}, 0);
  expect({"alice", later, 0, 1000}, 0);
  expect({{}, later, {}, 1000}, 0);
  expect({{}, later, 0, 1000}, 0);
  expect({"alice", now - seconds(4), {}, 1000}, 5);
  expect({"alice", now - hours(24), {}, 3}, 3);
  expect({"alice", {}, {}, 3}, 3);
  expect({"alice", {}, 199997, 1000}, 3);
  SignInQuery walk;
  walk.limit = 3;
  walk.behind = {now - seconds(100000), 0};
  expect(walk, 3);
  // The counting works: a question nothing is kept for reads them all.
  calls = 0;
  host.log({"alice", now, 0, 1000});
  assert_true(calls > 100);
}

}  // namespace
}  // namespace mfa::test
