// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/sync_cookie.h"

#include <algorithm>
#include <map>
#include <string>

namespace mfa::connector::ldap {
namespace {

// The newest change of each server, as text that sorts by time.
std::map<std::string_view, std::string_view> changes_in(
    std::string_view cookie) {
  std::map<std::string_view, std::string_view> changes;
  const auto at = cookie.find("csn=");
  if (at == cookie.npos) return changes;
  auto list = cookie.substr(at + 4);
  list = list.substr(0, list.find(','));
  while (!list.empty()) {
    const auto csn = list.substr(0, list.find(';'));
    list.remove_prefix(std::min(csn.size() + 1, list.size()));
    // time # count # server # modification
    const auto first = csn.find('#');
    const auto second = csn.find('#', std::min(first, csn.size()) + 1);
    if (second >= csn.size()) continue;
    const auto rest = csn.substr(second + 1);
    changes[rest.substr(0, rest.find('#'))] = csn;
  }
  return changes;
}

}  // namespace

bool is_behind(std::string_view now, std::string_view before) {
  const auto newer = changes_in(now);
  return std::ranges::any_of(changes_in(before), [&](const auto& change) {
    const auto found = newer.find(change.first);
    return found == newer.end() || found->second < change.second;
  });
}

std::string common_of(std::string_view a, std::string_view b) {
  const auto theirs = changes_in(b);
  std::string list;
  for (const auto& [server, change] : changes_in(a)) {
    const auto found = theirs.find(server);
    if (found == theirs.end()) continue;
    if (!list.empty()) list += ';';
    list += std::min(change, found->second);
  }
  if (list.empty()) return {};
  return std::string(a.substr(0, a.find("csn=") + 4)) + list;
}

}  // namespace mfa::connector::ldap
