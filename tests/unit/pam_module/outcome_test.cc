// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/outcome.h"

#include <security/_pam_types.h>

#include "tests/check.h"

using mfa::pam::code_of;
using mfa::pam::Trouble;
using mfa::wire::Outcome;
using mfa::wire::Phase;

TEST("of all outcomes, known or not, only `allow` lets in") {
  for (int value = 0; value < 256; ++value) {
    const auto outcome = static_cast<Outcome>(value);
    for (const Phase phase : {Phase::authenticate, Phase::account}) {
      const int code = code_of(outcome, phase);
      assert_int_equal(code == PAM_SUCCESS, outcome == Outcome::allow);
      assert_int_not_equal(code, PAM_IGNORE);
      // In the auth phase libpam takes it for a kind of success.
      if (phase == Phase::authenticate) {
        assert_int_not_equal(code, PAM_NEW_AUTHTOK_REQD);
      }
    }
  }
}

TEST("no trouble with the agent lets in") {
  for (const Trouble trouble :
       {Trouble::unreachable, Trouble::impostor, Trouble::silent,
        Trouble::closed, Trouble::malformed, Trouble::late}) {
    assert_int_equal(code_of(trouble), PAM_AUTHINFO_UNAVAIL);
  }
  assert_int_equal(code_of(Trouble::system), PAM_SYSTEM_ERR);
  assert_int_equal(code_of(Trouble::none), PAM_SYSTEM_ERR);
}
