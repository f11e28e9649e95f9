# SPDX-License-Identifier: BSD-3-Clause
#
# `make bench`: what a sign-in costs, beside other modules and beside the
# floor. tests/bench/README.md says how to read it.

HARNESS := $(wildcard tests/bench/harness/*.cc)

$(BUILD)/tests/bench: $(call objects,$(HARNESS))

# What is measured runs outside the program that measures, in small programs
# of its own.
BENCH_PARTS := $(BUILD)/tests/bench-parts
$(BENCH_PARTS)/pam_client: $(call objects,tests/bench/client/pam_client.cc)
$(BENCH_PARTS)/pam_client: LIBS = -lpam -loath
$(BENCH_PARTS)/floor_agent: $(call objects,tests/bench/floor/floor_agent.cc)
$(BENCH_PARTS)/floor_agent: LIBS = -lsqlite3
$(BENCH_PARTS)/floor_module.so: $(call objects,tests/bench/floor/floor_module.cc)
$(BENCH_PARTS)/floor_module.so: LIBS = -shared -static-libgcc -Wl,-z,nodelete \
  -Wl,--unresolved-symbols=ignore-in-shared-libs -lpam

$(BENCH_PARTS)/%:
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	$(Q)$(CXX) -o $@.new $(filter %.o,$^) $(ALL_LDFLAGS) $(LIBS)
	$(Q)mv $@.new $@

.PHONY: bench-programs
bench-programs: $(PROGRAMS) $(BUILD)/tests/bench $(BENCH_PARTS)/pam_client \
  $(BENCH_PARTS)/floor_agent $(BENCH_PARTS)/floor_module.so

# BENCH_ARGS="only=compare", for example; tests/bench/README.md has them all.
.PHONY: bench
bench: deps  ## measure a sign-in, beside google-authenticator and pam_oath
	@$(MAKE) --no-print-directory bench-programs
	$(Q)$(BUILD)/tests/bench agent=$(abspath $(BUILD)/mfa-agent) \
	  module=$(abspath $(BUILD)/pam_mfa.so) \
	  client=$(abspath $(BENCH_PARTS)/pam_client) \
	  floor_agent=$(abspath $(BENCH_PARTS)/floor_agent) \
	  floor_module=$(abspath $(BENCH_PARTS)/floor_module.so) $(BENCH_ARGS)
