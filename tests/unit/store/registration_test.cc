// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct Started : Host {
  Started() {
    const auto started = start();
    if (!started) fail_msg("%s", started.error().what.c_str());
  }

  Result<BoundMethod> add(const NewMethod& method) {
    return wait_for<BoundMethod>(
        [&](auto done) { store->add_method(method, done); });
  }
  Result<BoundMethod> add_pending(const std::string& label) {
    return add({user("alice"), 1000, label, {}, false});
  }
  Result<Method> prove(const BoundMethod& bound, const std::string& code) {
    return wait_for<Method>([&](auto done) {
      store->confirm_method(user("alice"), bound.method.id, Secret(code), done);
    });
  }
  Result<Method> remove(const std::string& id) {
    return wait_for<Method>(
        [&](auto done) { store->remove_method(user("alice"), id, done); });
  }
  Statistics count() {
    return *wait_for<Statistics>([&](auto done) { store->statistics(done); });
  }
};

template <class T>
bool fails_with(const Result<T>& result, ErrorKind kind) {
  return !result && result.error().kind == kind;
}

TEST("a method is bound with a fresh seed and a label of its own") {
  Started host;
  const auto first = host.bind("alice");
  const auto second = host.bind("alice");
  assert_string_equal(first.method.label.c_str(), "Authenticator");
  assert_string_equal(second.method.label.c_str(), "Authenticator 2");
  assert_int_equal(first.method.id.size(), 32);
  assert_int_equal(first.seed.size(), 20);
  assert_false(first.seed.equals(second.seed.reveal()));
  assert_int_equal(host.person("alice").methods.size(), 2);
  assert_int_equal(*host.person("alice").registered_uid, 1000);
}

TEST("a pending method counts for nothing until its first right code") {
  Started host;
  const auto bound = host.add_pending("Phone");
  assert_true(host.answer("alice", host.code_now(*bound)) ==
              Reason::not_registered);
  assert_true(fails_with(host.prove(*bound, host.wrong_code(*bound)),
                         ErrorKind::refused));
  const auto proved = host.prove(*bound, host.code_now(*bound));
  assert_true(proved && proved->state == MethodState::active);
  assert_int_equal(host.count().people_registered, 1);
}

TEST("the code that proved a method is spent by that") {
  Started host;
  const auto bound = host.add_pending("Phone");
  const std::string code = host.code_now(*bound);
  assert_true(host.prove(*bound, code).has_value());
  assert_true(host.answer("alice", code) == Reason::replayed_code);
  assert_true(fails_with(host.prove(*bound, code), ErrorKind::not_found));
}

TEST("a pending method is dropped after ten minutes") {
  Started host;
  const auto bound = host.add_pending("Phone");
  host.clock.pass(minutes(10) + seconds(1));
  assert_int_equal(host.person("alice").methods.size(), 0);
  assert_true(fails_with(host.prove(*bound, host.code_now(*bound)),
                         ErrorKind::not_found));
  assert_true(host.add_pending("Phone").has_value());
  assert_int_equal(host.person("alice").methods.size(), 1);
}

TEST("beginning again with the same label replaces the abandoned try") {
  Started host;
  const auto first = host.add_pending("Phone");
  const auto second = host.add_pending("Phone");
  assert_true(second.has_value());
  assert_int_equal(host.person("alice").methods.size(), 1);
  assert_true(host.prove(*second, host.code_now(*second)).has_value());
  assert_true(fails_with(host.add_pending("Phone"), ErrorKind::conflict));
}

TEST("a person has at most 16 methods") {
  Started host;
  for (int i = 0; i < 16; ++i) host.bind("alice");
  assert_true(fails_with(host.add_pending(""), ErrorKind::conflict));
}

TEST("labels and parameters that cannot be shown or used are refused") {
  Started host;
  for (const std::string& label :
       {std::string(65, 'x'), std::string("a\nb"), std::string("\x1b[31m"),
        std::string("\xff"), std::string("\xe2\x80\xae")}) {
    assert_true(fails_with(host.add_pending(label), ErrorKind::malformed));
  }
  for (const TotpParameters& totp :
       {TotpParameters{OtpAlgorithm::sha1, 5, 30},
        TotpParameters{OtpAlgorithm::sha1, 9, 30},
        TotpParameters{OtpAlgorithm::sha1, 6, 45}}) {
    assert_true(fails_with(host.add({user("alice"), 1000, "", totp, true}),
                           ErrorKind::malformed));
  }
}

TEST("another uid gets no method beside those of the uid before") {
  Started host;
  const auto bound = host.bind("alice", 1000);
  assert_true(fails_with(host.add({user("alice"), 2000, "", {}, true}),
                         ErrorKind::conflict));
  assert_true(host.remove(bound.method.id).has_value());
  assert_false(host.person("alice").registered_uid.has_value());
  host.bind("alice", 2000);
  assert_int_equal(*host.person("alice").registered_uid, 2000);
}

TEST("an operation that is refused leaves nothing of itself behind") {
  Started host;
  host.bind("alice", 1000, "Token");
  const auto pending = host.add_pending("Phone");
  // Gives up the pending one of that label, then meets another uid.
  assert_true(fails_with(host.add({user("alice"), 2000, "Phone", {}, true}),
                         ErrorKind::conflict));
  assert_true(host.prove(*pending, host.code_now(*pending)).has_value());
}

TEST("a method is removed by its id, eight characters of it or its label") {
  Started host;
  const auto phone = host.bind("alice", 1000, "Phone");
  const auto watch = host.bind("alice", 1000, "Watch");
  host.bind("alice", 1000, "Token");
  assert_true(host.remove(phone.method.id.substr(0, 8)).has_value());
  assert_true(host.remove(watch.method.id).has_value());
  assert_true(host.remove("Token").has_value());
  assert_true(fails_with(host.remove("Token"), ErrorKind::not_found));
}

TEST("what is too short to be meant removes no method") {
  Started host;
  const std::string id = host.bind("alice", 1000, "Phone").method.id;
  for (const std::string& name :
       {std::string(), id.substr(0, 1), id.substr(0, 7), std::string("Phon"),
        std::string("Watch"), id + '0'}) {
    assert_true(fails_with(host.remove(name), ErrorKind::not_found));
  }
  assert_int_equal(host.person("alice").methods.size(), 1);
}

TEST("a whole label is meant before the beginning of an id") {
  Started host;
  const std::string first = host.bind("alice").method.id;
  const std::string label = first.substr(0, 8);
  const std::string second = host.bind("alice", 1000, label).method.id;
  const auto removed = host.remove(label);
  assert_true(removed.has_value());
  assert_string_equal(removed->id.c_str(), second.c_str());
}

TEST("what two methods are called by removes neither") {
  Started host;
  const std::string first = host.bind("alice").method.id;
  host.bind("alice", 1000, first);
  assert_true(fails_with(host.remove(first), ErrorKind::conflict));
  assert_int_equal(host.person("alice").methods.size(), 2);
}

TEST("counts of the whole follow every change") {
  Started host;
  const auto grace = [&](const std::string& name) {
    Store::Finish finish{{}, true};
    finish.record.id = "grace-of-" + name;
    finish.record.created = host.clock.now().wall;
    finish.record.user = name;
    assert_true(wait_for<void>([&](auto done) {
                  host.store->finish(finish, done);
                }).has_value());
  };
  grace("alice");
  grace("bob");
  assert_int_equal(host.count().people_in_grace, 2);
  const auto phone = host.bind("alice");
  const auto token = host.bind("alice");
  auto counted = host.count();
  assert_int_equal(counted.people_in_grace, 1);
  assert_int_equal(counted.people_registered, 1);
  assert_int_equal(counted.methods, 2);
  assert_int_equal(counted.sign_ins, 2);
  assert_true(host.remove(phone.method.id).has_value());
  assert_true(host.remove(token.method.id).has_value());
  wait_for<void>(
      [&](auto done) { host.store->reset_grace(user("bob"), done); });
  counted = host.count();
  assert_int_equal(counted.people_in_grace, 1);
  assert_int_equal(counted.people_registered, 0);
  assert_int_equal(counted.methods, 0);
}

TEST("the grace starts once, and again only after it was reset") {
  Started host;
  const auto sign_in = [&](const std::string& id) {
    Store::Finish finish{{}, true};
    finish.record.id = id;
    finish.record.created = host.clock.now().wall;
    finish.record.user = "alice";
    wait_for<void>([&](auto done) { host.store->finish(finish, done); });
  };
  const Instant begin = host.clock.now().wall;
  sign_in("one");
  host.clock.pass(std::chrono::hours(24));
  sign_in("two");
  assert_true(host.person("alice").grace_started == begin);
  wait_for<void>(
      [&](auto done) { host.store->reset_grace(user("alice"), done); });
  assert_false(host.person("alice").grace_started.has_value());
  sign_in("three");
  assert_true(host.person("alice").grace_started ==
              begin + std::chrono::hours(24));
}

}  // namespace
}  // namespace mfa::test
