# SPDX-License-Identifier: BSD-3-Clause
"""Which folder may include what. Read it top down: arrows point up the list.

A new arrow or a new outside library is a decision; argue it in the message of
the commit that adds it here.
"""

# The rooms of the agent, in the order data flows. Each includes itself and
# what stands above it.
AGENT_ROOMS = [
    "wire",
    "agent/base",
    "agent/model",
    "agent/config",
    "agent/policy",
    "agent/methods",
    "agent/store",
    "agent/directory",
    "agent/cache",
    "agent/rules",
    "agent/facts",
    "agent/sign_in",
    "agent/control",
    "agent/server",
    "agent/main.cc",
]

# Rooms outside that order: what they may include beside themselves. An entry
# that is a header opens that header only.
OTHER_ROOMS = {
    "pam_module": ["wire"],
    # A Varlink client, for the programs that speak to the agent.
    "varlink": ["wire", "agent/base"],
    # The network side. Its rooms: model (records, and what a source is),
    # config, schedule (pauses; pure), agent (the socket), ldap, graph, loop
    # (when what is done). ldap and graph do not know each other.
    "connector/model": ["agent/base"],
    "connector/config": ["wire", "agent/base", "agent/model/address.h",
                         "agent/config", "connector/model"],
    "connector/schedule": ["agent/base"],
    "connector/agent": ["agent/base", "varlink", "connector/model"],
    "connector/ldap": ["wire", "agent/base", "connector/model",
                       "connector/config"],
    "connector/graph": ["wire", "agent/base", "agent/config/trusted_file.h",
                        "connector/model", "connector/config",
                        "connector/schedule"],
    "connector/loop": ["agent/base", "connector/model", "connector/schedule",
                       "connector/agent"],
    "connector/main.cc": ["agent/base", "agent/config", "connector"],
    "mfactl": [
        "wire",
        "varlink",
        "agent/base",
        "agent/model",
        "agent/config",
        "agent/policy",
        "agent/directory/directory.h",
        "agent/directory/records.h",
        "agent/directory/unresolved_policy_names.h",
        "agent/directory/unresolved_record_names.h",
        "agent/rules/rules.h",
    ],
}

AGENT = [room for room in AGENT_ROOMS if room != "wire"]
CONNECTOR = [room for room in OTHER_ROOMS if room.startswith("connector/")]

# One outside library, one room: start of the header's path -> rooms.
# Tests may include anything; they are not in this table.
LIBRARIES = {
    "yaml-cpp/": ["agent/config"],
    "sqlite3.h": ["agent/store"],
    # In base for SHA-256 and base64 alone, which name SSH keys: model and
    # directory need them, and a second implementation would be one too many.
    "sodium.h": ["agent/base", "agent/store"],
    "maxminddb.h": ["agent/directory"],
    "liboath/": ["agent/methods"],
    "nlohmann/": ["agent/control", "mfactl", "varlink", "connector/agent",
                  "connector/graph"],
    "ldap.h": ["connector/ldap"],
    "lber.h": ["connector/ldap"],
    "sasl/": ["connector/ldap"],
    "curl/": ["connector/graph"],
    "openssl/": ["connector/graph"],
    "qrencode.h": ["mfactl"],
    "systemd/": ["agent/server", "agent/main.cc", "connector/main.cc"],
    "asio.hpp": ["agent/sign_in", "agent/control", "agent/server",
                 "agent/main.cc"],
    "asio/": ["agent/sign_in", "agent/control", "agent/server",
              "agent/main.cc"],
    "CLI/": ["mfactl", "agent/main.cc", "connector/main.cc"],
    "security/": ["pam_module"],
    "fmt/": AGENT + CONNECTOR + ["mfactl", "varlink"],
    "tl/": AGENT + CONNECTOR + ["mfactl", "varlink"],
    "libintl.h": ["agent/sign_in", "pam_module", "mfactl"],
}

# The C library and the kernel are open to every room.
SYSTEM_FOLDERS = ("sys/", "linux/", "netinet/", "arpa/", "net/", "bits/")
SYSTEM_HEADERS = {
    "assert.h", "ctype.h", "dirent.h", "dlfcn.h", "elf.h", "errno.h",
    "fcntl.h", "getopt.h", "grp.h", "inttypes.h", "langinfo.h", "limits.h",
    "link.h", "locale.h", "malloc.h", "math.h", "netdb.h", "poll.h",
    "pthread.h", "pty.h", "pwd.h", "sched.h", "setjmp.h", "signal.h",
    "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h",
    "string.h", "strings.h", "sysexits.h", "syslog.h", "termios.h", "time.h",
    "ucontext.h", "unistd.h", "utmp.h", "utmpx.h", "wchar.h",
    "wctype.h",
}
