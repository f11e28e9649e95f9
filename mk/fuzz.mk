# SPDX-License-Identifier: BSD-3-Clause
#
# Fuzz targets (libFuzzer, so clang). A target NAME is
# tests/fuzz/NAME_fuzzer.cc and its seeds in tests/fuzz/corpus/NAME/; nothing
# else is registered. It may use every room that reads what strangers write.
# They live in the sanitizers' tree, `make sanitized`, whose objects libFuzzer
# can watch: nothing is compiled twice.

FUZZED    := $(WIRE) $(foreach room,base model config policy facts, \
               $(wildcard agent/$(room)/*.cc)) \
             $(addprefix agent/control/,varlink.cc member_reader.cc \
               connector_records.cc connector_devices.cc) \
             $(addprefix connector/graph/,strict_json.cc members.cc link.cc \
               read_records.cc delta_token.cc) \
             $(addprefix connector/ldap/,account_state.cc binary_ids.cc \
               dn_key.cc entry.cc mapping.cc member_range.cc read_records.cc \
               sync_control.cc sync_cookie.cc token.cc)
FUZZ_LIBS := -lfmt -lyaml-cpp -lsodium -lcurl -lldap -llber

# Longer inputs than any target reads: the longest datagram and a bit.
FUZZ_MAX_LENGTH := 66000
# For all targets together; each gets its share.
FUZZ_SECONDS    ?= 60
FUZZ_CXX        ?= $(notdir $(firstword $(foreach name,clang++-14 clang++, \
                     $(shell command -v $(name)))))

FUZZERS := $(patsubst tests/fuzz/%_fuzzer.cc,%,$(wildcard \
             tests/fuzz/*_fuzzer.cc))

FUZZ_SHARE := $(shell expr \( $(FUZZ_SECONDS) + $(words $(FUZZERS)) - 1 \) \
                / $(words $(FUZZERS)))

# In the sanitizers' tree, with the compiler that can.
IN_ASAN = $(MAKE) --no-print-directory CXX=$(FUZZ_CXX) BUILD=$(BUILD)/asan \
  SAN=address,undefined,fuzzer-no-link CXXFLAGS=-O1 PRELUDE=yes

.PHONY: fuzz $(FUZZERS:%=fuzz-%) sanitized
fuzz: | have-clang  ## run the fuzz targets for 60 s in all (clang)
	@$(IN_ASAN) $(FUZZERS:%=run-fuzz-%)

sanitized: | have-clang  ## build everything with sanitizers, in build/asan (clang)
	@$(IN_ASAN) all test-programs

$(FUZZERS:%=fuzz-%): fuzz-%: | have-clang
	@$(IN_ASAN) run-fuzz-$*

.PHONY: have-clang
have-clang:
	@test -n "$(FUZZ_CXX)" || { echo "This needs clang++ (Debian: apt-get" \
	  "install clang-14 libclang-rt-14-dev)"; exit 1; }

# New finds stay below $(BUILD); a seed worth keeping is committed by hand.
.PHONY: $(FUZZERS:%=run-fuzz-%)
$(FUZZERS:%=run-fuzz-%): run-fuzz-%: $(BUILD)/fuzz/%_fuzzer
	@rm -rf $(BUILD)/fuzz/corpus/$*
	@mkdir -p $(BUILD)/fuzz/corpus $(BUILD)/fuzz/crashes
	@cp -R tests/fuzz/corpus/$* $(BUILD)/fuzz/corpus/$*
	@echo "  FUZZ    $* for $(FUZZ_SHARE) s"
	$(Q)$< -max_total_time=$(FUZZ_SHARE) -max_len=$(FUZZ_MAX_LENGTH) \
	  -artifact_prefix=$(BUILD)/fuzz/crashes/$*- -print_final_stats=1 \
	  $(BUILD)/fuzz/corpus/$*

# From an archive, so that a target is linked with what it uses.
$(BUILD)/fuzz/%_fuzzer: $(BUILD)/obj/tests/fuzz/%_fuzzer.o \
  $(BUILD)/fuzz/libfuzzed.a
	@echo "  LINK    $@"
	$(Q)$(CXX) -fsanitize=fuzzer,address,undefined -o $@ $^ $(FUZZ_LIBS)

$(BUILD)/fuzz/libfuzzed.a: $(call objects,$(FUZZED))
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rc $@ $^

.PRECIOUS: $(BUILD)/obj/tests/fuzz/%.o $(BUILD)/fuzz/%_fuzzer

# After a change of the messages in tests/unit/wire/samples.h.
.PHONY: fuzz-corpus
fuzz-corpus:  ## write the wire fuzzer's seeds anew
	@mkdir -p $(BUILD)/fuzz tests/fuzz/corpus/wire
	$(Q)$(CXX) $(CPPFLAGS) -std=c++20 -O1 -o $(BUILD)/fuzz/make_corpus \
	  tests/fuzz/make_corpus.cc $(WIRE)
	$(Q)$(BUILD)/fuzz/make_corpus tests/fuzz/corpus/wire
