// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/outcome.h"

#include <security/_pam_types.h>

namespace mfa::pam {
namespace {

using wire::Outcome;

struct Row {
  Outcome outcome;
  const char* name;
  int in_authentication;
  int in_account;
};
constexpr Row kTable[] = {
    {Outcome::allow, "allow", PAM_SUCCESS, PAM_SUCCESS},
    {Outcome::wrong, "wrong", PAM_AUTH_ERR, PAM_AUTH_ERR},
    {Outcome::tries_spent, "tries_spent", PAM_MAXTRIES, PAM_MAXTRIES},
    {Outcome::policy_denies, "policy_denies", PAM_PERM_DENIED, PAM_PERM_DENIED},
    {Outcome::unavailable, "unavailable", PAM_AUTHINFO_UNAVAIL,
     PAM_AUTHINFO_UNAVAIL},
    {Outcome::misconfigured, "misconfigured", PAM_SERVICE_ERR, PAM_SERVICE_ERR},
    {Outcome::conversation_failed, "conversation_failed", PAM_CONV_ERR,
     PAM_CONV_ERR},
    // libpam takes NEW_AUTHTOK_REQD of an auth module for a kind of success.
    {Outcome::password_expired, "password_expired", PAM_AUTH_ERR,
     PAM_NEW_AUTHTOK_REQD},
    {Outcome::internal_error, "internal_error", PAM_SYSTEM_ERR, PAM_SYSTEM_ERR},
};

const Row* find(Outcome outcome) {
  for (const Row& row : kTable) {
    if (row.outcome == outcome) return &row;
  }
  return nullptr;
}

}  // namespace

int code_of(Outcome outcome, wire::Phase phase) {
  const Row* row = find(outcome);
  if (!row) return PAM_SYSTEM_ERR;
  return phase == wire::Phase::authenticate ? row->in_authentication
                                            : row->in_account;
}

int code_of(Trouble trouble) {
  return trouble == Trouble::system || trouble == Trouble::none
             ? PAM_SYSTEM_ERR
             : PAM_AUTHINFO_UNAVAIL;
}

const char* name_of(Outcome outcome) {
  const Row* row = find(outcome);
  return row ? row->name : "unknown";
}

const char* name_of_code(int code) {
  switch (code) {
    case PAM_SUCCESS:
      return "PAM_SUCCESS";
    case PAM_AUTH_ERR:
      return "PAM_AUTH_ERR";
    case PAM_MAXTRIES:
      return "PAM_MAXTRIES";
    case PAM_PERM_DENIED:
      return "PAM_PERM_DENIED";
    case PAM_AUTHINFO_UNAVAIL:
      return "PAM_AUTHINFO_UNAVAIL";
    case PAM_SERVICE_ERR:
      return "PAM_SERVICE_ERR";
    case PAM_CONV_ERR:
      return "PAM_CONV_ERR";
    case PAM_NEW_AUTHTOK_REQD:
      return "PAM_NEW_AUTHTOK_REQD";
    case PAM_BUF_ERR:
      return "PAM_BUF_ERR";
    default:
      return "PAM_SYSTEM_ERR";
  }
}

}  // namespace mfa::pam
