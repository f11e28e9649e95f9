# SPDX-License-Identifier: BSD-3-Clause
#
# Fuzz targets (libFuzzer, so clang). A target NAME is
# tests/fuzz/NAME_fuzzer.cc and its seeds in tests/fuzz/corpus/NAME/; nothing
# else is registered. It may use every room that reads what strangers write.

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
FUZZ_CXXFLAGS   := -std=c++20 -O1 -g1 -fno-omit-frame-pointer -MMD -MP \
  -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS -Wall -Wextra $(if \
  $(WERROR),-Werror)
FUZZ_SANITIZE   := address,undefined

FUZZERS := $(patsubst tests/fuzz/%_fuzzer.cc,%,$(wildcard \
             tests/fuzz/*_fuzzer.cc))

FUZZ_SHARE := $(shell expr \( $(FUZZ_SECONDS) + $(words $(FUZZERS)) - 1 \) \
                / $(words $(FUZZERS)))

.PHONY: fuzz
fuzz: $(FUZZERS:%=fuzz-%)  ## run the fuzz targets for 60 s in all (clang)

# New finds stay below $(BUILD); a seed worth keeping is committed by hand.
.PHONY: $(FUZZERS:%=fuzz-%)
$(FUZZERS:%=fuzz-%): fuzz-%: $(BUILD)/fuzz/%_fuzzer
	@rm -rf $(BUILD)/fuzz/corpus/$*
	@mkdir -p $(BUILD)/fuzz/corpus $(BUILD)/fuzz/crashes
	@cp -R tests/fuzz/corpus/$* $(BUILD)/fuzz/corpus/$*
	@echo "  FUZZ    $* for $(FUZZ_SHARE) s"
	$(Q)$< -max_total_time=$(FUZZ_SHARE) -max_len=$(FUZZ_MAX_LENGTH) \
	  -artifact_prefix=$(BUILD)/fuzz/crashes/$*- -print_final_stats=1 \
	  $(BUILD)/fuzz/corpus/$*

# From an archive, so that a target is linked with what it uses.
$(BUILD)/fuzz/%_fuzzer: $(BUILD)/fuzz/obj/tests/fuzz/%_fuzzer.o \
  $(BUILD)/fuzz/libfuzzed.a
	@echo "  LINK    $@"
	$(Q)$(FUZZ_CXX) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $^ $(FUZZ_LIBS)

$(BUILD)/fuzz/libfuzzed.a: $(FUZZED:%.cc=$(BUILD)/fuzz/obj/%.o)
	@rm -f $@
	$(Q)$(AR) rc $@ $^

.PRECIOUS: $(BUILD)/fuzz/obj/%.o $(BUILD)/fuzz/%_fuzzer

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
	  tests/fuzz/make_corpus.cc $(WIRE)
	$(Q)$(BUILD)/fuzz/make_corpus tests/fuzz/corpus/wire

-include $(shell find $(BUILD)/fuzz/obj -name '*.d' 2>/dev/null)
