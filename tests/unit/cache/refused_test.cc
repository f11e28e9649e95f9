// SPDX-License-Identifier: BSD-3-Clause
//
// People whose records are refused: nobody is better off by being
// unintelligible than by being known.
#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;

change::Put of(std::vector<DirectoryPerson> some) {
  return {std::move(some), {}, {}, {}, {}};
}

change::Refused refused(const std::string& id, const std::string& account) {
  return {{{id, UserName::parse(account)}}};
}

TEST("the account of a refused record is disabled though it was never known") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.ask_for({"staff"});
    host.bring(of(crowd(10)));
    const auto generation = host.begin(full, {people});
    if (full) host.apply(generation, of(crowd(10)));
    host.apply(generation, refused("id-alice", "alice"));
    host.commit(generation);
    assert_string_equal(host.standing("alice").c_str(), "disabled");
    assert_true(host.record("alice").detail.find("refused") !=
                std::string::npos);
    assert_true(host.find("alice").roles_are_uncertain);
    assert_false(host.find("localhero").roles_are_uncertain);
    host.restart();
    assert_string_equal(host.standing("alice").c_str(), "disabled");
    // Until it is understood.
    host.change(of({person("alice")}));
    assert_string_equal(host.standing("alice").c_str(), "enabled");
  }
}

TEST("a refused record of somebody known ends what was known") {
  CacheHost host;
  host.bring(of(crowd(10)));
  host.change(refused("id-p1", "p1"));
  host.change(change::Refused{{{"id-p2", std::nullopt, false}}});
  for (const char* account : {"p1", "p2"}) {
    assert_string_equal(host.standing(account).c_str(), "disabled");
  }
  assert_int_equal(host.status().people, 8);
  assert_false(host.find("localhero").roles_are_uncertain);
}

TEST("whose account is not understood leaves no doubt once the record goes") {
  CacheHost host;
  host.bring(of(crowd(10)));
  host.change(change::Refused{{{"odd", std::nullopt}}});
  assert_true(host.find("localhero").roles_are_uncertain);
  host.change(change::Remove{{"odd"}, {}});
  assert_false(host.find("localhero").roles_are_uncertain);
  host.change(change::Refused{{{"odd", std::nullopt}}});
  host.change(change::Refused{{{"odd", std::nullopt, false}}});
  assert_false(host.find("localhero").roles_are_uncertain);
}

TEST("an account that somebody else has is that person's") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.bring(of(crowd(10)));
    const auto generation = host.begin(full, {people});
    host.apply(generation, refused("other", "p0"));
    if (full) host.apply(generation, of(crowd(10)));
    host.commit(generation);
    assert_string_equal(host.standing("p0").c_str(), "enabled");
  }
}

TEST("where a refused record's account is not known, any may be meant") {
  for (const bool full : {true, false}) {
    CacheHost host;
    host.ask_for({"staff"});
    host.bring({{person("alice")}, {group("staff")}, {}, {}, {}});
    const change::Put state{{person("alice")}, {group("staff")}, {}, {}, {}};
    auto generation = host.begin(full, {people});
    if (full) host.apply(generation, state);
    host.apply(generation, change::Refused{{{"odd", std::nullopt}}});
    host.commit(generation);
    const auto answer = host.find("localhero");
    assert_string_equal(host.standing("localhero").c_str(), "unknown");
    assert_true(answer.roles_are_uncertain);
    assert_int_equal(answer.uncertain_groups.size(), 1);
    assert_false(host.find("alice").roles_are_uncertain);
    assert_false(host.find("").roles_are_uncertain);  // root
    if (full) {
      host.bring(state);
    } else {
      auto odd = person("odd");
      odd.id = "odd";
      host.change(of({odd}));
    }
    assert_false(host.find("localhero").roles_are_uncertain);
  }
}

TEST("a refused account waits for no administrator when its change does") {
  CacheHost host;
  host.bring(of(crowd(100)));
  const auto generation = host.begin(true, {people});
  host.apply(generation, of(crowd(50)));
  host.apply(generation, refused("id-alice", "alice"));
  assert_held(host, host.commit_error(generation), "50 of 100 people");
  assert_string_equal(host.standing("alice").c_str(), "disabled");
  assert_string_equal(host.standing("p99").c_str(), "enabled");
}

}  // namespace
}  // namespace mfa::test
