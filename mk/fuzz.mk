# SPDX-License-Identifier: BSD-3-Clause
#
# Fuzz targets (libFuzzer, so clang). A target NAME is one line here and
# tests/fuzz/NAME_fuzzer.cc; its seeds lie in tests/fuzz/corpus/NAME/.

fuzz_sources.wire = wire/codec.cc wire/secret.cc

# Longer inputs than any target reads: the longest datagram and a bit.
FUZZ_MAX_LENGTH := 66000
FUZZ_SECONDS    ?= 60
FUZZ_CXX        ?= $(notdir $(firstword $(foreach name,clang++-14 clang++, \
                     $(shell command -v $(name)))))
FUZZ_CXXFLAGS   := -std=c++20 -O1 -g1 -fno-omit-frame-pointer -MMD -MP \
  -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS -Wall -Wextra $(if \
  $(WERROR),-Werror)
FUZZ_SANITIZE   := address,undefined

FUZZERS := $(patsubst tests/fuzz/%_fuzzer.cc,%,$(wildcard \
             tests/fuzz/*_fuzzer.cc))

.PHONY: fuzz
fuzz: $(FUZZERS:%=fuzz-%)  ## run each fuzz target for 60 s (clang)

# New finds stay below $(BUILD); a seed worth keeping is committed by hand.
.PHONY: $(FUZZERS:%=fuzz-%)
$(FUZZERS:%=fuzz-%): fuzz-%: $(BUILD)/fuzz/%_fuzzer
	@rm -rf $(BUILD)/fuzz/corpus/$*
	@mkdir -p $(BUILD)/fuzz/corpus $(BUILD)/fuzz/crashes
	@cp -R tests/fuzz/corpus/$* $(BUILD)/fuzz/corpus/$*
	@echo "  FUZZ    $* for $(FUZZ_SECONDS) s"
	$(Q)$< -max_total_time=$(FUZZ_SECONDS) -max_len=$(FUZZ_MAX_LENGTH) \
	  -artifact_prefix=$(BUILD)/fuzz/crashes/$*- -print_final_stats=1 \
	  $(fuzz_flags.$*) $(BUILD)/fuzz/corpus/$*

.SECONDEXPANSION:
$(BUILD)/fuzz/%_fuzzer: $(BUILD)/fuzz/obj/tests/fuzz/%_fuzzer.o \
  $$(patsubst $$(percent).cc,$(BUILD)/fuzz/obj/$$(percent).o,$$(fuzz_sources.$$*))
	@echo "  LINK    $@"
	$(Q)$(FUZZ_CXX) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $^ \
	  $(fuzz_libs.$*)

percent := %
.PRECIOUS: $(BUILD)/fuzz/obj/%.o

$(BUILD)/fuzz/obj/%.o: %.cc
	@test -n "$(FUZZ_CXX)" || { echo "make fuzz needs clang++ (Debian:" \
	  "apt-get install clang-14 libclang-rt-14-dev)"; exit 1; }
	@echo "  CXX     $< (fuzz)"
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CXX) $(CPPFLAGS) $(FUZZ_CXXFLAGS) \
	  -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -c -o $@ $<

# After a change of the messages in tests/unit/wire/samples.h.
.PHONY: fuzz-corpus
fuzz-corpus:  ## write the wire fuzzer's seeds anew
	@mkdir -p $(BUILD)/fuzz tests/fuzz/corpus/wire
	$(Q)$(CXX) $(CPPFLAGS) -std=c++20 -O1 -o $(BUILD)/fuzz/make_corpus \
	  tests/fuzz/make_corpus.cc $(fuzz_sources.wire)
	$(Q)$(BUILD)/fuzz/make_corpus tests/fuzz/corpus/wire

-include $(shell find $(BUILD)/fuzz/obj -name '*.d' 2>/dev/null)
