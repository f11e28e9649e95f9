// SPDX-License-Identifier: BSD-3-Clause
#include <security/pam_ext.h>
#include <syslog.h>

#include "pam_module/emergency.h"
#include "pam_module/items.h"
#include "pam_module/outcome.h"
#include "pam_module/phases.h"
#include "pam_module/record.h"
#include "pam_module/request.h"
#include "pam_module/text.h"

namespace mfa::pam {
namespace {

// login does not know the name yet; libpam then asks for it.
int ensure_user(pam_handle_t* pamh) {
  const char* user = nullptr;
  const int code = pam_get_user(pamh, &user, nullptr);
  if (code == PAM_SUCCESS) return user ? PAM_SUCCESS : PAM_AUTH_ERR;
  return code == PAM_CONV_ERR || code == PAM_BUF_ERR ? code : PAM_AUTH_ERR;
}

// A person at the terminal must not be able to make the agent seem dead: once
// it spoke, it is not, and a slow answer is not its failure.
bool agent_is_down(const Ending& ending) {
  return !ending.verdict && !ending.agent_spoke &&
         code_of(ending.failure.trouble) == PAM_AUTHINFO_UNAVAIL;
}

// The host as the application named it, not as the agent can be told.
bool may_pass_without_agent(const Call& call, const wire::Begin& begin,
                            const Ending& ending) {
  return agent_is_down(ending) &&
         is_emergency_user(call.arguments, begin.user) &&
         is_console(begin.service, begin.tty, item(call.pamh, PAM_RHOST));
}

int let_in_without_agent(const Call& call, const wire::Begin& begin,
                         const Ending& ending) {
  const int code = keep_record(
      call.pamh,
      {Record::State::emergency, begin.user, begin.service, std::nullopt, {}});
  if (code != PAM_SUCCESS) return code;
  pam_syslog(call.pamh, LOG_ALERT,
             "EMERGENCY ACCESS without a second factor: user=\"%s\" "
             "tty=\"%s\" let in by emergency_user=, because the agent does "
             "not answer (%s); is mfa-agent running?",
             escaped(begin.user).c_str(),
             escaped(begin.tty.value_or("")).c_str(), ending.failure.what);
  return PAM_SUCCESS;
}

int keep_allowed(const Call& call, const wire::Begin& begin,
                 const wire::Verdict& verdict) {
  return keep_record(call.pamh,
                     {Record::State::allowed, begin.user, begin.service,
                      verdict.commit_token, verdict.correlation_id});
}

}  // namespace

int authenticate(const Call& call) {
  if (const int code = ensure_user(call.pamh); code != PAM_SUCCESS) return code;
  // From here on: the time a person took to type a name does not count.
  const Deadline deadline = Deadline::in(call.arguments.timeout);
  const Request request =
      make_request(call, wire::Phase::authenticate, deadline);
  if (!request.begin) return request.refusal;
  const wire::Begin& begin = *request.begin;
  const Conversation person(call.pamh, call.flags, /*may_ask=*/true);
  const Ending ending = hold_dialog(call, begin, person, deadline);
  if (may_pass_without_agent(call, begin, ending)) {
    return let_in_without_agent(call, begin, ending);
  }
  const int code = conclude(call, begin, ending, person);
  return code == PAM_SUCCESS ? keep_allowed(call, begin, *ending.verdict)
                             : code;
}

}  // namespace mfa::pam
