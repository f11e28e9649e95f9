// SPDX-License-Identifier: BSD-3-Clause
//
// The person, as far as the application lets us speak with them. One message
// per call of the application's function: more than one is refused by half of
// the applications. Every response is wiped and freed on every path.
#pragma once

#include <security/pam_modules.h>

#include <string_view>

#include "wire/message.h"

namespace mfa::pam {

class Conversation {
 public:
  // Borrows the handle. `may_ask` is false in the account phase, where
  // applications have no conversation that could answer.
  Conversation(pam_handle_t* pamh, unsigned flags, bool may_ask)
      : pamh_(pamh), silent_((flags & PAM_SILENT) != 0), may_ask_(may_ask) {}

  // The answer, of the form asked for, or why there is none.
  wire::Answer ask(const wire::Ask& ask) const;

  // A failing application does not matter: some refuse every message.
  void tell(wire::TellStyle style, std::string_view text) const;

 private:
  pam_handle_t* pamh_;
  bool silent_;
  bool may_ask_;
};

}  // namespace mfa::pam
