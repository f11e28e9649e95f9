// SPDX-License-Identifier: BSD-3-Clause
//
// The templates that are shipped: each loads as it stands, and does what its
// comment promises once it is enabled. Runs in the source tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "agent/config/role_names.h"
#include "agent/policy/evaluate.h"
#include "agent/policy/lint.h"
#include "agent/policy/read_policies.h"
#include "tests/check.h"

namespace mfa {
namespace {

namespace fs = std::filesystem;

constexpr char kFolder[] = "conf/policies/templates";
constexpr char kLocations[] = "conf/named-locations.example.yaml";
constexpr std::string_view kReportOnly =
    "state: enabledForReportingButNotEnforced\n";
constexpr std::string_view kDisabled = "state: disabled\n";
constexpr std::string_view kEnabled = "state: enabled\n";

// Every template of Entra's that says something about signing in.
const std::set<std::string> kTemplateIds = {
    "c7503427-338e-4c5e-902d-abe252abfb43",
    "b8bda7f8-6584-4446-bce9-d871480e53fa",
    "0b2282f9-2862-4178-88b5-d79340b36cb8",
    "a3d0a415-b068-4326-9251-f9cdf9feeb64",
    "a4072ac0-722b-4991-981b-7f9755daef14",
    "d8c51a9a-e6b1-454d-86af-554e7872e2c1",
    "6b619f55-792e-45dc-9711-d83ec9d7ae90",
    "634b6de7-c38d-4357-a2c7-3842706eedd7",
    "c26a510a-3b8b-4023-8c44-d4f4c854e9f9",
    "4e39a309-931e-4cb1-a371-e2beea168002",
    "62e51ccc-c9c3-4554-ac70-066172c81007",
    "927c884e-7888-4e81-abc4-bd56ded28985",
    "81fd2072-4876-42b6-8157-c6000693046b",
    "76c03f19-ea37-4656-a772-a183b4ddb81d",
    "6364131e-bc4a-47c4-a20b-33492d1fff6c",
    "16aaa400-bfdf-4756-a420-ad2245d4cde8",
    "a297dd1a-21fe-4016-99a0-ba43ba64378c",
};

std::string content(const std::string& path) {
  std::ifstream file(path);
  if (!file) fail_msg("%s is missing", path.c_str());
  return {std::istreambuf_iterator<char>(file), {}};
}

// File name -> text.
std::map<std::string, std::string> templates() {
  std::map<std::string, std::string> all;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    all[entry.path().filename()] = content(entry.path());
  }
  return all;
}

std::vector<Policy> parsed(const std::string& text, const std::string& file,
                           const NamedLocations& locations = {}) {
  auto policies = parse_policies(text, file, locations);
  if (!policies) fail_msg("%s", policies.error().what.c_str());
  return std::move(*policies);
}

// What stands behind `key: `, to the end of the line; "" where it does not.
std::string value_of(const std::string& text, const std::string& key) {
  const std::string head = '\n' + key + ": ";
  const auto at = text.find(head);
  if (at == text.npos) return "";
  const auto begin = at + head.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

// --- each enabled, against one sign-in ---------------------------------------

NamedLocations example_locations() {
  auto locations = NamedLocations::parse(content(kLocations), kLocations);
  if (!locations) fail_msg("%s", locations.error().what.c_str());
  return std::move(*locations);
}

Decision decided(const std::string& file, const SignInFacts& facts) {
  std::string text = content(std::string(kFolder) + '/' + file);
  for (const std::string_view state : {kReportOnly, kDisabled}) {
    const auto at = text.find(state);
    if (at != text.npos) text.replace(at, state.size(), kEnabled);
  }
  NamedLocations locations = example_locations();
  auto list = parsed(text, file, locations);
  assert_true(list[0].state == PolicyState::enabled);
  return evaluate({false, std::move(list), std::move(locations)}, facts);
}

// Alice at sshd, who has a method and nothing else that is known of her.
SignInFacts alice(const char* service = "sshd") {
  SignInFacts facts;
  facts.user.id = Name("alice");
  facts.user.account = Name("alice");
  facts.user.principal_name = Name("alice");
  facts.application = Name(service);
  facts.client_app_type = ClientAppType::mobile_apps_and_desktop_clients;
  return facts;
}

SignInFacts administrator(const char* service = "sshd") {
  SignInFacts facts = alice(service);
  facts.user.roles = NameSet({Name(role_key("Global Administrator"))});
  return facts;
}

SignInFacts with_device(SignInFacts facts, bool compliant, const char* trust) {
  facts.device.emplace();
  facts.device->is_compliant = compliant;
  facts.device->text(DeviceText::trust_type) = trust;
  facts.device_platform = DevicePlatform::linux_os;
  return facts;
}

void assert_asks(const std::string& file, const SignInFacts& facts,
                 Controls controls) {
  const Decision decision = decided(file, facts);
  assert_true(decision.verdict == Verdict::challenge);
  assert_true(decision.required_controls == controls);
}

void assert_refuses(const std::string& file, const SignInFacts& facts,
                    Verdict how, int error_code) {
  const Decision decision = decided(file, facts);
  assert_true(decision.verdict == how);
  assert_int_equal(decision.error_code, error_code);
}

void assert_lets_in(const std::string& file, const SignInFacts& facts) {
  assert_true(decided(file, facts).verdict == Verdict::grant);
}

TEST("every template loads, is one policy and enforces nothing") {
  const auto all = templates();
  assert_true(all.size() > kTemplateIds.size());  // one has a variant
  for (const auto& [file, text] : all) {
    const auto policies = parsed(text, file);
    assert_int_equal(policies.size(), 1);
    assert_true(policies[0].state != PolicyState::enabled);
  }
}

TEST("every template of Entra's is there under its template id") {
  std::set<std::string> found;
  for (const auto& [file, text] : templates()) {
    found.insert(value_of(text, "templateId"));
  }
  assert_true(found == kTemplateIds);
}

TEST("every template says what it does and what to change before enabling") {
  for (const auto& [file, text] : templates()) {
    const std::string head = text.substr(0, text.find("\ndisplayName:"));
    const bool advises =
        head.find("\n# Before you enable it\n# - ") != head.npos ||
        head.starts_with("# Means nothing on this host");
    if (!head.starts_with("# ") || !advises) fail_msg("%s", file.c_str());
  }
}

TEST("all templates together load beside security defaults") {
  std::vector<Policy> all;
  for (const auto& [file, text] : templates()) {
    for (Policy& policy : parsed(text, file)) all.push_back(std::move(policy));
  }
  const std::size_t count = all.size();
  const auto policies = assemble(std::move(all), {}, true);
  assert_true(policies.has_value());
  SignInFacts facts = alice();
  assert_true(evaluate(*policies, facts).verdict == Verdict::challenge);
  facts.satisfied_controls.insert(Control::mfa);
  const Decision decision = evaluate(*policies, facts);
  assert_true(decision.verdict == Verdict::grant);
  assert_int_equal(decision.policies.size(), count + 1);
}

TEST("lint finds nothing wrong with the templates but what they say") {
  std::vector<Policy> all;
  NamedLocations locations = example_locations();
  for (const auto& [file, text] : templates()) {
    for (Policy& policy : parsed(text, file, locations)) {
      all.push_back(std::move(policy));
    }
  }
  const std::set<std::string> meaningless = {
      "Use application enforced restrictions for O365 apps",
      "Block access for users with insider risk"};
  const auto found = lint({false, std::move(all), std::move(locations)}, {});
  for (const Finding& finding : found) {
    const bool told = meaningless.contains(finding.policy) &&
                      finding.severity == Severity::note;
    if (!told) fail_msg("%s: %s", finding.policy.c_str(), finding.what.c_str());
  }
  assert_true(!found.empty());
}

TEST("the templates for administrators ask administrators alone") {
  const std::string file = "require-mfa-for-admins.yaml";
  assert_asks(file, administrator(), {Control::mfa});
  assert_asks(file, administrator("login"), {Control::mfa});
  assert_lets_in(file, alice());
  const std::string portals = "require-mfa-for-admin-portals.yaml";
  for (const char* service : {"sudo", "su", "polkit-1", "cockpit"}) {
    assert_asks(portals, administrator(service), {Control::mfa});
    assert_lets_in(portals, alice(service));
  }
  assert_lets_in(portals, administrator("sshd"));
}

TEST("the fourteen roles of the templates are those of Entra's") {
  for (const auto& [file, text] : templates()) {
    const auto policy = parsed(text, file)[0];
    const auto& roles = policy.conditions.users.include_roles;
    if (roles.empty()) continue;
    assert_int_equal(roles.size(), 14);
    for (const Name& role : roles) {
      const bool known = std::any_of(
          known_roles().begin(), known_roles().end(),
          [&](const RoleName& r) { return role.text() == r.template_id; });
      assert_true(known);
    }
  }
}

TEST("the templates for everybody leave out synchronization accounts") {
  SignInFacts robot = alice();
  robot.user.roles =
      NameSet({Name(role_key("Directory Synchronization Accounts"))});
  for (const char* file :
       {"require-mfa-for-all-users.yaml",
        "require-mfa-for-all-users-outside-trusted-locations.yaml",
        "require-managed-device-or-mfa-for-all-users.yaml"}) {
    assert_asks(file, alice(), {Control::mfa});
    assert_lets_in(file, robot);
  }
}

TEST("the template with trusted locations asks outside them alone") {
  const std::string file =
      "require-mfa-for-all-users-outside-trusted-locations.yaml";
  SignInFacts facts = alice();
  facts.ip_address = Address::parse("203.0.113.7");  // of the example
  assert_lets_in(file, facts);
  facts.ip_address = Address::parse("198.51.100.7");  // not a trusted one
  assert_asks(file, facts, {Control::mfa});
  facts = alice("login");
  facts.local_console = true;
  assert_lets_in(file, facts);
}

TEST("the template for guests asks guests alone") {
  SignInFacts guest = alice();
  guest.user.is_guest = true;
  assert_asks("require-mfa-for-guests.yaml", guest, {Control::mfa});
  assert_lets_in("require-mfa-for-guests.yaml", alice());
}

TEST("the template for privileged services asks everybody there") {
  const std::string file = "require-mfa-for-privileged-services.yaml";
  for (const char* service :
       {"sudo", "su", "runuser", "polkit-1", "cockpit", "doas"}) {
    assert_asks(file, alice(service), {Control::mfa});
  }
  assert_lets_in(file, alice("sshd"));
}

TEST("the template for legacy clients blocks them alone") {
  const std::string file = "block-legacy-authentication.yaml";
  SignInFacts facts = alice("vsftpd");
  facts.client_app_type = ClientAppType::other;
  assert_refuses(file, facts, Verdict::block, 53003);
  assert_lets_in(file, alice());
}

TEST("the template for risky sign-ins asks from medium risk on, every time") {
  const std::string file = "require-mfa-for-risky-sign-ins.yaml";
  SignInFacts facts = alice();
  assert_lets_in(file, facts);
  facts.sign_in_risk = RiskLevel::low;
  assert_lets_in(file, facts);
  for (const RiskLevel level : {RiskLevel::medium, RiskLevel::high}) {
    facts.sign_in_risk = level;
    assert_asks(file, facts, {Control::mfa});
    const auto session = decided(file, facts).session_controls;
    assert_true(session.sign_in_frequency ==
                SignInFrequency{.every_time = true});
  }
  facts.may_have_methods = false;
  assert_refuses(file, facts, Verdict::deny, 53004);
}

TEST("the template for high-risk users asks for a factor and a password") {
  const std::string file = "require-password-change-for-high-risk-users.yaml";
  SignInFacts facts = alice();
  facts.user_risk = RiskLevel::medium;
  assert_lets_in(file, facts);
  facts.user_risk = RiskLevel::high;
  assert_asks(file, facts, {Control::mfa, Control::password_change});
}

TEST("the templates for devices look at sshd's device and nowhere else") {
  const std::string compliant = "require-compliant-device.yaml";
  assert_refuses(compliant, alice(), Verdict::deny, 53000);
  assert_lets_in(compliant, with_device(alice(), true, "AzureAD"));
  assert_refuses(compliant, with_device(alice(), false, "ServerAD"),
                 Verdict::deny, 53000);
  assert_lets_in(compliant, alice("sudo"));

  const std::string admins = "require-managed-device-for-admins.yaml";
  assert_refuses(admins, administrator(), Verdict::deny, 53000);
  assert_lets_in(admins, with_device(administrator(), false, "ServerAD"));
  assert_lets_in(admins, alice());
  assert_lets_in(admins, administrator("sudo"));

  const std::string either = "require-managed-device-or-mfa-for-all-users.yaml";
  assert_lets_in(either, with_device(alice(), true, "AzureAD"));
  assert_asks(either, with_device(alice(), false, "AzureAD"), {Control::mfa});
  assert_asks(either, alice("sudo"), {Control::mfa});
}

TEST("the template for platforms blocks at sshd what it does not know") {
  const std::string file = "block-unknown-device-platform.yaml";
  assert_refuses(file, alice(), Verdict::block, 53003);
  assert_lets_in(file, with_device(alice(), false, "AzureAD"));
  assert_lets_in(file, alice("login"));
}

TEST("the template against persistence forbids it on unmanaged devices") {
  const std::string file = "no-persistent-browser-session.yaml";
  const auto never = [&](const SignInFacts& facts) {
    const Decision decision = decided(file, facts);
    assert_true(decision.verdict == Verdict::grant);
    return decision.session_controls.persistent_browser ==
           PersistentBrowser::never;
  };
  assert_true(never(alice()));
  assert_true(never(with_device(alice(), true, "AzureAD")));
  assert_false(never(with_device(alice(), true, "ServerAD")));
}

TEST("the phishing-resistant template takes a security key and no code") {
  const std::string file = "require-phishing-resistant-mfa-for-admins.yaml";
  SignInFacts facts = administrator();
  facts.authentication_methods = {
      {MethodMode::password, MethodMode::software_oath}};
  assert_asks(file, facts, {Control::authentication_strength});
  facts.authentication_methods.push_back({MethodMode::fido2});
  assert_lets_in(file, facts);
  assert_lets_in(file, administrator("sudo"));
}

TEST("the template for registration is about that and not about sign-ins") {
  const std::string file = "securing-security-info-registration.yaml";
  assert_lets_in(file, alice());
  SignInFacts facts = alice();
  facts.user_action = UserAction::register_security_information;
  assert_asks(file, facts, {Control::mfa});
  facts.local_console = true;  // trusted in the example
  assert_lets_in(file, facts);
  facts.local_console = false;
  facts.user = administrator().user;
  assert_lets_in(file, facts);
}

TEST("the templates that mean nothing here let everybody in") {
  assert_lets_in("app-enforced-restrictions.yaml", alice());
  assert_lets_in("app-enforced-restrictions.yaml", alice("Office365"));
  assert_lets_in("block-insider-risk.yaml", alice());
}

TEST("the example of named locations loads and trusts what it says") {
  const NamedLocations locations = example_locations();
  assert_int_equal(locations.list().size(), 4);
  assert_int_equal(locations.trusted().size(), 2);
  assert_true(locations.find("local CONSOLE").has_value());
}

}  // namespace
}  // namespace mfa
