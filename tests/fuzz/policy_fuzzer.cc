// SPDX-License-Identifier: BSD-3-Clause
//
// Whatever the text, it is refused with its place or gives policies that keep
// their promises and can be evaluated.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/policy/evaluate.h"
#include "agent/policy/read_policies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace mfa {
namespace {

constexpr std::string_view kFile = "f.yaml";

void check(bool holds) {
  if (!holds) std::abort();
}

// What policy.h and read_policies.h promise of every policy that loads.
void check_promises(const Policy& policy) {
  check(!policy.display_name.empty());
  check(policy.place.starts_with(kFile));
  const GrantControls& grant = policy.grant;
  check(grant.strength.has_value() ==
        grant.controls.contains(Control::authentication_strength));
  check(!grant.strength || !grant.strength->allowed_combinations.empty());
  check(!grant.strength || !grant.controls.contains(Control::mfa));
  check(!grant.controls.contains(Control::password_change) ||
        (grant.all_of && grant.controls.contains(Control::mfa)));
  const auto& frequency = policy.session.sign_in_frequency;
  check(!frequency || frequency->every_time ||
        (frequency->value > 0 && frequency->hours() <= kMaxFrequencyDays * 24));
}

void check_evaluation(std::vector<Policy> list) {
  const std::size_t number = list.size();
  const auto all = assemble(std::move(list), NamedLocations(), false);
  check(all.has_value());
  SignInFacts facts;
  facts.user.id = Name("1000");
  facts.application = Name("sshd");
  const Decision decision = evaluate(*all, facts);
  check(decision.policies.size() >= number);
}

}  // namespace
}  // namespace mfa

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace mfa;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto policies = parse_policies(text, kFile, NamedLocations());
  if (!policies) {
    check(policies.error().what.starts_with("f.yaml:"));
    return 0;
  }
  check(policies->size() <= kMaxPolicies);
  for (const Policy& policy : *policies) check_promises(policy);
  check_evaluation(std::move(*policies));
  return 0;
}
