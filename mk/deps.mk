# SPDX-License-Identifier: BSD-3-Clause
#
# What building and testing needs, as Debian packages. This file must work
# where only git, make and apt are installed: no compiler, no Python.

BUILD_PACKAGES := g++ pkg-config libasio-dev libexpected-dev libfmt-dev \
  nlohmann-json3-dev libyaml-cpp-dev libsqlite3-dev libsodium-dev \
  liboath-dev libqrencode-dev libcli11-dev libsystemd-dev libpam0g-dev \
  libmaxminddb-dev libldap-dev libsasl2-dev libcurl4-openssl-dev libssl-dev

TEST_PACKAGES := libcmocka-dev clang-14 libclang-rt-14-dev clang-format-14 \
  openssh-server openssh-client sudo login passwd util-linux mount cron \
  python3 python3-pexpect libpam-modules libpam-google-authenticator \
  libpam-oath pamtester procps iproute2 mandoc \
  binutils systemd zbar-tools mmdb-bin vsftpd dovecot-imapd \
  slapd ldap-utils libsasl2-modules libsasl2-modules-gssapi-mit krb5-user \
  389-ds-base samba-ad-dc samba-ad-provision samba-dsdb-modules \
  samba-vfs-modules openssl

PACKAGES := $(BUILD_PACKAGES) $(TEST_PACKAGES)

INSTALLED = $(patsubst installed/%,%,$(filter installed/%,$(shell \
  dpkg-query -W -f '$${db:Status-Status}/$${Package} ' $(PACKAGES) \
  2>/dev/null)))
MISSING = $(filter-out $(INSTALLED),$(PACKAGES))

APT_INSTALL := apt-get -o DPkg::Lock::Timeout=300 install -y \
  --no-install-recommends

.PHONY: deps
deps:  ## install what building and testing needs, with apt
	@missing="$(MISSING)"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	  echo "Not a Debian system. Make sure that it has what these hold:"; \
	  echo "  $$missing"; \
	elif [ "$$(id -u)" != 0 ]; then \
	  echo "Debian packages are missing. To install them:"; \
	  echo "  sudo apt-get update"; \
	  echo "  sudo $(APT_INSTALL) $$missing"; \
	  exit 1; \
	else \
	  echo "  APT     $$missing"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get -o DPkg::Lock::Timeout=300 -q update </dev/null && \
	  $(APT_INSTALL) -q $$missing </dev/null; \
	fi
