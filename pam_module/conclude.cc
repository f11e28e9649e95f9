// SPDX-License-Identifier: BSD-3-Clause
#include <security/pam_ext.h>
#include <syslog.h>

#include "pam_module/outcome.h"
#include "pam_module/phases.h"
#include "pam_module/text.h"

namespace mfa::pam {
namespace {

int log_level(Trouble trouble) {
  if (trouble == Trouble::impostor) return LOG_ALERT;
  if (trouble == Trouble::system) return LOG_CRIT;
  return trouble == Trouble::late ? LOG_NOTICE : LOG_ERR;
}

// What the administrator does next.
const char* advice(Trouble trouble) {
  switch (trouble) {
    case Trouble::impostor:
      return "find out who made this socket";
    case Trouble::unreachable:
    case Trouble::silent:
    case Trouble::closed:
      return "is mfa-agent running? (systemctl status mfa-agent)";
    case Trouble::malformed:
      return "are pam_mfa.so and mfa-agent of one version?";
    case Trouble::late:
      return "see timeout= in pam_mfa(8)";
    case Trouble::system:
    case Trouble::none:
      break;
  }
  return "see the limits of this process";
}

void log_failure(const Call& call, const wire::Begin& begin,
                 const Failure& failure, int code) {
  const int number = failure.error_number;
  pam_syslog(call.pamh, log_level(failure.trouble),
             "denied user=\"%s\" code=%s: %s%s%s at %s; %s",
             escaped(begin.user).c_str(), name_of_code(code), failure.what,
             number ? ": " : "", error_text(number),
             escaped(call.arguments.socket).c_str(), advice(failure.trouble));
}

void log_verdict(const Call& call, const wire::Begin& begin,
                 const wire::Verdict& verdict, int code) {
  const bool allowed = verdict.outcome == wire::Outcome::allow;
  if (allowed && !call.arguments.debug) return;  // the agent has logged it
  pam_syslog(call.pamh, allowed ? LOG_DEBUG : LOG_NOTICE,
             "%s user=\"%s\" rhost=\"%s\" id=\"%s\" outcome=%s code=%s",
             allowed ? "allowed" : "denied", escaped(begin.user).c_str(),
             escaped(begin.rhost.value_or("")).c_str(),
             escaped(verdict.correlation_id).c_str(), name_of(verdict.outcome),
             name_of_code(code));
}

}  // namespace

int conclude(const Call& call, const wire::Begin& begin, const Ending& ending,
             const Conversation& person) {
  if (!ending.verdict) {
    const int code = code_of(ending.failure.trouble);
    log_failure(call, begin, ending.failure, code);
    return code;
  }
  const wire::Verdict& verdict = *ending.verdict;
  const int code = code_of(verdict.outcome, begin.phase);
  log_verdict(call, begin, verdict, code);
  if (verdict.text) {
    person.tell(code == PAM_SUCCESS || code == PAM_NEW_AUTHTOK_REQD
                    ? wire::TellStyle::info
                    : wire::TellStyle::error,
                *verdict.text);
  }
  return code;
}

}  // namespace mfa::pam
