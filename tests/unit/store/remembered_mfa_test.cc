// SPDX-License-Identifier: BSD-3-Clause
//
// How long a second factor is remembered, how many are, and what voids them.
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "agent/store/database.h"
#include "agent/store/limits.h"
#include "tests/unit/store/confirming.h"

namespace mfa::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// Signs in and returns how many are remembered then.
std::size_t remember(ConfirmingHost& host, const RememberedMfa& remembered,
                     const std::string& person = "alice") {
  const auto done = host.sign_in({"", person, remembered, {}, {}});
  if (!done) fail_msg("%s", done.error().what.c_str());
  return host.person(person).remembered.size();
}

TEST("the same binding is remembered once, as it was proved last") {
  ConfirmingHost host;
  assert_int_equal(remember(host, host.remembered()), 1);
  host.clock.pass(hours(1));
  RememberedMfa again = host.remembered();
  again.methods = "fido2";
  assert_int_equal(remember(host, again), 1);
  const RememberedMfa kept = host.person("alice").remembered[0];
  assert_true(kept.verified == again.verified);
  assert_string_equal(kept.methods.c_str(), "fido2");
}

TEST("each part of the binding tells two remembered sign-ins apart") {
  ConfirmingHost host;
  std::size_t count = 0;
  assert_int_equal(remember(host, host.remembered()), ++count);
  for (const auto part : {&RememberedMfa::target_user, &RememberedMfa::service,
                          &RememberedMfa::source, &RememberedMfa::device,
                          &RememberedMfa::terminal, &RememberedMfa::boot_id,
                          &RememberedMfa::policy_hash}) {
    RememberedMfa other = host.remembered();
    other.*part = "another";
    assert_int_equal(remember(host, other), ++count);
  }
  RememberedMfa other = host.remembered();
  other.uid = 2000;
  assert_int_equal(remember(host, other), ++count);
  assert_int_equal(remember(host, host.remembered(), "bob"), 1);
  assert_int_equal(host.person("alice").remembered.size(), count);
}

TEST("the newest 64 of a person are remembered") {
  ConfirmingHost host;
  remember(host, host.remembered(), "bob");
  for (int i = 0; i < 70; ++i) {
    host.clock.pass(seconds(1));
    RememberedMfa other = host.remembered();
    other.source = fmt::format("192.0.2.{}", i);
    remember(host, other);
  }
  const auto kept = host.person("alice").remembered;
  assert_int_equal(kept.size(), kMaxRememberedPerPerson);
  assert_string_equal(kept.front().source.c_str(), "192.0.2.69");
  assert_string_equal(kept.back().source.c_str(), "192.0.2.6");
  assert_int_equal(host.person("bob").remembered.size(), 1);
}

TEST("of 70 proved in the same instant 64 are remembered") {
  ConfirmingHost host;
  for (int i = 0; i < 70; ++i) {
    RememberedMfa other = host.remembered();
    other.source = fmt::format("192.0.2.{}", i);
    remember(host, other);
  }
  assert_int_equal(host.person("alice").remembered.size(), 64);
}

std::size_t rows_kept(Host& host) {
  host.stop();
  auto database = std::move(*Database::open(host.file("state.db")));
  Statement query = database->statement("SELECT count(*) FROM remembered_mfa");
  assert_true(query.next());
  return static_cast<std::size_t>(query.integer(0));
}

TEST("a second factor is remembered for a year, and its row goes after that") {
  ConfirmingHost host;
  remember(host, host.remembered());
  host.clock.pass(hours(24 * 365) - seconds(1));
  remember(host, host.remembered(), "bob");
  assert_int_equal(host.person("alice").remembered.size(), 1);
  host.clock.pass(seconds(1));
  assert_int_equal(host.person("alice").remembered.size(), 0);
  host.require_mfa("bob", true);  // any commit trims
  assert_int_equal(rows_kept(host), 1);
  host.restart();
  assert_int_equal(host.person("bob").remembered.size(), 1);
}

TEST("what was proved in the future vouches for nothing") {
  ConfirmingHost host;
  remember(host, host.remembered());
  host.clock.step_wall(-seconds(1));
  assert_int_equal(host.person("alice").remembered.size(), 0);
  host.clock.step_wall(seconds(1));
  assert_int_equal(host.person("alice").remembered.size(), 1);
}

TEST("forgetting tells how many there were, and is of one person") {
  ConfirmingHost host;
  RememberedMfa other = host.remembered();
  other.service = "sudo";
  remember(host, host.remembered());
  remember(host, other);
  remember(host, other, "bob");
  assert_int_equal(*host.forget("alice"), 2);
  assert_int_equal(*host.forget("alice"), 0);
  assert_int_equal(*host.forget("nobody"), 0);
  assert_int_equal(host.person("alice").remembered.size(), 0);
  assert_int_equal(host.person("bob").remembered.size(), 1);
  host.clock.pass(seconds(1));
  assert_int_equal(remember(host, host.remembered()), 1);
}

TEST("a sign-in under way while all was forgotten is not remembered after") {
  ConfirmingHost host;
  host.write_record("alice", SignInStatus::unconfirmed);
  const RememberedMfa proved_before = host.remembered();
  host.clock.pass(seconds(1));
  host.forget("alice");
  host.clock.pass(seconds(1));
  assert_true(
      host.confirm({host.last_id, "alice", proved_before, {}, {}}).has_value());
  assert_int_equal(host.person("alice").remembered.size(), 0);
}

struct WithPhone : ConfirmingHost {
  WithPhone() : phone(bind("alice")) {
    assert_int_equal(remember(*this, remembered()), 1);
  }

  void remove(const BoundMethod& method) {
    const auto removed = wait_for<Method>([&](auto done) {
      store->remove_method(user("alice"), method.method.id, done);
    });
    assert_true(removed.has_value());
  }
  std::size_t remembered_now() { return person("alice").remembered.size(); }

  BoundMethod phone;
};

TEST("removing the last method voids what is remembered, another does not") {
  WithPhone host;
  const auto token = host.bind("alice");
  wait_for<BoundMethod>([&](auto done) {
    host.store->add_method({user("alice"), 1000, "pending", {}, false}, done);
  });
  host.remove(token);
  assert_int_equal(host.remembered_now(), 1);
  host.remove(host.phone);
  assert_int_equal(host.remembered_now(), 0);
}

TEST("an account that was made anew finds nothing remembered") {
  WithPhone host;
  auto attempt = host.make_attempt("alice", host.code_now(host.phone));
  assert_true(host.try_attempt(std::move(attempt))->reason == Reason::verified);
  assert_int_equal(host.remembered_now(), 1);
  attempt = host.make_attempt("alice", "000000");
  attempt.uid = 2000;
  assert_true(host.try_attempt(std::move(attempt))->reason ==
              Reason::account_changed);
  assert_int_equal(host.remembered_now(), 0);
}

TEST("after a restored backup nothing of before is remembered") {
  ConfirmingHost host;
  remember(host, host.remembered());
  host.stop();
  const std::string path = host.file("state.db");
  std::ifstream in(path, std::ios::binary);
  const std::string backup{std::istreambuf_iterator<char>(in), {}};
  host.restart();
  host.clock.pass(seconds(1));
  assert_int_equal(*host.forget("alice"), 1);
  host.stop();
  std::ofstream(path, std::ios::binary | std::ios::trunc) << backup;
  host.restart();
  assert_true(host.store->rollback_detected().has_value());
  assert_int_equal(host.person("alice").remembered.size(), 0);
  host.clock.pass(seconds(1));
  assert_int_equal(remember(host, host.remembered()), 1);
}

}  // namespace
}  // namespace mfa::test
