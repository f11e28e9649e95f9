// SPDX-License-Identifier: BSD-3-Clause
//
// One call of the module as the agent sees it: BEGIN, then ASK/ANSWER and
// TELL as often as the agent likes, then VERDICT. What is asked and why is
// the agent's affair.
#pragma once

#include <optional>

#include "pam_module/call.h"
#include "pam_module/conversation.h"
#include "pam_module/deadline.h"
#include "pam_module/failure.h"
#include "wire/message.h"

namespace mfa::pam {

// Messages of the agent in one call. sshd's child dies after 32 prompts; more
// than twice that is an agent that has lost its way.
inline constexpr int kMaxMessages = 64;

struct Ending {
  std::optional<wire::Verdict> verdict;  // about this very BEGIN
  Failure failure;                       // when there is no verdict
  // Whether the agent said anything that made sense. From then on the
  // person could have provoked the failure.
  bool agent_spoke = false;
};

Ending hold_dialog(const Call& call, const wire::Begin& begin,
                   const Conversation& person, Deadline deadline);

}  // namespace mfa::pam
