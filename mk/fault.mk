# SPDX-License-Identifier: BSD-3-Clause
#
# What must hold when programs die. The tests share tests/bench/harness with
# the benchmark: made-up people, a real agent, a client that speaks the wire.

$(BUILD)/tests/fault: $(call objects,$(wildcard tests/bench/harness/*.cc))

.PHONY: check-fault
check-fault: $(BUILD)/mfa-agent $(BUILD)/mfactl $(BUILD)/tests/fault  ## kill -9 the agent and its clients in a loop
	@$(RUN_SUITES) fault
