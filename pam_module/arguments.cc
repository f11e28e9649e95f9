// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/arguments.h"

#include <sys/un.h>

#include <charconv>
#include <optional>

namespace mfa::pam {
namespace {

using std::string_view;

// What fits into a socket address with its terminating NUL.
constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;

bool parse_socket(string_view value, Arguments& arguments) {
  // A relative path would mean another file for each working directory.
  if (value.size() > kMaxSocketPath || !value.starts_with('/')) return false;
  arguments.socket = value;
  return true;
}

bool parse_timeout(string_view value, Arguments& arguments) {
  unsigned seconds = 0;
  const char* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, seconds);
  if (error != std::errc{} || stop != end) return false;
  if (seconds < 1 || seconds > kMaxTimeout.count()) return false;
  arguments.timeout = std::chrono::seconds(seconds);
  return true;
}

// nullopt when an item of the comma-separated list is empty.
std::optional<std::vector<string_view>> split(string_view list) {
  std::vector<string_view> items;
  for (;;) {
    const std::size_t comma = list.find(',');
    const string_view item = list.substr(0, comma);
    if (item.empty()) return std::nullopt;
    items.push_back(item);
    if (comma == string_view::npos) return items;
    list.remove_prefix(comma + 1);
  }
}

bool parse_emergency_user(string_view value, Arguments& arguments) {
  const auto users = split(value);
  if (!users) return false;
  auto& all = arguments.emergency_users;
  all.insert(all.end(), users->begin(), users->end());
  return true;
}

bool parse_enforce_account(string_view value, Arguments& arguments) {
  if (value.empty()) {
    arguments.enforce_account.clear();
    return true;
  }
  auto services = split(value);
  if (services) arguments.enforce_account = std::move(*services);
  return services.has_value();
}

struct Known {
  string_view name;  // with its "="
  bool (*parse)(string_view value, Arguments& arguments);
};
constexpr Known kKnown[] = {
    {"socket=", parse_socket},
    {"timeout=", parse_timeout},
    {"emergency_user=", parse_emergency_user},
    {"enforce_account=", parse_enforce_account},
};

bool parse_word(string_view word, Arguments& arguments) {
  if (word == "debug") return arguments.debug = true;
  for (const Known& known : kKnown) {
    if (!word.starts_with(known.name)) continue;
    return known.parse(word.substr(known.name.size()), arguments);
  }
  return false;
}

}  // namespace

ParsedArguments parse_arguments(std::span<const char* const> words) {
  ParsedArguments parsed;
  for (const string_view word : words) {
    if (!parse_word(word, parsed.arguments)) parsed.refused.push_back(word);
  }
  return parsed;
}

}  // namespace mfa::pam
