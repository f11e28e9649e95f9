# SPDX-License-Identifier: BSD-3-Clause
#
# One table says what goes where, so that uninstall removes exactly what
# install put there. The configuration is the administrator's: install never
# overwrites it, uninstall leaves it, and neither touches the state.

UNITDIR  ?= $(PREFIX)/lib/systemd/system
# The account with its groups, and the sockets' directory.
SYSUSERS ?= $(PREFIX)/lib/sysusers.d
TMPFILES ?= $(PREFIX)/lib/tmpfiles.d
# Templates of policies and examples, for the administrator to copy.
SHAREDIR  ?= $(PREFIX)/share/mfa-agent
TEMPLATES := $(wildcard conf/policies/templates/*.yaml)
# Where the programs look, whatever the prefix.
CONFIGS := mfa-agent mfa-connector

# $(call place,MODE,FILES,FOLDER): one `mode,file,target` for each file, which
# keeps its name.
place = $(foreach file,$(2),$(1),$(file),$(3)/$(notdir $(file)))

INSTALLED_FILES = \
  $(call place,644,$(BUILD)/pam_mfa.so,$(LIBDIR)/security) \
  $(call place,755,$(BUILD)/mfa-agent $(BUILD)/mfa-connector,$(PREFIX)/sbin) \
  $(call place,755,$(BUILD)/mfactl,$(PREFIX)/bin) \
  $(call place,644,$(wildcard systemd/*.service systemd/*.socket),$(UNITDIR)) \
  644,systemd/mfa-agent.sysusers,$(SYSUSERS)/mfa-agent.conf \
  644,systemd/mfa-connector.sysusers,$(SYSUSERS)/mfa-connector.conf \
  644,systemd/mfa-agent.tmpfiles,$(TMPFILES)/mfa-agent.conf \
  $(foreach section,1 5 7 8,$(call place,644,$(wildcard \
    man/*.$(section)),$(PREFIX)/share/man/man$(section))) \
  $(call place,644,$(wildcard agent/control/*.varlink),$(PREFIX)/share/varlink) \
  $(call place,644,$(wildcard conf/*.example.yaml),$(SHAREDIR)) \
  $(call place,755,$(wildcard connector/examples/*.py),$(SHAREDIR)/examples) \
  $(call place,644,$(TEMPLATES),$(SHAREDIR)/policies/templates)

comma := ,
field = $(word $(1),$(subst $(comma), ,$(2)))

# By rename: no sign-in ever finds half a module.
define install_file
	install -D -m $(call field,1,$(1)) $(call field,2,$(1)) \
	  "$(DESTDIR)$(call field,3,$(1)).new"
	mv -f "$(DESTDIR)$(call field,3,$(1)).new" "$(DESTDIR)$(call field,3,$(1))"

endef

# $(call install_config,NAME)
define install_config
	test -e "$(DESTDIR)/etc/$(1)/$(1).yaml" || install -D -m 644 \
	  conf/$(1).yaml "$(DESTDIR)/etc/$(1)/$(1).yaml"

endef

define uninstall_file
	rm -f "$(DESTDIR)$(call field,3,$(1))"

endef

.PHONY: install
install: all  ## install below $(DESTDIR)$(PREFIX), keep the configuration
	$(foreach file,$(INSTALLED_FILES),$(call install_file,$(file)))
	$(foreach name,$(CONFIGS),$(call install_config,$(name)))

.PHONY: uninstall
uninstall:  ## remove what install put there, keep configuration and state
	$(foreach file,$(INSTALLED_FILES),$(call uninstall_file,$(file)))
