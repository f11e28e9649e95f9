# SPDX-License-Identifier: BSD-3-Clause
#
# Tests on the stage: a private place with the real sshd, login, sudo, su and
# cron. They need root; for another user they are skipped, and say so.
# T="words" runs only the tests whose sentence holds them.

IN_PLACE = MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 tests/e2e

.PHONY: check-e2e
check-e2e: all  ## test with the real sshd, login, sudo, su and cron
	@$(IN_PLACE)/run.py $(if $(T),"$(T)")

.PHONY: check-pam
check-pam: $(PROGRAMS) $(BUILD)/tests/pam  ## test the module in real PAM stacks
	@$(IN_PLACE)/in_place.py $(abspath $(BUILD))/tests/pam $(if $(T),"$(T)")
