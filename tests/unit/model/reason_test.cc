// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/reason.h"

#include <set>
#include <string>
#include <vector>

#include "tests/check.h"

namespace mfa {
namespace {

// -Wswitch-enum makes a new reason without a row here a warning.
bool is_reason(Reason reason) {
  switch (reason) {
    case Reason::verified:
    case Reason::registration_grace:
    case Reason::nothing_required:
    case Reason::emergency_access:
    case Reason::remembered:
    case Reason::controls_held:
    case Reason::wrong_code:
    case Reason::replayed_code:
    case Reason::clock_skew:
    case Reason::paused:
    case Reason::method_disabled:
    case Reason::unusable_answer:
    case Reason::no_answer:
    case Reason::not_registered:
    case Reason::unknown_user:
    case Reason::account_changed:
    case Reason::second_factor_missing:
    case Reason::conversation_failed:
    case Reason::asker_refused:
    case Reason::policy_denied:
    case Reason::legacy_client:
    case Reason::token_refused:
    case Reason::policy_changed:
    case Reason::device_not_compliant:
    case Reason::device_not_joined:
    case Reason::registration_at_risk:
    case Reason::control_impossible:
    case Reason::strength_not_met:
    case Reason::terms_declined:
    case Reason::password_change_due:
    case Reason::risk_unknown:
    case Reason::application_not_approved:
    case Reason::application_not_protected:
    case Reason::canceled:
    case Reason::directory_unavailable:
    case Reason::store_unavailable:
    case Reason::agent_stopping:
    case Reason::account_disabled:
    case Reason::account_conflict:
      return true;
  }
  return false;
}

std::vector<Reason> all_reasons() {
  std::vector<Reason> all;
  for (int number = 0; number < 256; ++number) {
    const auto reason = static_cast<Reason>(number);
    if (is_reason(reason)) all.push_back(reason);
  }
  return all;
}

TEST("the table of reasons has every reason, by its number") {
  for (int number = -1; number < 300; ++number) {
    const bool known =
        number >= 0 && number < 256 && is_reason(static_cast<Reason>(number));
    const auto reason = reason_from_number(number);
    if (reason.has_value() != known) fail_msg("number %d", number);
    if (reason) assert_int_equal(static_cast<int>(*reason), number);
  }
}

TEST("every reason has a name of its own, in the log's alphabet") {
  std::set<std::string_view> names;
  for (const Reason reason : all_reasons()) {
    const std::string_view name = describe(reason).name;
    assert_true(describe(reason).reason == reason);
    assert_false(name.empty());
    assert_true(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
                name.npos);
    if (!names.insert(name).second) fail_msg("%s twice", name.data());
  }
  assert_false(names.contains("invalid"));
}

TEST("every reason explains itself, and every denial has a number") {
  for (const Reason reason : all_reasons()) {
    const ReasonText& text = describe(reason);
    const bool lets_in = static_cast<int>(reason) < 10;
    assert_true(text.explanation.ends_with('.'));
    assert_int_equal(text.error_code == 0, lets_in);
    const bool needs_remedy = !lets_in && reason != Reason::canceled;
    if (needs_remedy && text.remedy.empty()) fail_msg("%s", text.name.data());
  }
}

TEST("a reason that was never set is a failure with a name") {
  assert_string_equal(describe(Reason{}).name.data(), "invalid");
  assert_int_not_equal(describe(Reason{}).error_code, 0);
  assert_false(reason_from_number(0).has_value());
}

}  // namespace
}  // namespace mfa
