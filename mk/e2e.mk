# SPDX-License-Identifier: BSD-3-Clause
#
# Tests on the stage: a private place with the real sshd, login, sudo, su and
# cron. They need root; as another user they are skipped, and say so.

.PHONY: check-e2e check-pam
check-e2e: all  ## test with the real sshd, login, sudo, su and cron
	@MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 tests/e2e/run.py $(T)

# The module in a real libpam stack, in a place of its own.
check-pam: $(BUILD)/pam_mfa.so $(BUILD)/tests/pam  ## test the module in real PAM stacks
	@MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 tests/e2e/in_place.py \
	  $(abspath $(BUILD))/tests/pam $(T)
