// SPDX-License-Identifier: BSD-3-Clause
//
// The account phase commits what the authentication phase saw. It also runs
// alone: in sshd after a public key, where that would go round the second
// factor, and in cron, su by root and the like, where it must stay out of the
// way, agent or no agent.
#include <security/pam_ext.h>
#include <syslog.h>

#include <algorithm>
#include <utility>

#include "pam_module/items.h"
#include "pam_module/phases.h"
#include "pam_module/record.h"
#include "pam_module/request.h"
#include "pam_module/text.h"

namespace mfa::pam {
namespace {

int consult_agent(const Call& call,
                  const std::optional<wire::CommitToken>& commit_token) {
  const Deadline deadline = Deadline::in(call.arguments.timeout);
  Request request = make_request(call, wire::Phase::account, deadline);
  if (!request.begin) return request.refusal;
  request.begin->commit_token = commit_token;
  const Conversation person(call.pamh, call.flags, /*may_ask=*/false);
  const Ending ending = hold_dialog(call, *request.begin, person, deadline);
  return conclude(call, *request.begin, ending, person);
}

bool is_about_this_person(pam_handle_t* pamh, const Record& record) {
  return record.user == item_or_empty(pamh, PAM_USER) &&
         record.service == item_or_empty(pamh, PAM_SERVICE);
}

int let_in_without_agent(pam_handle_t* pamh, const Record& record) {
  pam_syslog(pamh, LOG_ALERT,
             "EMERGENCY ACCESS without a second factor: the account of "
             "user=\"%s\" is not checked",
             escaped(record.user).c_str());
  return PAM_SUCCESS;
}

int check_record(const Call& call, const Record& record) {
  if (record.state == Record::State::denied ||
      !is_about_this_person(call.pamh, record)) {
    pam_syslog(call.pamh, LOG_NOTICE,
               "denied user=\"%s\" code=PAM_PERM_DENIED: the authentication "
               "before did not let in this user for this service",
               escaped(item_or_empty(call.pamh, PAM_USER)).c_str());
    return PAM_PERM_DENIED;
  }
  if (record.state == Record::State::emergency) {
    return let_in_without_agent(call.pamh, record);
  }
  const int code = consult_agent(call, record.commit_token);
  if (code != PAM_NEW_AUTHTOK_REQD) return code;
  Record due = record;
  due.password_due = true;
  const int kept = keep_record(call.pamh, std::move(due));
  return kept == PAM_SUCCESS ? code : kept;
}

bool is_enforced(const Call& call) {
  const auto& services = call.arguments.enforce_account;
  return std::find(services.begin(), services.end(),
                   item_or_empty(call.pamh, PAM_SERVICE)) != services.end();
}

}  // namespace

int check_account(const Call& call) {
  if (const Record* record = find_record(call.pamh)) {
    return check_record(call, *record);
  }
  if (is_enforced(call)) return consult_agent(call, std::nullopt);
  if (call.arguments.debug) {
    pam_syslog(call.pamh, LOG_DEBUG,
               "no authentication before, and enforce_account= does not name "
               "this service: nothing to check");
  }
  return PAM_SUCCESS;
}

}  // namespace mfa::pam
