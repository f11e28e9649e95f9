// SPDX-License-Identifier: BSD-3-Clause
//
// What must hold when programs die: `make check-fault`. The agent here is the
// real one, the clients speak its wire as root, and people live in a private
// /etc. Randomness is seeded: FAULT_SEED=N repeats the order of events, as far
// as the scheduler lets it.
#include "tests/check.h"

MFA_TEST_MAIN("fault")
