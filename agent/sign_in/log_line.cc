// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/log_line.h"

#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/base/log.h"

namespace mfa {
namespace {

log::Level level_of(const SignInRecord& record) {
  if (record.reason == Reason::emergency_access) return log::Level::alert;
  return record.status == SignInStatus::success ? log::Level::info
                                                : log::Level::notice;
}

}  // namespace

std::string sign_in_line(const SignInRecord& record) {
  const ReasonText& reason = describe(record.reason);
  std::string line = fmt::format(
      "sign-in id={} user={} service={} ip={} tty={} result={} reason={} "
      "error_code={} generation={}",
      record.id, quoted(record.user), quoted(record.application),
      record.ip_address.empty() ? "-" : record.ip_address,
      quoted(record.terminal), to_string(record.status), reason.name,
      reason.error_code, record.configuration_generation);
  if (!record.target_user.empty()) {
    line += " target=" + quoted(record.target_user);
  }
  if (!record.method_label.empty()) {
    line += " method=" + quoted(record.method_label);
  }
  if (!record.detail.empty()) line += " detail=" + quoted(record.detail);
  return line;
}

void log_sign_in(const SignInRecord& record) {
  log::audit(level_of(record), sign_in_line(record));
}

}  // namespace mfa
