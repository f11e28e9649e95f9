// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/refusal.h"

#include <string>
#include <utility>

#include "agent/policy/evaluate.h"
#include "agent/policy/read_policies.h"
#include "tests/check.h"

namespace mfa {
namespace {

// How a sign-in is refused that one policy for everybody asks for this.
std::pair<Decision, Reason> refused_by(const std::string& grant,
                                       ClientAppType client) {
  auto list = parse_policies(
      "displayName: P\nstate: enabled\nconditions:\n"
      "  users: {includeUsers: [All]}\n"
      "  applications: {includeApplications: [All]}\n"
      "grantControls: " +
          grant + "\n",
      "p.yaml", NamedLocations());
  if (!list) fail_msg("%s", list.error().what.c_str());
  SignInFacts facts;
  facts.client_app_type = client;
  const Policies policies{false, std::move(*list), NamedLocations()};
  Decision decision = evaluate(policies, facts);
  const Reason reason = refusal_reason(decision, facts, false);
  return {std::move(decision), reason};
}

TEST("the log has the error code of the decision, and Entra's, for each") {
  const struct {
    const char* grant;
    int code;
  } kRefusals[] = {
      {"{builtInControls: [compliantDevice]}", 53000},
      {"{builtInControls: [domainJoinedDevice]}", 53001},
      {"{builtInControls: [approvedApplication]}", 53002},
      {"{builtInControls: [compliantApplication]}", 53009},
      {"{customAuthenticationFactors: [Other]}", 53003},
      {"{builtInControls: [block]}", 53003},
  };
  for (const auto& [grant, code] : kRefusals) {
    const auto [decision, reason] =
        refused_by(grant, ClientAppType::mobile_apps_and_desktop_clients);
    assert_int_equal(decision.error_code, code);
    assert_int_equal(describe(reason).error_code, code);
  }
}

TEST("a legacy client is refused as one, whatever device it came from") {
  const auto [decision, reason] =
      refused_by("{builtInControls: [compliantDevice]}", ClientAppType::other);
  assert_int_equal(decision.error_code, 53003);
  assert_true(reason == Reason::legacy_client);
}

}  // namespace
}  // namespace mfa
