// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/reason.h"

namespace mfa {
namespace {

// Error codes: Microsoft's published list of AADSTS numbers.
constexpr ReasonText kReasons[] = {
    {Reason::verified, "verified", 0,
     "The first factor and a verification code were right.", ""},
    {Reason::registration_grace, "registration_grace", 0,
     "The person has no method yet and is inside the registration grace.",
     "Register a method before the days are over: mfactl method add USER totp"},
    {Reason::nothing_required, "nothing_required", 0,
     "No policy asked for a second factor.", ""},
    {Reason::emergency_access, "emergency_access", 0,
     "An emergency account signed in, outside every policy.",
     "Find out who used the emergency account and why."},
    {Reason::remembered, "remembered", 0,
     "A second factor given before is still remembered for this place.",
     "To be asked again at the next sign-in: mfactl user forget USER"},
    {Reason::controls_held, "controls_held", 0,
     "What the policies ask for held without a question.", ""},

    {Reason::wrong_code, "wrong_code", 50074,
     "The verification code was wrong.",
     "If the person is sure of the code, compare the clocks of the phone and "
     "of this host; if the phone was replaced, bind it anew: mfactl method "
     "remove, then mfactl method add."},
    {Reason::replayed_code, "replayed_code", 50074,
     "The verification code was right but had been used already.",
     "Each code works once: wait for the next one. If the person did not sign "
     "in just before, somebody else may have seen the code."},
    {Reason::clock_skew, "clock_skew", 50074,
     "The verification code belongs to another time than this host's.",
     "Compare the clocks of the phone and of this host (timedatectl); turn on "
     "automatic time on both."},
    {Reason::paused, "paused", 50053,
     "Too many wrong codes from this source; the attempt was not evaluated.",
     "Wait until the pause is over, or end it: mfactl user unlock USER"},
    {Reason::method_disabled, "method_disabled", 50053,
     "The person's methods are disabled after too many failures.",
     "Ask the person whether it was them, then bind a method anew: mfactl "
     "method remove USER ID, then mfactl method add USER totp."},
    {Reason::unusable_answer, "unusable_answer", 50074,
     "The answer could not be a verification code; it was not counted.",
     "If this service cannot show a question (an FTP server, sshd's password "
     "method), it cannot be used with a second factor."},
    {Reason::no_answer, "no_answer", 50074, "Nobody answered within the time.",
     "The prompt may not have reached the person; see the timeout= argument "
     "of pam_mfa.so and sshd's LoginGraceTime."},

    {Reason::not_registered, "not_registered", 50072,
     "A second factor is required and the person has registered none.",
     "Register one: mfactl method add USER totp. More time to register: "
     "mfactl user reset-grace USER"},
    {Reason::unknown_user, "unknown_user", 50034,
     "There is no account of that name on this host.",
     "Check the spelling of the name, and getent passwd NAME."},
    {Reason::account_changed, "account_changed", 50020,
     "The account has another uid than when its methods were registered.",
     "If the account was made anew for another person, remove the methods; "
     "otherwise bind them anew: mfactl method remove, then mfactl method add."},
    {Reason::second_factor_missing, "second_factor_missing", 50076,
     "sshd let the person in by public key alone, so no code was asked for.",
     "Set in sshd_config: AuthenticationMethods publickey,keyboard-interactive "
     "and KbdInteractiveAuthentication yes; then reload sshd."},
    {Reason::conversation_failed, "conversation_failed", 50074,
     "The application could not put the question to the person.",
     "For sshd set KbdInteractiveAuthentication yes and PasswordAuthentication "
     "no; other services must be able to show a prompt."},
    {Reason::asker_refused, "asker_refused", 53003,
     "This caller may not ask for this person.",
     "Only root may ask for others; see self_services and delegates in "
     "mfa-agent.yaml(5)."},
    {Reason::policy_denied, "policy_denied", 53003,
     "A policy does not allow this sign-in.", "See the policies listed."},
    {Reason::legacy_client, "legacy_client", 53003,
     "The service cannot carry a second factor, and one is required.",
     "Use a service that can show a prompt. For sshd set "
     "KbdInteractiveAuthentication yes and PasswordAuthentication no."},
    {Reason::token_refused, "token_refused", 53003,
     "The account phase did not belong to a finished auth phase.",
     "Usually a sign-in that took too long between password and session; try "
     "again. Repeated: another program may be imitating a sign-in."},
    {Reason::policy_changed, "policy_changed", 53003,
     "The configuration was reloaded during the sign-in and now asks for more.",
     "Sign in again."},
    {Reason::device_not_compliant, "device_not_compliant", 53000,
     "A policy asks for a compliant device, and this sign-in came from none "
     "that is known to be one.",
     "See mfactl explain for the policy. The device is known by its SSH key: "
     "sshd needs AuthenticationMethods publickey,keyboard-interactive, and "
     "directory_file the key and isCompliant: true."},
    {Reason::device_not_joined, "device_not_joined", 53001,
     "A policy asks for a domain-joined device, and this sign-in came from "
     "none that is known to be one.",
     "The device's record in directory_file needs its SSH key and trustType: "
     "ServerAD."},
    {Reason::registration_at_risk, "registration_at_risk", 53004,
     "The sign-in is at risk and the person has no method to prove "
     "themselves; nobody registers during such a sign-in.",
     "Make sure that it is the person, register a method for them (mfactl "
     "method add USER totp), then let them sign in again."},
    {Reason::application_not_approved, "application_not_approved", 53002,
     "A policy asks for an approved client app, which no PAM service is.",
     "Exclude this service from the policy, or let another control stand "
     "beside approvedApplication with OR."},
    {Reason::application_not_protected, "application_not_protected", 53009,
     "A policy asks for an app protection policy, which no PAM service has.",
     "Exclude this service from the policy, or let another control stand "
     "beside compliantApplication with OR."},
    {Reason::control_impossible, "control_impossible", 53003,
     "A policy asks for a control that cannot be met on this host.",
     "See mfactl explain for the policy and mfactl policy lint for the "
     "control."},
    {Reason::strength_not_met, "strength_not_met", 53003,
     "No method that the person has registered is strong enough for a "
     "policy's authentication strength.",
     "Register a method that the strength allows, or allow "
     "password,softwareOath in it."},
    {Reason::terms_declined, "terms_declined", 50158,
     "The person did not accept the terms of use.",
     "Nothing, unless the text is wrong: see terms_of_use in mfa-agent.yaml."},
    {Reason::password_change_due, "password_change_due", 50142,
     "A policy asked for a new password; the sign-in counts once it is "
     "changed.",
     "The person must change the password when asked. /etc/pam.d needs "
     "\"password required pam_mfa.so\" behind the module that changes it."},
    {Reason::risk_unknown, "risk_unknown", 53003,
     "A policy needs to know how risky the sign-in is, nobody knows, and the "
     "policy does without resilience defaults.",
     "Bring the directory's risks up to date: directory_file, or mfactl "
     "directory status."},

    {Reason::canceled, "canceled", 50074,
     "The sign-in was given up before it was finished.", ""},
    {Reason::directory_unavailable, "directory_unavailable", 90033,
     "The account could not be looked up in time.",
     "See whether getent passwd NAME and id NAME answer quickly on this host "
     "(nsswitch.conf, sssd, nslcd)."},
    {Reason::store_unavailable, "store_unavailable", 90033,
     "The agent's state could not be read or written.",
     "See the agent's log, free space and permissions of the state directory."},
    {Reason::agent_stopping, "agent_stopping", 90033,
     "The agent was stopped during the sign-in.", "Try again."},

    {Reason::account_disabled, "account_disabled", 50057,
     "The account is disabled in the central directory, or was removed from "
     "it.",
     "See mfactl directory show USER. Enable the account in the directory; if "
     "it is to be an account of this host alone: mfactl directory forget "
     "USER."},
    // As of a name that belongs to nobody: which of several people it is
    // cannot be said.
    {Reason::account_conflict, "account_conflict", 50034,
     "The central directory does not say for sure whose account this is: "
     "several people have its name, or the person has another uid.",
     "See mfactl directory show USER, then give each person a name and a uid "
     "of their own in the directory."},
};

constexpr ReasonText kInvalid = {Reason{}, "invalid", 90033,
                                 "The reason was not recorded.", ""};

}  // namespace

const ReasonText& describe(Reason reason) {
  for (const auto& text : kReasons) {
    if (text.reason == reason) return text;
  }
  return kInvalid;
}

std::optional<Reason> reason_from_number(int number) {
  for (const auto& text : kReasons) {
    if (static_cast<int>(text.reason) == number) return text.reason;
  }
  return std::nullopt;
}

}  // namespace mfa
