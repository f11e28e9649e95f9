// SPDX-License-Identifier: BSD-3-Clause
//
// The examples in mfa-policy(5) are what an administrator copies: each loads
// and decides as the sentence above it says. Runs in the source tree.
#include <fstream>
#include <iterator>

#include "agent/policy/evaluate.h"
#include "agent/policy/lint.h"
#include "agent/policy/read_policies.h"
#include "tests/check.h"

namespace mfa {
namespace {

constexpr char kManualPage[] = "man/mfa-policy.5";
constexpr std::string_view kBegin = ".Bd -literal -offset indent\n";
constexpr std::string_view kTrustedOffice =
    "{displayName: Office, isTrusted: true, ipRanges: [203.0.113.0/24]}";

std::string page() {
  std::ifstream file(kManualPage);
  if (!file) fail_msg("%s is missing", kManualPage);
  return {std::istreambuf_iterator<char>(file), {}};
}

NamedLocations office() {
  auto locations = NamedLocations::parse(kTrustedOffice, "office");
  if (!locations) fail_msg("%s", locations.error().what.c_str());
  return std::move(*locations);
}

// Literal displays that begin with a policy's name.
std::vector<std::string> examples() {
  const std::string text = page();
  std::vector<std::string> found;
  for (auto at = text.find(kBegin); at != text.npos;
       at = text.find(kBegin, at)) {
    at += kBegin.size();
    const std::string example = text.substr(at, text.find(".Ed\n", at) - at);
    if (example.starts_with("displayName: ")) found.push_back(example);
  }
  return found;
}

std::vector<Policy> parsed(const std::string& example) {
  auto policies = parse_policies(example, kManualPage, office());
  if (!policies) fail_msg("%s", policies.error().what.c_str());
  return std::move(*policies);
}

Decision decided(std::string_view name, const SignInFacts& facts) {
  for (const std::string& example : examples()) {
    auto policies = parsed(example);
    if (policies[0].display_name != name) continue;
    return evaluate({false, std::move(policies), office()}, facts);
  }
  fail_msg("the page has no policy %s", std::string(name).c_str());
  return {};
}

SignInFacts alice(const char* service = "sshd") {
  SignInFacts facts;
  facts.user.id = facts.user.account = Name("alice");
  facts.user.principal_name = Name("alice");
  facts.application = Name(service);
  facts.client_app_type = ClientAppType::mobile_apps_and_desktop_clients;
  return facts;
}

SignInFacts member_of(const char* group) {
  SignInFacts facts = alice();
  facts.user.groups = NameSet({Name(group)});
  return facts;
}

Verdict verdict(std::string_view name, const SignInFacts& facts) {
  return decided(name, facts).verdict;
}

TEST("every example of a policy in the manual page loads, and lint is silent") {
  assert_int_equal(examples().size(), 7);
  std::vector<Policy> all;
  for (const std::string& example : examples()) {
    all.push_back(std::move(parsed(example).at(0)));
  }
  const auto found = lint({false, std::move(all), office()}, {});
  for (const Finding& finding : found) fail_msg("%s", finding.what.c_str());
}

TEST("the manual's policy for administrators is about the two groups") {
  const char* const name = "Administrators need a second factor";
  assert_true(verdict(name, member_of("sudo")) == Verdict::challenge);
  assert_true(verdict(name, member_of("helpdesk")) == Verdict::challenge);
  assert_true(verdict(name, alice()) == Verdict::grant);
}

TEST("the manual's policy for everybody remembers for eight hours") {
  const char* const name = "Everybody needs a second factor";
  const Decision decision = decided(name, alice());
  assert_true(decision.verdict == Verdict::challenge);
  assert_true(decision.session_controls.sign_in_frequency ==
              (SignInFrequency{.value = 8, .unit = FrequencyUnit::hours}));
  assert_true(verdict(name, member_of("robots")) == Verdict::grant);
}

TEST("the manual's policy for trusted networks asks everywhere else") {
  const char* const name = "Everybody outside needs a second factor";
  SignInFacts facts = alice();
  facts.ip_address = Address::parse("203.0.113.7");
  assert_true(verdict(name, facts) == Verdict::grant);
  facts.ip_address = Address::parse("198.51.100.7");
  assert_true(verdict(name, facts) == Verdict::challenge);
  assert_true(verdict(name, alice("sudo")) == Verdict::challenge);
}

TEST("the manual's policy for legacy clients blocks all but the scanner") {
  const char* const name = "Block legacy authentication";
  SignInFacts facts = alice("vsftpd");
  facts.client_app_type = ClientAppType::other;
  assert_true(verdict(name, facts) == Verdict::block);
  facts.user.account = facts.user.id = Name("scanner");
  assert_true(verdict(name, facts) == Verdict::grant);
  assert_true(verdict(name, alice()) == Verdict::grant);
}

TEST("the manual's policy for devices wants a compliant one in sshd") {
  const char* const name = "Compliant devices only";
  SignInFacts facts = alice();
  assert_int_equal(decided(name, facts).error_code, 53000);
  facts.device.emplace().is_compliant = true;
  assert_true(verdict(name, facts) == Verdict::grant);
  assert_true(verdict(name, alice("sudo")) == Verdict::grant);
}

TEST("the manual's policies about risk ask as they say") {
  const char* const sign_ins = "Risky sign-ins need a second factor";
  SignInFacts facts = alice();
  facts.sign_in_risk = RiskLevel::low;
  assert_true(verdict(sign_ins, facts) == Verdict::grant);
  facts.sign_in_risk = RiskLevel::medium;
  const Decision decision = decided(sign_ins, facts);
  assert_true(decision.verdict == Verdict::challenge);
  assert_true(decision.session_controls.sign_in_frequency ==
              SignInFrequency{.every_time = true});
  facts.may_have_methods = false;
  assert_int_equal(decided(sign_ins, facts).error_code, 53004);

  facts = alice();
  facts.user_risk = RiskLevel::high;
  const Controls both = {Control::mfa, Control::password_change};
  assert_true(decided("High-risk people must change their password", facts)
                  .required_controls == both);
}

}  // namespace
}  // namespace mfa
