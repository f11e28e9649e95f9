// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/words.h"

#include <fmt/format.h>
#include <libintl.h>

#include "agent/model/name_set.h"

namespace mfa::words {
namespace {

constexpr char kDomain[] = "pam_mfa";

// A translation that misuses a placeholder must not end a sign-in.
template <class... Values>
std::string filled(const char* translated, const Values&... values) {
  try {
    return fmt::format(fmt::runtime(translated), values...);
  } catch (const fmt::format_error&) {
    return translated;
  }
}

const char* translate(const char* sentence) {
  return dgettext(kDomain, sentence);
}

}  // namespace

std::string code_prompt() { return translate("Verification code: "); }

std::string refused(const std::string& reference) {
  return filled(translate("Sign-in refused. Reference: {}"), reference);
}

std::string not_registered(const std::string& reference) {
  return filled(
      translate("You must register a second factor before you can sign in.\n"
                "Ask your administrator. Reference: {}"),
      reference);
}

std::string second_factor_missing(const std::string& reference) {
  return filled(
      translate("A verification code is required, but this server let you in "
                "by public key alone and cannot ask for one.\n"
                "Ask your administrator to set \"AuthenticationMethods "
                "publickey,keyboard-interactive\" in sshd_config.\n"
                "Reference: {}"),
      reference);
}

std::string cannot_ask_here(const std::string& reference) {
  return filled(
      translate("A verification code is required, but this service cannot ask "
                "for one. Reference: {}"),
      reference);
}

std::string try_later(const std::string& reference) {
  return filled(
      translate("Sign-in is not possible right now. Try again later or tell "
                "your administrator. Reference: {}"),
      reference);
}

std::string days_left(unsigned days) {
  return filled(
      dngettext(kDomain,
                "You have not registered a second factor. {} day left; ask "
                "your administrator.",
                "You have not registered a second factor. {} days left; ask "
                "your administrator.",
                days),
      days);
}

// All that must be read stands inside the prompt: sshd holds back what comes
// before one.
std::string terms_prompt(const std::string& text) {
  return '\n' + text + "\n\n" +
         translate("Type yes to accept these terms of use: ");
}

bool is_yes(std::string_view answer) {
  while (answer.starts_with(' ')) answer.remove_prefix(1);
  while (answer.ends_with(' ')) answer.remove_suffix(1);
  const std::string lower = lower_case(answer);
  return lower == "yes" || lower == translate("yes");
}

std::string new_password_required() {
  return translate("Your account is at risk: choose a new password now.");
}

std::string device_required(const std::string& reference) {
  return filled(
      translate("Only a managed device may sign in here, with its own key. "
                "Reference: {}"),
      reference);
}

}  // namespace mfa::words
