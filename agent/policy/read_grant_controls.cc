// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/policy/read_controls.h"

namespace mfa {
namespace {

using graph::Field;
using yaml::error_at;
using yaml::Node;

enum class GrantOperator { any_of, all_of };
constexpr GraphName<GrantOperator> kOperators[] = {
    {GrantOperator::any_of, "OR"},
    {GrantOperator::all_of, "AND"},
};

// What Graph's builtInControls may say; the other controls are members of
// their own.
constexpr std::string_view kBlock = "block";
constexpr Controls kBuiltInControls = {
    Control::mfa,
    Control::compliant_device,
    Control::domain_joined_device,
    Control::approved_application,
    Control::compliant_application,
    Control::risk_remediation,
    Control::password_change,
};

GrantControls& grant_of(PolicyDraft& draft) { return draft.policy.grant; }

std::vector<std::string_view> built_in_words() {
  std::vector<std::string_view> words = {kBlock};
  kBuiltInControls.for_each(
      [&](Control control) { words.push_back(graph_name(control)); });
  return words;
}

Result<> read_built_in_controls(const Field& list, PolicyDraft& draft) {
  GrantControls& grant = grant_of(draft);
  return graph::each_text(
      list, [&](const Field& item, std::string_view word) -> Result<> {
        const auto control = from_graph_name<Control>(word);
        if (word == kBlock) {
          grant.block = true;
        } else if (control && kBuiltInControls.contains(*control)) {
          grant.controls.insert(*control);
        } else {
          return graph::unknown_word(item, word, built_in_words());
        }
        return {};
      });
}

Result<> read_terms_of_use(const Field& list, PolicyDraft& draft) {
  GrantControls& grant = grant_of(draft);
  return graph::each_text(list,
                          [&](const Field&, const std::string& id) -> Result<> {
                            grant.controls.insert(Control::terms_of_use);
                            grant.terms_of_use.push_back(id);
                            return {};
                          });
}

Result<> read_custom_factors(const Field& list, PolicyDraft& draft) {
  if (!list.node.items.empty()) {
    grant_of(draft).controls.insert(Control::custom_authentication_factor);
  }
  return graph::each_text(
      list, [](const Field&, std::string_view) { return Result<>(); });
}

// --- authentication strength -------------------------------------------------

constexpr std::string_view kStrengthKeys[] = {
    "id",
    "displayName",
    "allowedCombinations",
    "description",
    "policyType",
    "requirementsSatisfied",
    "combinationConfigurations",
    "createdDateTime",
    "modifiedDateTime",
};

Result<> read_optional_text(const Field& object, std::string_view key,
                            std::string& to) {
  const Node* node = graph::present(object.node, key);
  if (!node) return {};
  auto text =
      yaml::text(*node, graph::member_path(object, key), kMaxPolicyNameBytes);
  if (!text) return tl::unexpected(text.error());
  to = std::move(*text);
  return {};
}

Result<> read_combinations(const Field& list, AuthenticationStrength& to) {
  return graph::each_text(
      list, [&](const Field& item, const std::string& text) -> Result<> {
        const auto combination = parse_combination(text);
        if (!combination) {
          return error_at(
              item.node.place,
              fmt::format("{} has {}, which is no combination of methods; "
                          "write for example \"password,softwareOath\" or "
                          "\"fido2\"",
                          item.name, quoted(text)));
        }
        to.allowed_combinations.push_back(*combination);
        return {};
      });
}

// One that is written out. What narrows its combinations further (a list of
// security keys, of certificate issuers) cannot be kept and must not be
// promised.
Result<> read_own_strength(const Field& field, AuthenticationStrength& to) {
  const Node* list = graph::present(field.node, "allowedCombinations");
  if (list) {
    const auto path = graph::member_path(field, "allowedCombinations");
    if (auto ok = read_combinations({*list, path}, to); !ok) return ok;
  }
  if (to.allowed_combinations.empty()) {
    return graph::missing(field, "allowedCombinations",
                          to.id.empty()
                              ? "list the combinations that are good enough"
                              : quoted(to.id) +
                                    " is no built-in strength, so list the "
                                    "combinations that are good enough");
  }
  return {};
}

// They narrow a combination ("only these security keys"), which nobody here
// can see to.
Result<> check_not_narrowed(const Field& field) {
  const Node* narrower =
      graph::present(field.node, "combinationConfigurations");
  if (!narrower) return {};
  const auto path = graph::member_path(field, "combinationConfigurations");
  return graph::check_empty({*narrower, path});
}

Result<> read_strength(const Field& field, PolicyDraft& draft) {
  AuthenticationStrength strength;
  if (auto ok = graph::check_keys(field, kStrengthKeys); !ok) return ok;
  if (auto ok = read_optional_text(field, "id", strength.id); !ok) return ok;
  if (auto ok = read_optional_text(field, "displayName", strength.display_name);
      !ok) {
    return ok;
  }
  if (auto ok = check_not_narrowed(field); !ok) return ok;
  if (const auto* builtin = builtin_strength(strength.id)) {
    strength = *builtin;
  } else if (auto ok = read_own_strength(field, strength); !ok) {
    return ok;
  }
  grant_of(draft).controls.insert(Control::authentication_strength);
  grant_of(draft).strength = std::move(strength);
  return {};
}

constexpr PolicyMember kGrantMembers[] = {
    {"operator",
     [](const Field& field, PolicyDraft& draft) -> Result<> {
       const auto op = graph::read_word<GrantOperator>(field, kOperators);
       if (!op) return tl::unexpected(op.error());
       grant_of(draft).all_of = *op == GrantOperator::all_of;
       return {};
     }},
    {"builtInControls", read_built_in_controls},
    {"customAuthenticationFactors", read_custom_factors},
    {"termsOfUse", read_terms_of_use},
    {"authenticationStrength", read_strength},
};

bool asks_for_several(const GrantControls& grant) {
  return grant.block ? !grant.controls.empty()
                     : !grant.controls.empty() && !grant.controls.has_one();
}

}  // namespace

Result<> read_grant_controls(const Field& controls, PolicyDraft& draft) {
  if (auto ok = graph::read_members(controls, kGrantMembers, draft); !ok) {
    return ok;
  }
  const GrantControls& grant = grant_of(draft);
  if (grant.strength && grant.controls.contains(Control::mfa)) {
    return error_at(
        controls.node.find("authenticationStrength")->place,
        fmt::format("{}.authenticationStrength stands beside mfa in "
                    "builtInControls; keep one of them",
                    controls.name));
  }
  if (asks_for_several(grant) && !graph::present(controls.node, "operator")) {
    return graph::missing(controls, "operator",
                          "write AND to require every control, or OR to "
                          "require one of them");
  }
  return {};
}

}  // namespace mfa
