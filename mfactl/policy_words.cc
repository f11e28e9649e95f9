// SPDX-License-Identifier: BSD-3-Clause
//
// The sentences of what-if and impact.
#include "agent/base/escape.h"
#include "mfactl/translated.h"
#include "mfactl/words.h"

namespace mfa::mfactl::words {

std::string applying_none(std::size_t policies) {
  const auto n = static_cast<std::int64_t>(policies);
  return filled(
      N_("none of {} policy applied", "none of {} policies applied", n), n);
}

std::string others_do_not_apply(std::size_t policies) {
  const auto n = static_cast<std::int64_t>(policies);
  return filled(N_("{} other did not apply", "{} others did not apply", n), n);
}

std::string risks(std::string_view sign_in, std::string_view user) {
  return filled(_("of the sign-in: {}; of the person: {}"), sign_in, user);
}

std::string compliant() { return _("compliant"); }
std::string not_compliant() { return _("not compliant"); }

std::string signs_in_to(std::string_view user, std::string_view service) {
  return filled(_("{} signs in to {}"), user, service);
}

std::string does_action(std::string_view user, std::string_view action) {
  return filled(_("{} does {}"), user, action);
}

std::string guest() { return _("a guest"); }

std::string memberships_incomplete() {
  return _(
      "not all could be looked up: whatever a policy includes counts as held, "
      "whatever it excludes does not");
}

std::string trusted() { return _("(trusted)"); }
std::string in_no_location() { return _("in none of the named ones"); }
std::string console() { return _("a terminal of this host"); }
std::string unregistered() { return _("unregistered"); }

std::string platform(std::string_view platform) {
  return filled(_("platform {}"), platform);
}

std::string not_registered(std::int64_t days_left) {
  if (days_left == 0) {
    return _("none registered, and no days left to register");
  }
  return filled(N_("none registered; {} day left to register",
                   "none registered; {} days left to register", days_left),
                days_left);
}

std::string required_by_hand() { return _("required by hand"); }

std::string policy_state(std::string_view state) {
  if (state == "enabledForReportingButNotEnforced") return _("report-only");
  if (state == "enabled") return _("enabled");
  if (state == "disabled") return _("disabled");
  return std::string(state);
}

std::string policy_gone() { return _("gone"); }

std::string emergency_access() {
  return _("grant: an emergency account, outside every policy");
}

std::string with_error_code(std::string_view verdict, std::int64_t code) {
  return filled(_("{} (error {})"), verdict, code);
}

std::string would_be_let_in(const std::string& asked_for) {
  return asked_for.empty()
             ? _("let in without a question")
             : filled(_("let in after right answers: {}"), asked_for);
}

std::string would_be_refused(const std::string& asked_for, std::int64_t code) {
  return asked_for.empty()
             ? filled(_("refused (error {})"), code)
             : filled(_("refused after right answers: {} (error {})"),
                      asked_for, code);
}

std::string asks_for(std::string_view verdict, std::string_view controls) {
  return filled(_("{}: {}"), verdict, controls);
}

std::string asked_every_time() { return _("asked at every sign-in"); }

std::string remembered_for(std::int64_t value, std::string_view unit) {
  return filled(_("a second factor may be remembered for {} {}"), value, unit);
}

std::string persistent_browser(std::string_view mode) {
  return mode == "never" ? _("nothing may be remembered")
                         : filled(_("persistent browser: {}"), mode);
}

std::string looked_at(std::int64_t sign_ins, std::int64_t people) {
  return filled(_("{} of {} looked at."),
                filled(N_("{} sign-in", "{} sign-ins", sign_ins), sign_ins),
                filled(N_("{} person", "{} people", people), people));
}

std::string no_report_only() {
  return _(
      "No policy is report-only, and none was: set state: "
      "enabledForReportingButNotEnforced in a policy, reload, and wait for "
      "sign-ins.");
}

std::string of_people(std::int64_t sign_ins, std::int64_t people) {
  return filled(N_("{} of {} person", "{} of {} people", people), sign_ins,
                people);
}

std::string refused_examples(std::string_view policy, std::string_view ids) {
  return filled(_("Refused by {}, the newest (see mfactl explain): {}"),
                quoted(policy), ids);
}

}  // namespace mfa::mfactl::words
