// SPDX-License-Identifier: BSD-3-Clause
//
// Every sentence that mfactl says, through gettext (domain pam_mfa). A
// function stands for a sentence and takes what belongs into it; strings from
// outside are escaped here or where they are laid out.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/policy/lint.h"

namespace mfa::mfactl::words {

// Chooses the language; once, at start.
void use_locale();

// What --help says of a verb ("method add"), a value ("USER") or an option.
std::string help(std::string_view key);

// --- what went wrong: what, where, what to do -------------------------------
std::string agent_not_running(std::string_view socket);
std::string cannot_connect(std::string_view socket, std::string_view why);
std::string path_too_long(std::string_view socket);
std::string impostor(std::string_view socket, uid_t uid);
std::string agent_silent(std::string_view socket);
std::string agent_hung_up(std::string_view socket);
std::string permission_denied();
std::string other_version(std::string_view what);
std::string no_verb();
std::string json_cannot_ask();
std::string no_terminal();
std::string bad_since(std::string_view given);
std::string going_on_in(std::string_view why, std::string_view directory);
std::string qr_too_wide(std::size_t needed, std::size_t width);

// --- enrolling ---------------------------------------------------------------
std::string scan_this(std::string_view user);
std::string or_type_this();
std::string type_this(std::string_view user);
std::string shown_once();
std::string code_prompt();
std::string wrong_code(int tries_left);
std::string not_confirmed();
std::string confirmed(std::string_view label, std::string_view user);
std::string added_unconfirmed(std::string_view label, std::string_view user);

// --- what was done -----------------------------------------------------------
std::string removed(std::string_view label, std::string_view user);
std::string unlocked(std::string_view user);
std::string grace_reset(std::string_view user);
std::string mfa_required(std::string_view user, std::string_view state);
std::string forgotten(std::string_view user, std::int64_t count);
std::string reloaded(std::int64_t generation);
std::string config_good(std::string_view file);
std::string config_warning(std::string_view warning);

// --- trying out policies -----------------------------------------------------
std::string line_too_long(std::size_t most);
std::string cannot_read_input(std::string_view why);
std::string cannot_write(std::string_view why);
std::string expected_but_got(std::string_view expected, std::string_view got);
std::string no_policies_named(std::string_view config_file);
std::string severity(Severity severity);
std::string lint_counts(std::int64_t policies, std::int64_t errors,
                        std::int64_t warnings, std::int64_t notes);

// --- values ------------------------------------------------------------------
std::string no_methods(std::string_view user);
std::string no_sign_ins();
std::string yes();
std::string no();
std::string never();
std::string unknown();
std::string since(std::string_view time);
std::string generation(std::int64_t number, std::string_view file,
                       std::string_view loaded);
std::string reload_refused(std::string_view why);
std::string security_defaults_on(std::int64_t days);
std::string security_defaults_off();
std::string policies_decide();
std::string policy_counts(std::int64_t enabled, std::int64_t report_only,
                          std::int64_t disabled);
std::string directory_counts(std::int64_t people, std::int64_t devices);
std::string per_user_mfa(std::string_view state);
std::string remembered_place(std::string_view service, std::string_view source,
                             std::string_view by, std::string_view since);
std::string remembered_outdated(std::size_t count);
std::string terms_accepted(std::string_view id, std::string_view version,
                           std::string_view when, bool current);
std::string people_counts(std::int64_t registered, std::int64_t in_grace);
std::string method_counts(std::int64_t all, std::int64_t disabled);
std::string records(std::int64_t count);
std::string connection_counts(std::int64_t sign_ins, std::int64_t control);
std::string no_account();
std::string other_uid(std::int64_t registered);
std::string roles_incomplete();
std::string registered();
std::string in_grace(std::int64_t days);
std::string grace_not_begun(std::int64_t days);
std::string grace_over();
std::string failures(std::int64_t count, std::string_view source);
std::string paused(std::string_view left);
std::string totp_parameters(std::string_view algorithm, std::int64_t digits,
                            std::int64_t period);

// --- explaining a sign-in ----------------------------------------------------
std::string becoming(std::string_view caller, std::string_view target);
std::string not_an_account(std::string_view name);
std::string at_terminal(std::string_view from, std::string_view terminal);
std::string address_unknown();
std::string cannot_ask_there(std::string_view service);
std::string by_password();
std::string by_public_key();
std::string first_factor_unseen();
std::string policy_wants(std::string_view policy, std::string_view controls,
                         std::string_view result);
std::string asked_nothing();
std::string asked_codes(std::int64_t attempts);
std::string with_method(std::string_view method);
std::string let_in(std::string_view reason);
std::string not_let_in(std::string_view reason, std::int64_t code);
std::string let_in_unconfirmed();
std::string why_unconfirmed();
std::string do_unconfirmed();

std::string applying_none(std::size_t policies);
std::string others_do_not_apply(std::size_t policies);
std::string risks(std::string_view sign_in, std::string_view user);
std::string compliant();
std::string not_compliant();

// --- trying out a sign-in on the agent ---------------------------------------
std::string signs_in_to(std::string_view user, std::string_view service);
std::string does_action(std::string_view user, std::string_view action);
std::string guest();
std::string memberships_incomplete();
std::string trusted();
std::string in_no_location();
std::string console();
std::string unregistered();
std::string platform(std::string_view platform);
std::string not_registered(std::int64_t days_left);
std::string required_by_hand();
std::string policy_state(std::string_view state);
std::string policy_gone();
std::string emergency_access();
std::string with_error_code(std::string_view verdict, std::int64_t code);
// `asked_for`: controls, or "".
std::string would_be_let_in(const std::string& asked_for);
std::string would_be_refused(const std::string& asked_for, std::int64_t code);
std::string asks_for(std::string_view verdict, std::string_view controls);
std::string asked_every_time();
std::string remembered_for(std::int64_t value, std::string_view unit);
std::string persistent_browser(std::string_view mode);

// --- what report-only policies would do --------------------------------------
std::string looked_at(std::int64_t sign_ins, std::int64_t people);
std::string no_report_only();
std::string of_people(std::int64_t sign_ins, std::int64_t people);
std::string refused_examples(std::string_view policy, std::string_view ids);

// --- the central directory ---------------------------------------------------
std::string never_brought();
std::string brought_generation(std::int64_t generation, std::string_view source,
                               std::string_view at);
std::string connector_listens();
std::string connector_absent();
std::string last_heard(std::string_view at);
std::string sync_waits();
std::string trouble(std::string_view message, std::string_view at,
                    std::string_view next);
std::string held_change(std::string_view what, std::string_view since);
std::string too_old_from(std::string_view time);
std::string accept_with(std::string_view since);
std::string directory_holds(std::int64_t people, std::int64_t groups,
                            std::int64_t devices, std::int64_t disabled,
                            std::int64_t at_risk);
std::string mebibytes(std::int64_t size);
std::string full_sync_wanted();
std::string reports(std::int64_t count);
std::string fresh();
std::string to_be_fetched();
std::string not_believed();
std::string local_account();
std::string closed_account(std::string_view detail);
std::string conflicting_account(std::string_view detail);
std::string known_as(std::string_view id, std::string_view principal_name);
std::string freshness(bool memberships, bool devices);
std::string uncertain(std::string_view names);
std::string device_disabled();
std::string sync_asked(bool connected);
std::string change_accepted(std::string_view what, bool connected);
std::string account_forgotten(std::string_view user);
std::string kind_forgotten(std::string_view kind);
std::string retire_kind(std::string_view kind);

// Headings of tables and names of fields: heading("TIME").
std::string heading(std::string_view key);

}  // namespace mfa::mfactl::words
