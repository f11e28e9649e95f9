# SPDX-License-Identifier: BSD-3-Clause
#
# The tests. tests/suites.toml names the suites, tests/run.py runs and counts
# them; its last line is `N passed, N failed, N skipped`.

RUN_SUITES := tests/run.py --build $(BUILD)

# Installing comes first, in a make of its own: with -j the compiler would
# start before it is there.
.PHONY: check
check: deps  ## install what is needed, build, run every test
	@$(MAKE) --no-print-directory all test-programs
	@$(RUN_SUITES)

.PHONY: check-unit
check-unit: $(BUILD)/tests/unit  ## run the unit tests alone
	@$(RUN_SUITES) unit

.PHONY: check-policy
check-policy: $(BUILD)/mfactl  ## test the policies against an independent model
	@$(RUN_SUITES) policy

.PHONY: test-programs
test-programs: $(BUILD)/tests/unit $(BUILD)/tests/pam $(BUILD)/tests/fault
