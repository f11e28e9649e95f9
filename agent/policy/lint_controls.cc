// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/model/graph_names.h"
#include "agent/policy/lint_rules.h"

namespace mfa {
namespace {

constexpr Controls kNeverMet = {Control::approved_application,
                                Control::compliant_application,
                                Control::custom_authentication_factor};
constexpr Controls kSecondFactors = {Control::mfa,
                                     Control::authentication_strength};

Controls those_in(Controls controls, Controls wanted, bool in = true) {
  Controls some;
  controls.for_each([&](Control control) {
    if (wanted.contains(control) == in) some.insert(control);
  });
  return some;
}

std::vector<std::string> names_of(Controls controls) {
  std::vector<std::string> names;
  controls.for_each(
      [&](Control control) { names.emplace_back(graph_name(control)); });
  return names;
}

bool asks_for_second_factor(const GrantControls& grant) {
  return !those_in(grant.controls, kSecondFactors).empty();
}

void lint_block(const GrantControls& grant, Complaints& complaints) {
  if (!grant.block || grant.controls.empty()) return;
  complaints.add(Severity::warning, "blockWins",
                 fmt::format("it blocks and also asks for {}: block wins, and "
                             "nobody is asked",
                             listed(names_of(grant.controls))),
                 "remove block, or remove the other controls");
}

void lint_unmeetable(const GrantControls& grant, Complaints& complaints) {
  const Controls unmeetable = those_in(grant.controls, kNeverMet);
  if (unmeetable.empty() || grant.block) return;
  const std::string names = listed(names_of(unmeetable));
  if (refuses_always(grant)) {
    complaints.add(Severity::error, "cannotBeMet",
                   fmt::format("no sign-in on Linux can meet {}, so all to "
                               "which it applies are refused",
                               names),
                   "ask for mfa or compliantDevice instead, or write block if "
                   "that is meant");
  } else {
    complaints.add(
        Severity::warning, "cannotBeMet",
        fmt::format("no sign-in on Linux can meet {}; only the other "
                    "controls count",
                    names),
        "remove it from this host's policies");
  }
}

void lint_terms_of_use(const GrantControls& grant,
                       const Surroundings& surroundings,
                       Complaints& complaints) {
  if (!surroundings.terms_of_use) return;
  std::vector<std::string> unknown;
  for (const std::string& id : grant.terms_of_use) {
    if (!surroundings.terms_of_use->contains(Name(id))) unknown.push_back(id);
  }
  if (unknown.empty()) return;
  complaints.add(Severity::error, "unknownTermsOfUse",
                 fmt::format("there is no text for the terms of use {}, so "
                             "nobody can accept them",
                             listed(unknown)),
                 "give the configuration their text, or remove them");
}

void lint_frequency(const Policy& policy, Complaints& complaints) {
  const auto& frequency = policy.session.sign_in_frequency;
  if (!frequency || !frequency->every_time || policy.grant.block ||
      asks_for_second_factor(policy.grant)) {
    return;
  }
  complaints.add(Severity::warning, "everyTimeWithoutMfa",
                 "its signInFrequency is everyTime without mfa or an "
                 "authenticationStrength of its own, which may ask again and "
                 "again for what another policy wants",
                 "add mfa to its grant controls");
}

void lint_persistent_browser(const Policy& policy, Complaints& complaints) {
  if (!policy.session.persistent_browser ||
      policy.conditions.applications.include_all) {
    return;
  }
  complaints.add(Severity::warning, "persistentBrowser",
                 "persistentBrowser works for all applications only, and it "
                 "names some",
                 "set includeApplications to All, or use signInFrequency");
}

void lint_device_registration(const Policy& policy, Complaints& complaints) {
  if (!policy.conditions.applications.user_actions.contains(
          UserAction::register_or_join_devices)) {
    return;
  }
  const Controls others =
      those_in(policy.grant.controls, kSecondFactors, false);
  if (others.empty()) return;
  complaints.add(Severity::warning, "registerDevice",
                 fmt::format("it asks for {} where a device is registered, "
                             "which is not known by then",
                             listed(names_of(others))),
                 "ask for mfa or an authenticationStrength only");
}

void lint_asks_nothing(const Policy& policy, Complaints& complaints) {
  if (policy.grant.block || !policy.grant.controls.empty() ||
      policy.session != SessionControls()) {
    return;
  }
  complaints.add(Severity::warning, "asksNothing",
                 "it has no control that means anything here, so it changes "
                 "nothing for whom it applies to",
                 "add a grant control, for example mfa");
}

void lint_meaning(const Policy& policy, Complaints& complaints) {
  for (const std::string& sentence : policy.without_meaning) {
    complaints.add(Severity::note, "withoutMeaning", sentence,
                   "remove it from this host's policies to make that plain");
  }
}

}  // namespace

bool refuses_always(const GrantControls& grant) {
  if (grant.block) return true;
  const Controls unmeetable = those_in(grant.controls, kNeverMet);
  if (unmeetable.empty()) return false;
  return grant.all_of || unmeetable == grant.controls;
}

void lint_controls(const Policy& policy, const Surroundings& surroundings,
                   Complaints& complaints) {
  lint_block(policy.grant, complaints);
  lint_unmeetable(policy.grant, complaints);
  lint_terms_of_use(policy.grant, surroundings, complaints);
  lint_frequency(policy, complaints);
  lint_persistent_browser(policy, complaints);
  lint_device_registration(policy, complaints);
  lint_asks_nothing(policy, complaints);
  lint_meaning(policy, complaints);
}

}  // namespace mfa
