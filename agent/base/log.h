// SPDX-License-Identifier: BSD-3-Clause
//
// Where the agent's own messages go: standard error with systemd's "<N>"
// priorities (journald reads them), and, for what an administrator searches
// by, syslog's authpriv through a socket that never blocks: a full or absent
// log must not hold a sign-in up (fault F17); what could not be written is
// counted and reported by the next line that gets through.
//
// Callers escape outside strings (base/escape.h) and never pass secrets.
#pragma once

#include <syslog.h>

#include <string_view>

namespace mfa::log {

enum class Level {
  alert = LOG_ALERT,
  critical = LOG_CRIT,
  error = LOG_ERR,
  warning = LOG_WARNING,
  notice = LOG_NOTICE,
  info = LOG_INFO,
  debug = LOG_DEBUG,
};

// Off by default; `mfa-agent --debug`.
void enable_debug(bool enabled);

// One line to standard error. A newline inside is escaped.
void write(Level level, std::string_view line);

// One line to standard error and to syslog (facility authpriv).
void audit(Level level, std::string_view line);

}  // namespace mfa::log
