// SPDX-License-Identifier: BSD-3-Clause
//
// What libpam calls, and the only place that catches. Nothing gets past
// these functions but a PAM code; a code that is no success asks libpam for
// the same delay whatever the reason was.
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <syslog.h>

#include <new>
#include <span>

#include "pam_module/call.h"
#include "pam_module/phases.h"
#include "pam_module/record.h"
#include "pam_module/text.h"

namespace mfa::pam {
namespace {

constexpr unsigned kFailDelayMicroseconds = 2'000'000;

struct Invocation {
  pam_handle_t* pamh;
  int flags;
  int argc;
  const char** argv;
};

// Every wrong word is named, not only the first.
bool are_right(pam_handle_t* pamh, const ParsedArguments& parsed) {
  for (const std::string_view word : parsed.refused) {
    pam_syslog(pamh, LOG_ERR,
               "denied: \"%s\" in the line of pam.d is no argument of "
               "pam_mfa.so or has no possible value; see pam_mfa(8)",
               escaped(word).c_str());
  }
  return parsed.refused.empty();
}

int with_arguments(const Invocation& invocation, int (*phase)(const Call&)) {
  const auto [pamh, flags, argc, argv] = invocation;
  const std::span<const char* const> words(argv,
                                           static_cast<std::size_t>(argc));
  const ParsedArguments parsed = parse_arguments(words);
  if (!are_right(pamh, parsed)) return PAM_SERVICE_ERR;
  return phase({pamh, static_cast<unsigned>(flags), parsed.arguments});
}

int run_authentication(const Invocation& invocation) {
  // First of all, so that whatever happens denies the account phase too.
  const int code = keep_record(invocation.pamh, Record{});
  if (code != PAM_SUCCESS) return code;
  return with_arguments(invocation, authenticate);
}

int run_account(const Invocation& invocation) {
  return with_arguments(invocation, check_account);
}

int run_password_change(const Invocation& invocation) {
  return with_arguments(invocation, change_password);
}

// A code that is no success asks libpam for the same delay whatever it was;
// PAM_IGNORE says that this call was not about us.
int guarded(const Invocation& invocation,
            int (*run)(const Invocation&)) noexcept {
  int code = PAM_SYSTEM_ERR;
  try {
    code = run(invocation);
  } catch (const std::bad_alloc&) {
    code = PAM_BUF_ERR;
  } catch (...) {
    code = PAM_SYSTEM_ERR;
  }
  if (code != PAM_SUCCESS && code != PAM_IGNORE) {
    pam_fail_delay(invocation.pamh, kFailDelayMicroseconds);
  }
  return code;
}

}  // namespace
}  // namespace mfa::pam

// The names, the types and the visibility are libpam's.
extern "C" {

PAM_EXTERN __attribute__((visibility("default"))) int pam_sm_authenticate(
    pam_handle_t* pamh, int flags, int argc, const char** argv) {
  return mfa::pam::guarded({pamh, flags, argc, argv},
                           mfa::pam::run_authentication);
}

PAM_EXTERN __attribute__((visibility("default"))) int pam_sm_acct_mgmt(
    pam_handle_t* pamh, int flags, int argc, const char** argv) {
  return mfa::pam::guarded({pamh, flags, argc, argv}, mfa::pam::run_account);
}

// There are no credentials to set. Called without an authentication before
// it in this process (sudo), its code stands for the whole: no other would do.
PAM_EXTERN __attribute__((visibility("default"))) int pam_sm_setcred(
    pam_handle_t*, int, int, const char**) {
  return PAM_SUCCESS;
}

PAM_EXTERN __attribute__((visibility("default"))) int pam_sm_chauthtok(
    pam_handle_t* pamh, int flags, int argc, const char** argv) {
  return mfa::pam::guarded({pamh, flags, argc, argv},
                           mfa::pam::run_password_change);
}

}  // extern "C"
