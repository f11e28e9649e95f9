// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/words.h"

#include <locale.h>

#include "agent/base/escape.h"
#include "mfactl/translated.h"

namespace mfa::mfactl::words {

void use_locale() {
  setlocale(LC_ALL, "");
  bindtextdomain(kDomain, MFA_LOCALE_DIR);
}

std::string agent_not_running(std::string_view socket) {
  return filled(_("mfa-agent is not running (nobody answers on {}); start it "
                  "with: systemctl start mfa-agent; if it uses another "
                  "configuration, name that with --config"),
                quoted(socket));
}

std::string cannot_connect(std::string_view socket, std::string_view why) {
  return filled(_("cannot reach mfa-agent on {}: {}; are you root or a member "
                  "of the agent's admin_group?"),
                quoted(socket), why);
}

std::string path_too_long(std::string_view socket) {
  return filled(_("the socket's path {} is too long for a socket (107 bytes); "
                  "choose a shorter runtime_directory"),
                quoted(socket));
}

std::string impostor(std::string_view socket, uid_t uid) {
  return filled(_("{} belongs to uid {}, which is neither root nor mfa-agent "
                  "nor you; nothing was sent. Find out who put it there"),
                quoted(socket), uid);
}

std::string agent_silent(std::string_view socket) {
  return filled(_("mfa-agent does not answer on {}; see its log: journalctl -u "
                  "mfa-agent"),
                quoted(socket));
}

std::string agent_hung_up(std::string_view socket) {
  return filled(_("mfa-agent closed the connection on {}: it is stopping, or "
                  "too many control connections are open; try again, and see "
                  "journalctl -u mfa-agent"),
                quoted(socket));
}

std::string permission_denied() {
  return _(
      "permission denied: only root and members of the agent's "
      "admin_group may do this; you may look at your own methods and "
      "sign-ins");
}

std::string other_version(std::string_view what) {
  return filled(_("mfa-agent does not understand this mfactl ({}): they are of "
                  "different versions; restart the agent after an upgrade: "
                  "systemctl restart mfa-agent"),
                what);
}

std::string no_verb() {
  return _("say what to do: mfactl --help lists the verbs");
}

std::string json_cannot_ask() {
  return _("with --json nobody can be asked for a code: add --no-confirm");
}

std::string no_terminal() {
  return _(
      "there is no terminal to show the secret on and to ask for a code; "
      "run this in a terminal, or add --no-confirm to register the "
      "method without a proof that the app shows the right codes");
}

std::string bad_since(std::string_view given) {
  return filled(_("{} is no time; give an age (90s, 15m, 1h, 2d, 1w) or a date "
                  "(2026-11-21, 2026-11-21T10:00, ...T10:00:30Z)"),
                quoted(given));
}

std::string going_on_in(std::string_view why, std::string_view directory) {
  return filled(_("{} -- a running agent goes on with what it read before; "
                  "looking for it in {}"),
                why, quoted(directory));
}

std::string qr_too_wide(std::size_t needed, std::size_t width) {
  return filled(
      _("the QR code is left out: it is {} columns wide, the terminal "
        "{}; make that wider, or use --qr=utf8, which is half as "
        "wide as ansi"),
      needed, width);
}

std::string scan_this(std::string_view user) {
  return filled(_("Scan this with the authenticator app of {}:"), quoted(user));
}

std::string or_type_this() { return _("or give the app this link or key:"); }

std::string type_this(std::string_view user) {
  return filled(_("Give the authenticator app of {} this link or key:"),
                quoted(user));
}

std::string shown_once() {
  return _("It is shown now and never again. Whoever has it has the factor.");
}

std::string code_prompt() { return _("Code that the app shows now: "); }

std::string wrong_code(int tries_left) {
  return filled(N_("That code is not right. {} try left.",
                   "That code is not right. {} tries left.", tries_left),
                tries_left);
}

std::string not_confirmed() {
  return _(
      "not registered: no right code was given. Compare the clocks of the "
      "phone and of this host (timedatectl), delete the entry in the app "
      "and begin again");
}

std::string confirmed(std::string_view label, std::string_view user) {
  return filled(_("{} is registered for {}; its first code is used up, so wait "
                  "for the next one before you sign in."),
                quoted(label), quoted(user));
}

std::string added_unconfirmed(std::string_view label, std::string_view user) {
  return filled(_("{} is registered for {} without a proof that the app shows "
                  "the right codes."),
                quoted(label), quoted(user));
}

std::string removed(std::string_view label, std::string_view user) {
  return filled(_("Removed {} of {}."), quoted(label), quoted(user));
}

std::string unlocked(std::string_view user) {
  return filled(_("Pauses and failures of {} are cleared. A disabled method "
                  "stays disabled: remove it and add a new one."),
                quoted(user));
}

std::string grace_reset(std::string_view user) {
  return filled(_("The days to register of {} begin with the next successful "
                  "sign-in."),
                quoted(user));
}

std::string mfa_required(std::string_view user, std::string_view state) {
  if (state == "disabled") {
    return filled(_("{} is no longer required by hand to use a second factor; "
                    "policies and security defaults go on to count."),
                  quoted(user));
  }
  if (state == "enabled") {
    return filled(_("{} is required to use a second factor and has registered "
                    "none; register one with: mfactl method add {} totp"),
                  quoted(user), escaped(user));
  }
  return filled(_("{} is required to use a second factor at every sign-in."),
                quoted(user));
}

std::string forgotten(std::string_view user, std::int64_t count) {
  return filled(N_("{} remembered sign-in of {} is forgotten; the next one "
                   "asks again.",
                   "{} remembered sign-ins of {} are forgotten; the next one "
                   "asks again.",
                   count),
                count, quoted(user));
}

std::string reloaded(std::int64_t generation) {
  return filled(_("Generation {} of the configuration is in force."),
                generation);
}

std::string config_good(std::string_view file) {
  return filled(_("{}: no errors."), escaped(file));
}

std::string config_warning(std::string_view warning) {
  return filled(_("warning: {}"), warning);
}

std::string line_too_long(std::size_t most) {
  return filled(_("the line is longer than {} bytes; a sign-in is one JSON "
                  "object in one line"),
                most);
}

std::string cannot_read_input(std::string_view why) {
  return filled(_("cannot read standard input: {}"), why);
}

std::string cannot_write(std::string_view why) {
  return filled(_("cannot write the result: {}; what was written before is "
                  "not all"),
                why);
}

std::string expected_but_got(std::string_view expected, std::string_view got) {
  return filled(_("expected {}, got {}"), expected, got);
}

std::string no_policies_named(std::string_view config_file) {
  return filled(_("{} names no policies; name them there, or give "
                  "--policies FILE-OR-FOLDER"),
                escaped(config_file));
}

std::string severity(Severity severity) {
  switch (severity) {
    case Severity::error:
      return _("error");
    case Severity::warning:
      return _("warning");
    case Severity::note:
      return _("note");
  }
  return {};
}

std::string lint_counts(std::int64_t policies, std::int64_t errors,
                        std::int64_t warnings, std::int64_t notes) {
  return filled("{}: {}, {}, {}.",
                filled(N_("{} policy", "{} policies", policies), policies),
                filled(N_("{} error", "{} errors", errors), errors),
                filled(N_("{} warning", "{} warnings", warnings), warnings),
                filled(N_("{} note", "{} notes", notes), notes));
}

std::string no_methods(std::string_view user) {
  return filled(_("{} has no method; register one with: mfactl method add {} "
                  "totp"),
                quoted(user), escaped(user));
}

std::string no_sign_ins() { return _("No sign-ins."); }
std::string yes() { return _("yes"); }
std::string no() { return _("no"); }
std::string never() { return _("never"); }
std::string unknown() { return _("unknown"); }

std::string since(std::string_view time) {
  return filled(_("running since {}"), time);
}

std::string generation(std::int64_t number, std::string_view file,
                       std::string_view loaded) {
  return filled(_("{}, generation {}, loaded {}"), file, number, loaded);
}

std::string reload_refused(std::string_view why) {
  return filled(_("refused, the generation above stays in force: {}"), why);
}

std::string security_defaults_on(std::int64_t days) {
  return filled(N_("security defaults: everyone needs a second factor; {} day "
                   "to register",
                   "security defaults: everyone needs a second factor; {} days "
                   "to register",
                   days),
                days);
}

std::string security_defaults_off() {
  return _("security defaults are off: nobody is asked for a second factor");
}

std::string policies_decide() {
  return _("the policies decide; security defaults are off");
}

std::string policy_counts(std::int64_t enabled, std::int64_t report_only,
                          std::int64_t disabled) {
  return filled(_("{} enabled, {} report-only, {} disabled"), enabled,
                report_only, disabled);
}

std::string directory_counts(std::int64_t people, std::int64_t devices) {
  return filled("{}, {}", filled(N_("{} person", "{} people", people), people),
                filled(N_("{} device", "{} devices", devices), devices));
}

std::string per_user_mfa(std::string_view state) {
  if (state == "enabled") {
    return _("enabled: required by hand, nothing is registered yet");
  }
  if (state == "enforced") return _("enforced: required by hand");
  return std::string(state);
}

std::string remembered_place(std::string_view service, std::string_view source,
                             std::string_view by, std::string_view since) {
  return filled(_("{} from {} with {}, verified {}"), service, source, by,
                since);
}

std::string remembered_outdated(std::size_t count) {
  const auto n = static_cast<std::int64_t>(count);
  return filled(N_("{} from before the last boot or change of the rules, which "
                   "counts no more",
                   "{} from before the last boot or change of the rules, which "
                   "count no more",
                   n),
                n);
}

std::string terms_accepted(std::string_view id, std::string_view version,
                           std::string_view when, bool current) {
  return current ? filled(_("{} version {} on {}"), id, version, when)
                 : filled(_("{} version {} on {}, no longer in force"), id,
                          version, when);
}

std::string people_counts(std::int64_t registered, std::int64_t in_grace) {
  return filled(_("{} registered, {} within the days to register"), registered,
                in_grace);
}

std::string method_counts(std::int64_t all, std::int64_t disabled) {
  return filled(_("{}, of which {} disabled"), all, disabled);
}

std::string records(std::int64_t count) {
  return filled(N_("{} record", "{} records", count), count);
}

std::string connection_counts(std::int64_t sign_ins, std::int64_t control) {
  return filled(_("{} sign-ins under way, {} control connections"), sign_ins,
                control);
}

std::string no_account() {
  return _("there is no such account on this host (any more)");
}

std::string other_uid(std::int64_t registered) {
  return filled(_("the methods were registered for uid {}; if this is another "
                  "person, remove them"),
                registered);
}

std::string roles_incomplete() {
  return _("not all groups could be looked up, so every role counts as held");
}

std::string registered() { return _("registered"); }

std::string in_grace(std::int64_t days) {
  return filled(N_("not registered; {} day left to register",
                   "not registered; {} days left to register", days),
                days);
}

std::string grace_not_begun(std::int64_t days) {
  return filled(
      N_("not registered; {} day to register from the first sign-in",
         "not registered; {} days to register from the first sign-in", days),
      days);
}

std::string grace_over() {
  return _(
      "not registered, and no days left to register: sign-ins that need a "
      "second factor are refused");
}

std::string failures(std::int64_t count, std::string_view source) {
  return filled(N_("{} failure from {}", "{} failures from {}", count), count,
                source);
}

std::string paused(std::string_view left) {
  return filled(_("paused for {}"), left);
}

std::string totp_parameters(std::string_view algorithm, std::int64_t digits,
                            std::int64_t period) {
  return filled(_("{}, {} digits, {} s"), algorithm, digits, period);
}

std::string becoming(std::string_view caller, std::string_view target) {
  return filled(_("{}, to become {}"), caller, target);
}

std::string not_an_account(std::string_view name) {
  return filled(_("{}, which is no account of this host"), name);
}

std::string at_terminal(std::string_view from, std::string_view terminal) {
  return filled(_("{}, terminal {}"), from, terminal);
}

std::string address_unknown() { return _("an unknown address"); }

std::string cannot_ask_there(std::string_view service) {
  return filled(_("{}, which cannot show a question"), service);
}

std::string by_password() { return _("password"); }
std::string by_public_key() { return _("SSH public key"); }

std::string first_factor_unseen() {
  return _("the application did not show which one it checked");
}

std::string policy_wants(std::string_view policy, std::string_view controls,
                         std::string_view result) {
  if (controls.empty()) return filled(_("{}: {}"), policy, result);
  return filled(_("{} (asks for {}): {}"), policy, controls, result);
}

std::string asked_nothing() { return _("no code was evaluated"); }

std::string asked_codes(std::int64_t attempts) {
  return filled(
      N_("{} code was evaluated", "{} codes were evaluated", attempts),
      attempts);
}

std::string with_method(std::string_view method) {
  return filled(_("with {}"), method);
}

std::string let_in(std::string_view reason) {
  return filled(_("let in ({})"), reason);
}

std::string not_let_in(std::string_view reason, std::int64_t code) {
  return filled(_("not let in ({}, error {})"), reason, code);
}

std::string let_in_unconfirmed() {
  return _("verified, but not confirmed by the service; counts as a failure");
}

std::string why_unconfirmed() {
  return _(
      "The second factor was right, but the service never ran the account "
      "phase of PAM: another module refused the sign-in, the client went "
      "away, or the service has no account line for pam_mfa.so.");
}

std::string do_unconfirmed() {
  return _(
      "See the service's own log. If every sign-in of it ends like this, "
      "add to its file in /etc/pam.d: account [success=ok "
      "new_authtok_reqd=ok default=die] pam_mfa.so");
}

}  // namespace mfa::mfactl::words
