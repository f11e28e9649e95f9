// SPDX-License-Identifier: BSD-3-Clause
//
// What reads well and still cannot be right.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/role_names.h"
#include "agent/directory/unresolved_policy_names.h"
#include "agent/rules/rules.h"

namespace mfa {
namespace {

using Complaints = std::vector<std::string>;

std::string about(const Policy& policy, const std::string& what) {
  return fmt::format("{}: policy {}: {}", policy.place,
                     quoted(policy.display_name), what);
}

// A sign-in through sudo-i is one through sudo.
std::optional<std::string> wrong_service(const std::vector<Name>& services) {
  for (const Name& service : services) {
    const auto family = service_family(service.text());
    if (family == service.text()) continue;
    return fmt::format("{} follows the rules of {}; write {}", service.text(),
                       family, family);
  }
  return std::nullopt;
}

bool is_template_id(std::string_view text) {
  return text.size() == 36 &&
         text.find_first_not_of("0123456789abcdef-") == text.npos;
}

// By template id Entra has more roles than we know; a name that is neither
// one of Entra's nor mapped here is a slip of the pen.
std::optional<std::string> wrong_role(const std::vector<Name>& roles,
                                      const Config& config) {
  std::vector<std::string_view> known;
  for (const RoleName& role : known_roles()) known.push_back(role.display_name);
  for (const RoleMapping& mapping : config.roles) known.push_back(mapping.role);
  for (const Name& role : roles) {
    const std::string& key = role.text();
    if (is_template_id(key) ||
        std::any_of(known.begin(), known.end(), [&](std::string_view name) {
          return role_key(name) == key;
        })) {
      continue;
    }
    return fmt::format(
        "{} is no role: neither Entra's nor one of `roles` in "
        "the configuration{}",
        quoted(key), advice(key, known));
  }
  return std::nullopt;
}

std::optional<std::string> wrong_location(const Policy& policy) {
  if (policy.unresolved_locations.empty()) return std::nullopt;
  return fmt::format(
      "there is no named location {}; add it to "
      "named_locations, or remove it here",
      quoted(policy.unresolved_locations.front()));
}

std::optional<std::string> asks_for_nothing(const Policy& policy) {
  const bool asks =
      policy.grant.block || !policy.grant.controls.empty() ||
      policy.session.sign_in_frequency || policy.session.persistent_browser ||
      policy.disable_resilience_defaults || !policy.without_meaning.empty();
  if (asks || policy.state != PolicyState::enabled) return std::nullopt;
  return "it asks for nothing; is the file whole? Give it grantControls, or "
         "disable it";
}

std::optional<std::string> fault_of(const Policy& policy,
                                    const Config& config) {
  const PolicyConditions& conditions = policy.conditions;
  const UsersCondition& users = conditions.users;
  if (auto fault = asks_for_nothing(policy)) return fault;
  if (auto fault = wrong_role(users.include_roles, config)) return fault;
  if (auto fault = wrong_role(users.exclude_roles, config)) return fault;
  if (auto fault = wrong_service(conditions.applications.include)) return fault;
  if (auto fault = wrong_service(conditions.applications.exclude)) return fault;
  return wrong_location(policy);
}

// Who a policy's user may be. Two people by one name is a trap: an exclusion
// meant for one lets the other out.
class Namesakes {
 public:
  explicit Namesakes(const DirectoryRecords& records) {
    for (const auto& [account, user] : records.users()) {
      accounts_[account].insert(account);
      if (!user.id.empty()) accounts_[user.id].insert(account);
      if (!user.principal_name.empty()) {
        by_principal_name_[lower_case(user.principal_name)].insert(account);
      }
    }
  }

  void check(const Policy& policy, const std::vector<UserRef>& users,
             Complaints& complaints) const {
    for (const UserRef& user : users) {
      const auto accounts = meant_by(user);
      if (accounts.size() < 2) continue;
      complaints.push_back(about(
          policy,
          fmt::format("{} means several people: {}; write what only "
                      "one of them has",
                      quoted(user.id.text()), fmt::join(accounts, ", "))));
    }
  }

 private:
  using Accounts = std::set<std::string>;

  Accounts meant_by(const UserRef& user) const {
    Accounts accounts;
    if (const auto found = accounts_.find(user.id.text());
        found != accounts_.end()) {
      accounts = found->second;
    }
    if (const auto found = by_principal_name_.find(user.principal_name.text());
        found != by_principal_name_.end()) {
      accounts.insert(found->second.begin(), found->second.end());
    }
    if (!accounts.empty() && account_exists(user.id.text()).value_or(false)) {
      accounts.insert(user.id.text());
    }
    return accounts;
  }

  std::map<std::string, Accounts> accounts_;  // by account and by id
  std::map<std::string, Accounts> by_principal_name_;
};

bool any_enabled(const Policies& policies) {
  return std::any_of(policies.list.begin(), policies.list.end(),
                     [](const Policy& policy) {
                       return policy.state == PolicyState::enabled;
                     });
}

}  // namespace

Result<> check_rules(const Rules& rules) {
  for (const Policy& policy : rules.policies.list) {
    if (policy.state == PolicyState::disabled) continue;
    if (const auto fault = fault_of(policy, rules.config)) {
      return error(ErrorKind::malformed, about(policy, *fault));
    }
  }
  return {};
}

std::vector<std::string> unresolved_names(const Rules& rules) {
  Complaints complaints = unresolved_names(rules.config);
  const std::vector<Policy>& policies = rules.policies.list;
  const bool elsewhere = rules.config.connector_user.has_value();
  for (const UnresolvedName& name :
       unresolved_names(policies, rules.records, elsewhere)) {
    const Policy& policy = policies[name.policy];
    if (policy.state == PolicyState::disabled) continue;
    complaints.push_back(about(policy, name.what + "; " + name.advice));
  }
  const Namesakes namesakes(rules.records);
  for (const Policy& policy : policies) {
    if (policy.state == PolicyState::disabled) continue;
    namesakes.check(policy, policy.conditions.users.include_users, complaints);
    namesakes.check(policy, policy.conditions.users.exclude_users, complaints);
  }
  return complaints;
}

std::vector<std::string> warnings(const Rules& rules) {
  Complaints all;
  if (!rules.config.security_defaults.enabled && !any_enabled(rules.policies)) {
    all.push_back(
        "security_defaults is off and no policy is enabled: nobody is asked "
        "for a second factor");
  }
  for (std::string& warning : warnings(rules.config)) {
    all.push_back(std::move(warning));
  }
  return all;
}

}  // namespace mfa
