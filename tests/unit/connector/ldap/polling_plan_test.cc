// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/account_state.h"
#include "connector/ldap/timestamp.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector;
using namespace mfa::connector::ldap;
using std::chrono::hours;
using std::chrono::seconds;

namespace {

class SetClock final : public Clock {
 public:
  Now now() const override { return now_; }
  Now now_{parse_generalized_time("20261121173000Z").value(), {}, ""};
};

struct Asked {
  SetClock clock;
  LdapConfig config;
  Mapping mapping = make_mapping(config).value();
  Session session{config, mapping, clock};

  // What a commit would have left.
  Token token() {
    Token made = plan_timestamp(session, std::nullopt, seconds(0)).token;
    made.values[kNewest] = "20261121172000Z";
    return made;
  }
};

}  // namespace

TEST("ldap: without a token everything is asked for") {
  Asked asked;
  assert_true(plan_timestamp(asked.session, std::nullopt, seconds(0)).full);
  Token empty;
  empty.mode = kTimestamp;
  assert_true(plan_timestamp(asked.session, empty, seconds(0)).full);
}

TEST("ldap: what is near the newest change is asked for again, for a while") {
  Asked asked;
  const auto soon = plan_timestamp(asked.session, asked.token(), seconds(119));
  assert_false(soon.full);
  assert_string_equal(soon.changed.c_str(),
                      "(modifyTimestamp>=20261121171800Z)");
  const auto later = plan_timestamp(asked.session, asked.token(), seconds(120));
  assert_string_equal(later.changed.c_str(),
                      "(modifyTimestamp>=20261121172001Z)");
}

TEST("ldap: every quarter of an hour all ids are listed, and more read again") {
  Asked asked;
  const Token token = asked.token();
  asked.clock.now_.wall += seconds(899);
  assert_false(plan_timestamp(asked.session, token, hours(1)).lists_ids);
  asked.clock.now_.wall += seconds(1);
  const Poll due = plan_timestamp(asked.session, token, hours(1));
  assert_true(due.lists_ids && !due.full);
  assert_string_equal(due.changed.c_str(),
                      "(modifyTimestamp>=20261121162000Z)");
  assert_false(plan_timestamp(asked.session, due.token, hours(1)).lists_ids);
  Token old = token;
  old.values.erase("listed");
  assert_true(plan_timestamp(asked.session, old, hours(1)).lists_ids);
}

TEST("ldap: everything is asked for when full_interval is over") {
  Asked asked;
  const Token token = asked.token();
  asked.clock.now_.wall += hours(24) - seconds(1);
  assert_false(plan_timestamp(asked.session, token, seconds(0)).full);
  asked.clock.now_.wall += seconds(1);
  assert_true(plan_timestamp(asked.session, token, seconds(0)).full);
}

TEST("ldap: a clock that was set back does not put the whole reading off") {
  Asked asked;
  const Token token = asked.token();
  asked.clock.now_.wall -= seconds(1);
  assert_true(plan_timestamp(asked.session, token, seconds(0)).full);
}
