// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_assignments.h"

#include "tests/unit/policy/policy_text.h"

namespace mfa {
namespace {

using namespace policy_text;

std::string with_users(std::string_view flow) {
  return with_condition("users: " + std::string(flow));
}

UsersCondition users(std::string_view flow) {
  return read_one(with_users(flow)).conditions.users;
}

ApplicationsCondition applications(std::string_view flow) {
  return read_one(with_applications(flow)).conditions.applications;
}

// --- users -------------------------------------------------------------------

TEST("a policy's users are All, None, guests, or named by id or name") {
  const UsersCondition some =
      users("{includeUsers: [GuestsOrExternalUsers, Alice@contoso.com, None]}");
  assert_true(some.include_guests);
  assert_false(some.include_all);
  assert_int_equal(some.include_users.size(), 1);
  assert_string_equal(some.include_users[0].id.text().c_str(),
                      "Alice@contoso.com");
  assert_string_equal(some.include_users[0].principal_name.text().c_str(),
                      "alice@contoso.com");
  assert_true(users("{includeUsers: [All]}").include_all);
  assert_false(users("{includeUsers: [None]}").include_all);
  assert_true(users("{includeUsers: [None]}").include_users.empty());
}

TEST("excluded users are guests, or named by id or name") {
  const UsersCondition some = users(
      "{includeUsers: [All], excludeUsers: [GuestsOrExternalUsers, Root]}");
  assert_true(some.exclude_guests);
  assert_int_equal(some.exclude_users.size(), 1);
  assert_string_equal(some.exclude_users[0].id.text().c_str(), "Root");
  assert_string_equal(some.exclude_users[0].principal_name.text().c_str(),
                      "root");
}

TEST("groups of a policy are kept as written, roles by their key") {
  const UsersCondition some = users(
      "{includeGroups: [Admins], excludeGroups: [Emergency], includeRoles: "
      "[62E90394-69F5-4237-9190-012177145E10, global administrator], "
      "excludeRoles: [Our Own Role]}");
  assert_names(some.include_groups, {"Admins"});
  assert_names(some.exclude_groups, {"Emergency"});
  assert_names(some.include_roles, {"62e90394-69f5-4237-9190-012177145e10",
                                    "62e90394-69f5-4237-9190-012177145e10"});
  assert_names(some.exclude_roles, {"our own role"});
}

TEST("a policy without users, or with null, applies to nobody and loads") {
  for (const auto& text :
       {with(""), with_users("null"), with_users("{}"),
        with_users("{includeUsers: null, includeGroups: []}")}) {
    const UsersCondition nobody = read_one(text).conditions.users;
    assert_false(nobody.include_all || nobody.include_guests);
    assert_true(nobody.include_users.empty() && nobody.include_groups.empty() &&
                nobody.include_roles.empty());
  }
}

TEST("words for users in another case are refused with the right spelling") {
  assert_refused(with_users("{includeUsers: [root, ^all]}"), "write All");
  assert_refused(with_users("{includeUsers: [^ALL]}"), "write All");
  assert_refused(with_users("{includeUsers: [^none]}"), "write None");
  assert_refused(with_users("{includeUsers: [^guestsorexternalusers]}"),
                 "write GuestsOrExternalUsers");
  assert_refused(with_users("{excludeUsers: [^NONE]}"), "write None");
  assert_refused(with_users("{excludeUsers: [^all]}"), "write All");
}

TEST("a policy that excludes All users is refused") {
  assert_refused(with_users("{includeUsers: [All], excludeUsers: [a, ^All]}"),
                 "conditions.users.excludeUsers has All: the policy would "
                 "never apply");
}

TEST("the placeholder of Microsoft's templates must be replaced") {
  assert_refused(with_users("{includeUsers: [All], excludeUsers: [^Current "
                            "administrator will be excluded]}"),
                 "emergency access account instead");
  assert_refused(
      with_users("{excludeUsers: [^current Administrator will be excluded]}"),
      "placeholder");
}

TEST("kinds of guests count as every guest, and never exclude") {
  const std::string kinds =
      "GuestsOrExternalUsers: {guestOrExternalUserTypes: \"internalGuest\", "
      "externalTenants: {membershipKind: all}}}";
  assert_true(users("{include" + kinds).include_guests);
  assert_noted(with_users("{include" + kinds), "includes every guest");
  assert_false(users("{exclude" + kinds).exclude_guests);
  assert_noted(with_users("{exclude" + kinds), "excludes nobody");
  assert_false(users("{includeGuestsOrExternalUsers: null}").include_guests);
  assert_refused(with_users("{includeGuestsOrExternalUsers: {^tenants: all}}"),
                 "unknown key \"tenants\"");
  assert_refused(with_users("{includeGuestsOrExternalUsers: ^true}"),
                 "conditions.users.includeGuestsOrExternalUsers is \"true\"");
}

TEST("None in an exclude list of users is noted: it excludes nobody") {
  assert_noted(with_users("{excludeUsers: [None]}"), "None excludes nobody");
}

TEST("what users hold must be lists of texts, with known keys") {
  assert_refused(with_users("^[All]"), "conditions.users is a list");
  assert_refused(with_users("{includeUsers: ^All}"), "write a list");
  assert_refused(with_users("{includeUsers: [^{id: a}]}"),
                 "an entry of conditions.users.includeUsers is a map");
  assert_refused(with_users("{includeGroups: [a, ^null]}"), "is nothing");
  assert_refused(with_users("{includeRoles: [^\"\"]}"), "write a text");
  assert_refused(with_users("{^includeUser: [All]}"),
                 "unknown key \"includeUser\" in conditions.users; did you "
                 "mean \"includeUsers\"?");
}

TEST("lists and names in a policy have a limit") {
  std::string many = "{includeGroups: ^[a";
  for (std::size_t i = 1; i < kMaxPolicyListEntries; ++i) many += ",a";
  std::string most = with_users(many + "]}");
  take_mark(most);
  assert_int_equal(read_one(most).conditions.users.include_groups.size(),
                   kMaxPolicyListEntries);
  assert_refused(with_users(many + ",a]}"), "more than 2000 entries");
  const std::string longest(kMaxPolicyNameBytes, 'n');
  users("{includeGroups: [" + longest + "]}");
  assert_refused(with_users("{includeGroups: [^" + longest + "n]}"),
                 "longer than 256 bytes");
}

// --- applications ------------------------------------------------------------

TEST("a policy's applications are All, None or PAM services as written") {
  assert_true(applications("{includeApplications: [All]}").include_all);
  const auto none = applications("{includeApplications: [None]}");
  assert_false(none.include_all);
  assert_true(none.include.empty());
  const auto some = applications(
      "{includeApplications: [sshd, SSHD], excludeApplications: [cron]}");
  assert_names(some.include, {"sshd", "SSHD"});
  assert_names(some.exclude, {"cron"});
}

TEST("words for applications in another case are refused") {
  assert_refused(with_applications("{includeApplications: [^all]}"),
                 "write All");
  assert_refused(with_applications("{includeApplications: [^none]}"),
                 "write None");
  assert_refused(with_applications("{includeApplications: [All], "
                                   "excludeApplications: [^ALL]}"),
                 "write All");
}

TEST("a policy that excludes All applications is refused") {
  assert_refused(with_applications("{includeApplications: [All], "
                                   "excludeApplications: [^All]}"),
                 "conditions.applications.excludeApplications has All");
}

TEST("a policy without any application rule is refused") {
  for (const char* const flow :
       {"^{}", "^{includeApplications: []}", "^{excludeApplications: [sshd]}",
        "^{includeApplications: null, includeUserActions: null}"}) {
    assert_refused(with_applications(flow),
                   "conditions.applications.includeApplications is missing");
  }
  assert_refused("displayName: P\nstate: enabled\nconditions: ^{}\n",
                 "conditions.applications is missing");
  assert_refused(
      "displayName: P\nstate: enabled\nconditions: ^{applications: null}\n",
      "conditions.applications is missing");
}

TEST("a policy is about applications or about user actions, not about both") {
  assert_refused(
      with_applications("^{includeApplications: [sshd], includeUserActions: "
                        "[urn:user:registersecurityinfo]}"),
      "make it two policies");
}

TEST("user actions are spelt as in Entra's policies") {
  const auto read = applications(
      "{includeUserActions: [urn:user:registersecurityinfo, "
      "urn:user:registerdevice, urn:user:accountrecovery]}");
  assert_true(read.user_actions ==
              EnumSet({UserAction::register_security_information,
                       UserAction::register_or_join_devices,
                       UserAction::account_recovery}));
  assert_false(read.only_authentication_contexts);
  assert_refused(
      with_applications("{includeUserActions: [^urn:user:registersecurity]}"),
      "did you mean \"urn:user:registersecurityinfo\"?");
  assert_refused(
      with_applications("{includeUserActions: [^registerSecurityInformation]}"),
      "has the unknown value \"registerSecurityInformation\"");
}

TEST("authentication contexts alone are a rule that no sign-in fulfils") {
  const std::string contexts = "includeAuthenticationContextClassReferences";
  const auto alone = applications("{" + contexts + ": [c1, c25, c99]}");
  assert_true(alone.only_authentication_contexts);
  assert_false(alone.include_all);
  const auto beside = with_applications("{includeApplications: [sshd], " +
                                        contexts + ": [c1]}");
  assert_false(
      read_one(beside).conditions.applications.only_authentication_contexts);
  assert_noted(beside, "no sign-in here asks for an authentication context");
  for (const char* const bad : {"c0", "c100", "c01", "C1", "c", "c1x", "1"}) {
    assert_refused(with_applications("{" + contexts + ": [^" + bad + "]}"),
                   "write c1 to c99");
  }
}

TEST("a filter for applications is refused, null is none") {
  assert_refused(with_applications("{includeApplications: [All], "
                                   "applicationFilter: ^{mode: include}}"),
                 "name the services in includeApplications");
  assert_true(
      applications("{includeApplications: [All], applicationFilter: null}")
          .include_all);
}

TEST("Office365 and MicrosoftAdminPortals are noted: no service here is one") {
  for (const std::string name : {"Office365", "MicrosoftAdminPortals"}) {
    const auto text =
        with_applications("{includeApplications: [" + name + "]}");
    assert_noted(text, name + " is no service of this host");
    assert_names(read_one(text).conditions.applications.include, {name});
    assert_noted(with_applications("{includeApplications: [All], "
                                   "excludeApplications: [" +
                                   name + "]}"),
                 "excludeApplications: " + name);
  }
}

TEST("excluded applications without effect are noted") {
  assert_noted(with_applications("{includeApplications: [All], "
                                 "excludeApplications: [None]}"),
               "None excludes nothing");
  assert_noted(with_applications("{excludeApplications: [sshd], "
                                 "includeUserActions: "
                                 "[urn:user:registerdevice]}"),
               "no effect without includeApplications");
}

TEST("members of Graph's beta may be null or empty in applications") {
  assert_true(applications("{includeApplications: [All], globalSecureAccess: "
                           "null, networkAccess: {}}")
                  .include_all);
  assert_refused(with_applications("{includeApplications: [All], "
                                   "globalSecureAccess: ^{a: 1}}"),
                 "globalSecureAccess is not supported");
}

}  // namespace
}  // namespace mfa
