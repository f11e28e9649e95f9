// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/url.h"

#include <algorithm>
#include <charconv>

#include "agent/model/address.h"

namespace mfa::connector {
namespace {

constexpr std::size_t kMaxHostBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelBytes &&
         label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

// "1.2.3.4" and its misspellings: a name's last label is no number.
bool looks_like_address(std::string_view text) {
  const auto last = text.substr(text.rfind('.') + 1);
  return std::all_of(last.begin(), last.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host(std::string_view text) {
  if (looks_like_address(text)) return Address::parse(text).has_value();
  return is_host_name(text);
}

bool is_v6(std::string_view text) {
  return text.find(':') != text.npos && text.find('%') == text.npos &&
         Address::parse(text).has_value();
}

// False: not 1 to 65535 in decimal digits.
bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
  std::uint16_t value = 0;
  const auto [end, failure] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() ||
      value == 0 || text.front() == '0') {
    return false;
  }
  port = value;
  return true;
}

// Takes the host off the front of `rest`. False: there is none.
bool take_host(std::string_view& rest, std::string& host) {
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == rest.npos) return false;
    host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return is_v6(host);
  }
  host = rest.substr(0, rest.find(':'));
  rest.remove_prefix(host.size());
  return is_host(host);
}

}  // namespace

bool is_host_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxHostBytes) return false;
  for (;;) {
    const auto dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::optional<Url> parse_url(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == text.npos) return std::nullopt;
  Url url;
  url.scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (!take_host(rest, url.host)) return std::nullopt;
  if (rest.empty()) return url;
  if (!rest.starts_with(':') || !parse_port(rest.substr(1), url.port)) {
    return std::nullopt;
  }
  return url;
}

bool is_near(const Url& url) {
  if (url.host == "localhost") return true;
  const auto address = Address::parse(url.host);
  if (!address) return false;
  for (const char* network :
       {"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10"}) {
    if (Network::parse(network)->contains(*address)) return true;
  }
  return false;
}

}  // namespace mfa::connector
