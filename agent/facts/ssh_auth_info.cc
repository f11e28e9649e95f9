// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/ssh_auth_info.h"

#include <algorithm>

namespace mfa {
namespace {

// Cuts off what comes before the next `separator`, and the separator.
std::string_view take_until(char separator, std::string_view& rest) {
  const auto end = std::min(rest.find(separator), rest.size());
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

std::optional<SshKey> key_in(std::string_view line) {
  if (take_until(' ', line) != "publickey") return std::nullopt;
  const std::string_view algorithm = take_until(' ', line);
  return SshKey::parse(algorithm, take_until(' ', line));
}

bool identifies_person(const SshKey& key, Instant now) {
  if (!key.certificate) return true;
  return key.certificate->kind == SshCertificate::Kind::user &&
         key.certificate->is_valid_at(now);
}

}  // namespace

std::vector<SshKey> offered_ssh_keys(std::string_view auth_info, Instant now) {
  std::vector<SshKey> keys;
  while (!auth_info.empty() && keys.size() < kMaxOfferedSshKeys) {
    auto key = key_in(take_until('\n', auth_info));
    if (key && identifies_person(*key, now)) keys.push_back(std::move(*key));
  }
  return keys;
}

}  // namespace mfa
