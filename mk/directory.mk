# SPDX-License-Identifier: BSD-3-Clause
#
# The connector against real directories: slapd, 389 Directory Server, Samba.

PROBE := $(BUILD)/tests/directory-probe

$(PROBE): $(call objects,$(CONNECTOR) tests/connector/probe.cc)
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	$(Q)$(CXX) -o $@.new $(filter %.o,$^) $(ALL_LDFLAGS) $(CONNECTOR_LIBS)
	$(Q)mv $@.new $@

test-programs: $(PROBE)

IN_DIRECTORIES = MFA_BUILD=$(abspath $(BUILD)) /usr/bin/python3 tests/connector

.PHONY: check-directory
check-directory: all $(PROBE)  ## test with slapd, and with 389 DS and Samba if there
	@$(IN_DIRECTORIES)/run.py $(if $(T),"$(T)")

# N="100000 1000000" measures one size after another and compares lookups.
.PHONY: bench-directory
bench-directory: deps  ## measure slapd, mfa-connector and mfa-agent; N=1000000 people
	@$(MAKE) --no-print-directory $(PROGRAMS)
	@MFA_BUILD=$(abspath $(BUILD)) tests/bench/directory/run.py $(N)
