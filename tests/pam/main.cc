// SPDX-License-Identifier: BSD-3-Clause
#include "tests/check.h"

MFA_TEST_MAIN("pam")
