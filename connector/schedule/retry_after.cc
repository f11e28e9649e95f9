// SPDX-License-Identifier: BSD-3-Clause
#include "connector/schedule/retry_after.h"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

namespace mfa::connector {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::chrono::seconds within_limits(std::int64_t seconds) {
  return std::clamp(std::chrono::seconds(seconds), kMinRetryAfter,
                    kMaxRetryAfter);
}

std::optional<std::chrono::seconds> as_number(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end != text.data() + text.size() || end == text.data()) {
    return std::nullopt;
  }
  if (code == std::errc::result_out_of_range) {
    return text.front() == '-' ? kMinRetryAfter : kMaxRetryAfter;
  }
  return within_limits(seconds);
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(std::string_view header,
                                                Instant now) {
  const std::string_view text = trimmed(header);
  if (const auto number = as_number(text)) return number;
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  const auto pause =
      std::chrono::duration_cast<std::chrono::seconds>(*date - now);
  return within_limits(pause.count());
}

std::optional<Instant> parse_http_date(std::string_view text) {
  const std::string terminated(text);
  tm parts{};
  const char* end =
      strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return Instant(std::chrono::seconds(timegm(&parts)));
}

}  // namespace mfa::connector
