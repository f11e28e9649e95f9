// SPDX-License-Identifier: BSD-3-Clause
//
// The module owns no password. It stands behind the one that does, and when
// a policy asked for a new password it tells the agent that there is one:
// that is what confirms the sign-in, and what takes the risk from the account.
#include <security/pam_ext.h>
#include <syslog.h>

#include "pam_module/items.h"
#include "pam_module/phases.h"
#include "pam_module/record.h"
#include "pam_module/request.h"

namespace mfa::pam {
namespace {

// Only a module before this one sets both; a line in the wrong order, or a
// password that stays as it is, must not pass for a change.
bool was_changed(pam_handle_t* pamh) {
  const auto password = item_or_empty(pamh, PAM_AUTHTOK);
  return !password.empty() && password != item_or_empty(pamh, PAM_OLDAUTHTOK);
}

bool is_due(const Call& call, const Record* record) {
  return record != nullptr && record->password_due &&
         record->user == item_or_empty(call.pamh, PAM_USER) &&
         record->service == item_or_empty(call.pamh, PAM_SERVICE);
}

}  // namespace

int change_password(const Call& call) {
  const Record* record = find_record(call.pamh);
  if ((call.flags & PAM_UPDATE_AUTHTOK) == 0 || !is_due(call, record)) {
    return PAM_IGNORE;
  }
  if (!was_changed(call.pamh)) {
    pam_syslog(call.pamh, LOG_ERR,
               "a policy asks for a new password and none was set before this "
               "line; put \"password required pam_mfa.so\" behind the module "
               "that changes it, see pam_mfa(8)");
    return PAM_AUTHTOK_ERR;
  }
  const Deadline deadline = Deadline::in(call.arguments.timeout);
  Request request = make_request(call, wire::Phase::password, deadline);
  if (!request.begin) return request.refusal;
  request.begin->commit_token = record->commit_token;
  const Conversation person(call.pamh, call.flags, /*may_ask=*/false);
  const Ending ending = hold_dialog(call, *request.begin, person, deadline);
  return conclude(call, *request.begin, ending, person);
}

}  // namespace mfa::pam
