# SPDX-License-Identifier: BSD-3-Clause
#
# pam_mfa. `make help` lists what can be made.
# Everything is built below $(BUILD); `make sanitized` makes a second tree.

BUILD   ?= build
CXX     ?= g++
SAN     ?=
WERROR  ?=
V       ?=
PREFIX  ?= /usr
DESTDIR ?=
LIBDIR  ?= $(PREFIX)/lib/$(shell $(CXX) -print-multiarch 2>/dev/null)
VERSION := $(shell sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)

Q := $(if $(V),,@)
ifeq ($(origin CXX),default)
CXX := g++
endif
IS_CLANG := $(findstring clang,$(CXX))

# --- flags -----------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
  -Wold-style-cast -Wcast-qual -Wcast-align -Wnon-virtual-dtor \
  -Woverloaded-virtual -Wformat=2 -Wundef -Wmissing-declarations \
  -Wswitch-enum -Wextra-semi -Wimplicit-fallthrough
ifeq ($(IS_CLANG),)
WARNINGS += -Wduplicated-cond -Wduplicated-branches -Wlogical-op \
  -Wuseless-cast -Wsuggest-override
# g++ 12 sees asio's pair of coroutine frame operators as mismatched.
WARNINGS += -Wno-mismatched-new-delete
# Its instrumented code of fmt's headers looks uninitialized to it.
WARNINGS += $(if $(SAN),-Wno-uninitialized -Wno-maybe-uninitialized)
endif
WARNINGS += $(if $(WERROR),-Werror)

HARDENING := -D_GLIBCXX_ASSERTIONS -fstack-protector-strong \
  -fstack-clash-protection -fcf-protection
# _FORTIFY_SOURCE and the sanitizers' interceptors do not agree.
ifeq ($(SAN),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(if $(IS_CLANG),2,3)
endif
ifeq ($(IS_CLANG),)
# clang 14 wants a promise about the first that only clang 14 understands.
HARDENING += -ftrivial-auto-var-init=zero -fzero-call-used-regs=used
endif

# Clang's check of function types cannot be assembled beside coroutines.
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
  -fno-omit-frame-pointer -g1 $(if $(IS_CLANG),-fno-sanitize=function))

CXXFLAGS ?= -O2
# Whether Asio finds aligned_alloc depends on what a file includes before it;
# all files must allocate coroutine frames alike.
CPPFLAGS += -I. -DASIO_STANDALONE -DASIO_NO_DEPRECATED \
  -DASIO_DISABLE_STD_ALIGNED_ALLOC \
  -DMFA_VERSION='"$(VERSION)"' -DMFA_LOCALE_DIR='"$(PREFIX)/share/locale"'
# clang 14 has coroutines, but not the macro that libstdc++ asks for.
ifneq ($(IS_CLANG),)
CPPFLAGS += -D__cpp_impl_coroutine=201902L -DASIO_HAS_CO_AWAIT \
  -DASIO_HAS_STD_COROUTINE
# What g++ says by itself.
CPPFLAGS += $(if $(findstring address,$(SAN)),-D__SANITIZE_ADDRESS__=1)
endif
ALL_CXXFLAGS = -std=c++20 $(CXXFLAGS) $(WARNINGS) $(HARDENING) $(SANITIZE) \
  -fvisibility=hidden -fPIC -pthread -MMD -MP
ALL_LDFLAGS = -Wl,-z,relro -Wl,-z,now -Wl,--as-needed $(SANITIZE) -pthread \
  $(LDFLAGS)

# --- what is made of what ----------------------------------------------------

WIRE    := $(wildcard wire/*.cc)
MODULE  := $(WIRE) $(wildcard pam_module/*.cc)
ROOMS   := base model config policy methods store directory cache rules facts \
           sign_in control server
AGENT   := $(WIRE) $(foreach room,$(ROOMS),$(wildcard agent/$(room)/*.cc))
# What mfactl shares with the agent: values and the rules, no state.
SHARED  := $(WIRE) $(foreach room,base model config policy directory rules,\
             $(wildcard agent/$(room)/*.cc))
MFACTL  := $(SHARED) $(wildcard varlink/*.cc mfactl/*.cc)
# What mfa-connector shares with the agent: how configuration is read and
# trusted, and the log.
CONNECTOR := $(WIRE) \
             $(foreach room,base model config,$(wildcard agent/$(room)/*.cc)) \
             $(wildcard varlink/*.cc connector/*/*.cc)
UNIT    := $(AGENT) $(wildcard pam_module/*.cc) \
           $(filter-out mfactl/main.cc,$(wildcard mfactl/*.cc)) \
           $(wildcard varlink/*.cc connector/*/*.cc) \
           $(wildcard $(foreach depth,* */* */*/*,tests/unit/$(depth).cc))
PAM     := $(WIRE) $(wildcard tests/pam/*.cc)
BENCH   := $(AGENT) $(wildcard tests/bench/*.cc)
FAULT   := $(AGENT) $(wildcard tests/fault/*.cc)

objects = $(patsubst %.cc,$(BUILD)/obj/%.o,$(1))

AGENT_LIBS  := -lfmt -lyaml-cpp -lsqlite3 -lsodium -loath -lsystemd -lmaxminddb
MFACTL_LIBS := -lfmt -lyaml-cpp -lqrencode -lsodium -lmaxminddb
CONNECTOR_LIBS := -lfmt -lyaml-cpp -lsodium -lsystemd -lldap -llber -lcurl -lcrypto
TEST_LIBS   := $(AGENT_LIBS) -lqrencode -lcmocka -lpam -lldap -llber -lcurl \
               -lcrypto

PROGRAMS := $(BUILD)/pam_mfa.so $(BUILD)/mfa-agent $(BUILD)/mfactl \
            $(BUILD)/mfa-connector

.PHONY: all
all: $(PROGRAMS)  ## build pam_mfa.so, the agent, the connector and mfactl (default)

# Only pam_sm_* is exported, nothing but libpam and libc is needed, and the
# object stays mapped when PAM closes it (R-71, R-72).
MODULE_SAN := $(if $(SAN),,-static-libstdc++ -static-libgcc -Wl,-z,defs)
$(BUILD)/pam_mfa.so: $(call objects,$(MODULE)) pam_module/export.map
	@echo "  LINK    $@"
	$(Q)$(CXX) -shared -o $@.new $(call objects,$(MODULE)) $(ALL_LDFLAGS) \
	  $(MODULE_SAN) -Wl,--exclude-libs,ALL -Wl,-z,nodelete \
	  -Wl,--version-script=pam_module/export.map -Wl,--gc-sections -lpam
	$(Q)mv $@.new $@

# Not -fno-gnu-unique for clang, which never makes such symbols.
$(call objects,$(wildcard pam_module/*.cc)): ALL_CXXFLAGS += \
  -ffunction-sections -fdata-sections $(if $(IS_CLANG),,-fno-gnu-unique)

$(BUILD)/mfa-agent: $(call objects,$(AGENT) agent/main.cc)
$(BUILD)/mfa-agent: LIBS = $(AGENT_LIBS)
$(BUILD)/mfactl: $(call objects,$(MFACTL))
$(BUILD)/mfactl: LIBS = $(MFACTL_LIBS)
$(BUILD)/mfa-connector: $(call objects,$(CONNECTOR) connector/main.cc)
$(BUILD)/mfa-connector: LIBS = $(CONNECTOR_LIBS)
$(BUILD)/tests/unit: $(call objects,$(UNIT))
$(BUILD)/tests/unit: LIBS = $(TEST_LIBS)
$(BUILD)/tests/pam: $(call objects,$(PAM))
$(BUILD)/tests/pam: LIBS = -lcmocka -lpam -loath -lfmt
$(BUILD)/tests/bench: $(call objects,$(BENCH))
$(BUILD)/tests/bench: LIBS = $(TEST_LIBS)
$(BUILD)/tests/fault: $(call objects,$(FAULT))
$(BUILD)/tests/fault: LIBS = $(TEST_LIBS)

$(BUILD)/mfa-agent $(BUILD)/mfactl $(BUILD)/mfa-connector \
$(BUILD)/tests/unit $(BUILD)/tests/pam \
$(BUILD)/tests/bench $(BUILD)/tests/fault:
	@echo "  LINK    $@"
	@mkdir -p $(@D)
	$(Q)$(CXX) -o $@.new $(filter %.o,$^) $(ALL_LDFLAGS) $(LIBS)
	$(Q)mv $@.new $@

# PRELUDE (clang): what nearly every file includes, compiled once.
PRELUDE ?=
PRECOMPILED := $(if $(PRELUDE),$(BUILD)/prelude.pch)

$(BUILD)/obj/%.o: %.cc | $(PRECOMPILED)
	@echo "  CXX     $<"
	@mkdir -p $(@D)
	$(Q)$(CXX) $(CPPFLAGS) $(ALL_CXXFLAGS) $(PRECOMPILED:%=-include-pch %) \
	  -c -o $@ $<

$(BUILD)/prelude.pch: tests/prelude.h
	@echo "  PCH     $<"
	@mkdir -p $(@D)
	$(Q)$(CXX) $(CPPFLAGS) $(ALL_CXXFLAGS) -x c++-header -o $@ $<

# The assembler reads the interface file, which -MMD cannot know.
$(call objects,agent/control/interface_text.cc): \
  agent/control/org.pammfa.Control.varlink \
  agent/control/org.pammfa.Connector.varlink

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

.PHONY: help
help:  ## show this list
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | \
	  expand -t 24

.PHONY: clean
clean:  ## remove what was built
	rm -rf $(BUILD)

include $(wildcard mk/*.mk)
