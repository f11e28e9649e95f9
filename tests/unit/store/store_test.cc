// SPDX-License-Identifier: BSD-3-Clause
//
// The sign-in log, group commit, and what must not be found on the disk.
#include <fmt/format.h>
#include <sqlite3.h>

#include <atomic>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>
#include <tuple>

#include "agent/store/limits.h"
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Started : Host {
  Started() {
    const auto started = start();
    if (!started) fail_msg("%s", started.error().what.c_str());
  }

  Result<> finish(const SignInRecord& record) {
    return wait_for<void>([&](auto done) {
      store->finish({record, false}, done);
    });
  }
  Result<> confirm(const std::string& id) {
    return wait_for<void>([&](auto done) {
      store->confirm({id, "", {}, {}, {}}, done);
    });
  }
  SignInRecord record(const std::string& id, const std::string& name) const {
    SignInRecord record;
    record.id = id;
    record.created = clock.now().wall;
    record.user = name;
    record.reason = Reason::nothing_required;
    record.status = SignInStatus::unconfirmed;
    return record;
  }
};

TEST("a record comes back as it was written") {
  Started host;
  SignInRecord written = host.record("0a1b2c3d-0000", "alice");
  written.user_known = true;
  written.target_user = "root";
  written.application = "su";
  written.ip_address = "2001:db8::1";
  written.source = "2001:db8::/64";
  written.terminal = "pts/3";
  written.client_is_modern = false;
  written.first_factor = "password";
  written.asker = "root";
  written.roles = {"Global Administrator", "a:b,\n\"", ""};
  written.roles_known = false;
  written.requirement = "multiFactorAuthentication";
  written.method_id = "00ff";
  written.method_label = "Phone";
  written.detail = "detail";
  written.attempts = 2;
  written.policies = {{"Security defaults", PolicyResult::success, {"mfa"}},
                      {"3:x", PolicyResult::not_applied, {}},
                      {"later", PolicyResult::report_only_interrupted, {}}};
  written.configuration_generation = 7;
  assert_true(host.finish(written).has_value());
  const auto log = host.log();
  assert_int_equal(log.size(), 1);
  const SignInRecord& read = log[0];
  assert_true(read.created == written.created);
  assert_string_equal(read.user.c_str(), "alice");
  assert_true(read.user_known && !read.client_is_modern && !read.roles_known);
  assert_string_equal(read.target_user.c_str(), "root");
  assert_string_equal(read.application.c_str(), "su");
  assert_string_equal(read.ip_address.c_str(), "2001:db8::1");
  assert_string_equal(read.source.c_str(), "2001:db8::/64");
  assert_string_equal(read.terminal.c_str(), "pts/3");
  assert_string_equal(read.first_factor.c_str(), "password");
  assert_string_equal(read.asker.c_str(), "root");
  assert_true(read.roles == written.roles);
  assert_string_equal(read.requirement.c_str(), "multiFactorAuthentication");
  assert_string_equal(read.method_id.c_str(), "00ff");
  assert_string_equal(read.method_label.c_str(), "Phone");
  assert_string_equal(read.detail.c_str(), "detail");
  assert_int_equal(read.attempts, 2);
  assert_true(read.reason == Reason::nothing_required);
  assert_true(read.status == SignInStatus::unconfirmed);
  assert_true(read.policies == written.policies);
  assert_int_equal(read.configuration_generation, 7);
}

struct Facts {
  std::string country, device_id, device_name, device_trust_type;
  std::optional<bool> device_compliant;
  std::string sign_in_risk, user_risk, methods_used;

  bool operator==(const Facts&) const = default;
};

void set_facts(SignInRecord& record, const Facts& facts) {
  std::tie(record.country, record.device_id, record.device_name,
           record.device_trust_type, record.device_compliant,
           record.sign_in_risk, record.user_risk, record.methods_used) =
      std::tie(facts.country, facts.device_id, facts.device_name,
               facts.device_trust_type, facts.device_compliant,
               facts.sign_in_risk, facts.user_risk, facts.methods_used);
}

Facts facts_of(const SignInRecord& record) {
  return {record.country,          record.device_id,
          record.device_name,      record.device_trust_type,
          record.device_compliant, record.sign_in_risk,
          record.user_risk,        record.methods_used};
}

const Facts kManyFacts{"CH", "4e9c", "Alice's laptop", "ServerAD",
                       true, "low",  "high",           "password,softwareOath"};

TEST("the facts of a sign-in come back as they were written, or unknown") {
  Started host;
  SignInRecord record = host.record("11111111-a", "alice");
  host.finish(record);
  assert_true(facts_of(host.log().back()) == Facts{});
  for (const auto& compliant :
       {std::optional(true), std::optional(false), std::optional<bool>()}) {
    Facts facts = kManyFacts;
    facts.device_compliant = compliant;
    record.id += '1';
    set_facts(record, facts);
    host.finish(record);
    assert_true(facts_of(host.log().back()) == facts);
  }
}

TEST("the facts of a sign-in that goes on are those it knew last") {
  Started host;
  const auto phone = host.bind("alice");
  auto attempt = host.make_attempt("alice", host.wrong_code(phone));
  const std::string id = attempt.record.id;
  host.try_attempt(std::move(attempt));
  attempt = host.make_attempt("alice", host.code_now(phone));
  attempt.record.id = id;
  set_facts(attempt.record, kManyFacts);
  const auto result = host.try_attempt(std::move(attempt));
  assert_true(facts_of(result->record) == kManyFacts);
  assert_int_equal(host.log().size(), 1);
  assert_true(facts_of(host.log()[0]) == kManyFacts);
  SignInRecord end = host.record(id, "alice");
  Facts last = kManyFacts;
  last.user_risk = "none";
  set_facts(end, last);
  host.finish(end);
  assert_true(facts_of(host.log()[0]) == last);
}

TEST("a confirmation turns unconfirmed into success, once and for all") {
  Started host;
  SignInRecord record = host.record("11111111-a", "alice");
  assert_true(host.finish(record).has_value());
  assert_true(host.confirm(record.id).has_value());
  assert_true(host.confirm(record.id).has_value());
  record.status = SignInStatus::failure;
  assert_true(host.finish(record).has_value());
  assert_true(host.log()[0].status == SignInStatus::success);
}

TEST("what failed or never was cannot be confirmed") {
  Started host;
  SignInRecord record = host.record("11111111-a", "alice");
  record.status = SignInStatus::failure;
  assert_true(host.finish(record).has_value());
  assert_true(host.confirm(record.id).error().kind == ErrorKind::refused);
  assert_true(host.confirm("2222").error().kind == ErrorKind::not_found);
}

TEST("the log is read by user, time and sequence, oldest first") {
  Started host;
  for (int i = 0; i < 20; ++i) {
    assert_true(host.finish(host.record(fmt::format("{:08}", i),
                                        i % 2 == 0 ? "alice" : "bob"))
                    .has_value());
    host.clock.pass(minutes(1));
  }
  const auto ids = [&](const SignInQuery& query) {
    std::string all;
    for (const auto& record : host.log(query)) {
      all += std::to_string(std::stoi(record.id)) + ' ';
    }
    return all;
  };
  const Instant since = host.clock.now().wall - minutes(3);
  const auto fifteenth = host.log()[15].sequence;
  assert_string_equal(ids({{}, {}, {}, 3}).c_str(), "17 18 19 ");
  assert_string_equal(ids({"bob", {}, {}, 2}).c_str(), "17 19 ");
  assert_string_equal(ids({{}, since, {}, 100}).c_str(), "17 18 19 ");
  assert_string_equal(ids({"alice", since, {}, 100}).c_str(), "18 ");
  assert_string_equal(ids({{}, {}, fifteenth, 2}).c_str(), "16 17 ");
  assert_string_equal(ids({"bob", {}, fifteenth, 2}).c_str(), "17 19 ");
  assert_string_equal(ids({"nobody", {}, {}, 2}).c_str(), "");
}

TEST("a record is found by the beginning of its id") {
  Started host;
  for (const char* id : {"abcdef01-1", "abcdef01-2", "abcdef02-1"}) {
    host.finish(host.record(id, "alice"));
  }
  const auto find = [&](const std::string& prefix) {
    return wait_for<std::vector<SignInRecord>>(
        [&](auto done) { host.store->find_sign_in(prefix, done); });
  };
  assert_int_equal(find("abcdef01")->size(), 2);
  assert_int_equal(find("abcdef02-1")->size(), 1);
  assert_int_equal(find("bbcdef01")->size(), 0);
  for (const char* prefix : {"", "abcdef0", "%%%%%%%%", "abcdef01*"}) {
    assert_true(find(prefix).error().kind == ErrorKind::malformed);
  }
}

TEST("the log keeps so many records and so many days, and no more") {
  Started host;
  host.store->set_retention(90, 100);
  for (int i = 0; i < 300; ++i) {
    host.finish(host.record(fmt::format("{:08}", i), "alice"));
  }
  auto log = host.log({{}, {}, {}, 10000});
  // One behind: the limit is applied before a batch's own record is there.
  assert_in_range(log.size(), 100, 101);
  assert_string_equal(log.back().id.c_str(), "00000299");
  const auto newest = log.back().sequence;
  host.clock.pass(hours(24 * 91));
  host.store->set_retention(90, 100);
  log = host.log({{}, {}, {}, 10000});
  host.finish(host.record("next", "alice"));
  log = host.log({{}, {}, {}, 10000});
  assert_true(log.size() <= 2);
  assert_true(log.back().sequence > newest);
}

// --- many at once ------------------------------------------------------------

// Every thread waits for the others before it asks.
template <class Ask>
std::vector<Reason> all_at_once(int threads, Ask ask) {
  std::vector<Reason> reasons(static_cast<std::size_t>(threads));
  std::atomic<int> ready = 0;
  std::vector<std::thread> crowd;
  for (int i = 0; i < threads; ++i) {
    crowd.emplace_back([&, i] {
      ++ready;
      while (ready < threads) std::this_thread::yield();
      reasons[static_cast<std::size_t>(i)] = ask(i);
    });
  }
  for (auto& thread : crowd) thread.join();
  return reasons;
}

Reason ask(Host& host, Attempt attempt) {
  const auto result = host.try_attempt(std::move(attempt));
  return result ? result->reason : Reason::store_unavailable;
}

TEST("of 2, 4, 16, 64 simultaneous uses of one code exactly one succeeds") {
  Started host;
  const auto phone = host.bind("alice");
  for (const int threads : {2, 4, 16, 64}) {
    for (int round = 0; round < 20; ++round) {
      host.clock.pass(minutes(30));
      std::vector<Attempt> attempts;
      for (int i = 0; i < threads; ++i) {
        attempts.push_back(
            host.make_attempt("alice", host.code_now(phone),
                              address(fmt::format("10.0.{}.{}", round, i))));
      }
      const auto reasons = all_at_once(threads, [&](int i) {
        return ask(host, std::move(attempts[static_cast<std::size_t>(i)]));
      });
      assert_int_equal(
          std::count(reasons.begin(), reasons.end(), Reason::verified), 1);
      wait_for<void>(
          [&](auto done) { host.store->unlock(user("alice"), done); });
    }
  }
}

TEST("of 16 parallel wrong codes five are evaluated, and none is forgotten") {
  Started host;
  const auto phone = host.bind("alice");
  for (int round = 0; round < 20; ++round) {
    std::vector<Attempt> attempts;
    for (int i = 0; i < 16; ++i) {
      attempts.push_back(host.make_attempt("alice", host.wrong_code(phone)));
    }
    const auto reasons = all_at_once(16, [&](int i) {
      return ask(host, std::move(attempts[static_cast<std::size_t>(i)]));
    });
    assert_int_equal(
        std::count(reasons.begin(), reasons.end(), Reason::wrong_code), 5);
    assert_int_equal(std::count(reasons.begin(), reasons.end(), Reason::paused),
                     11);
    assert_int_equal(host.detail("alice").throttled[0].failures, 5);
    assert_int_equal(host.person("alice").methods[0].failures_unfamiliar, 5);
    wait_for<void>([&](auto done) { host.store->unlock(user("alice"), done); });
  }
}

// Holds the store's thread while others queue up behind.
class Held {
 public:
  explicit Held(Store& store) {
    std::promise<void> holding;
    store.statistics([&, release = release_.get_future().share()](auto) {
      holding.set_value();
      release.wait();
    });
    holding.get_future().wait();
  }
  void release() { release_.set_value(); }

 private:
  std::promise<void> release_;
};

TEST("operations that wait together share one commit") {
  Started host;
  const auto generation = [&] {
    return wait_for<Statistics>(
               [&](auto done) { host.store->statistics(done); })
        ->generation;
  };
  host.bind("alice");
  const auto before = generation();
  Held held(*host.store);
  std::atomic<int> finished = 0;
  for (int i = 0; i < 100; ++i) {
    host.store->finish(
        {host.record(fmt::format("{:08}", i), "alice"), false},
        [&](const Result<>& done) { finished += done.has_value(); });
  }
  held.release();
  host.bind("bob");  // queued behind all of them
  assert_int_equal(finished, 100);
  assert_in_range(generation() - before, 1, 2);
}

TEST("one operation that fails does not harm the others of its commit") {
  Started host;
  const auto phone = host.bind("alice");
  Held held(*host.store);
  std::promise<bool> refused;
  host.store->add_method({user("alice"), 2000, "", {}, true},
                         [&](const Result<BoundMethod>& result) {
                           refused.set_value(!result.has_value());
                         });
  std::promise<Reason> verified;
  host.store->attempt(host.make_attempt("alice", host.code_now(phone)),
                      [&](const Result<AttemptResult>& result) {
                        verified.set_value(result->reason);
                      });
  held.release();
  assert_true(refused.get_future().get());
  assert_true(verified.get_future().get() == Reason::verified);
}

TEST(
    "hostile input 36: the queue is bounded; what does not fit fails at once") {
  Started host;
  Held held(*host.store);
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  const int sent = static_cast<int>(kMaxQueuedOperations) + 1000;
  for (int i = 0; i < sent; ++i) {
    host.store->find_person("alice", [&](const Result<PersonState>& result) {
      ++done;
      if (!result) ++refused;
    });
  }
  assert_int_equal(refused, 1000);
  held.release();
  host.stop();
  assert_int_equal(done, sent);
}

TEST("closing the store finishes what is queued") {
  Started host;
  Held held(*host.store);
  std::atomic<int> done = 0;
  for (int i = 0; i < 1000; ++i) {
    host.store->finish(
        {host.record(fmt::format("{:08}", i), "alice"), false},
        [&](const Result<>& result) { done += result.has_value(); });
  }
  held.release();
  host.stop();
  assert_int_equal(done, 1000);
  host.restart();
  assert_int_equal(host.log({{}, {}, {}, 10000}).size(), 1000);
}

// --- secrets on the disk -----------------------------------------------------

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST("no seed and no code is readable in any file of the state") {
  Started host;
  const auto phone = host.bind("alice");
  const std::string code = host.code_now(phone);
  host.answer("alice", code);
  host.answer("alice", "739215");
  bool saw_name = false;
  for (const auto& entry :
       std::filesystem::directory_iterator(host.settings.state_directory)) {
    const std::string bytes = read_file(entry.path());
    assert_true(bytes.find(phone.seed.reveal()) == std::string::npos);
    assert_true(bytes.find("739215") == std::string::npos);
    saw_name |= bytes.find("alice") != std::string::npos;
  }
  assert_true(saw_name);  // the search does find what is there
}

TEST("a seed copied onto another person's row does not open (R-68)") {
  Started host;
  const auto attacker = host.bind("mallory");
  host.bind("alice");
  host.stop();
  sqlite3* handle = nullptr;
  assert_int_equal(sqlite3_open(host.file("state.db").c_str(), &handle),
                   SQLITE_OK);
  assert_int_equal(
      sqlite3_exec(handle,
                   "UPDATE methods SET sealed_seed = (SELECT sealed_seed FROM "
                   "methods WHERE person = 'mallory') WHERE person = 'alice'",
                   nullptr, nullptr, nullptr),
      SQLITE_OK);
  sqlite3_close(handle);
  host.restart();
  const auto result =
      host.try_attempt(host.make_attempt("alice", host.code_now(attacker)));
  assert_false(result.has_value());
  assert_true(result.error().kind == ErrorKind::damaged);
  assert_true(host.answer("mallory", host.code_now(attacker)) ==
              Reason::verified);
}

}  // namespace
}  // namespace mfa::test
