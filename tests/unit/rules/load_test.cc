// SPDX-License-Identifier: BSD-3-Clause
//
// Files of an administrator, loaded together.
#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/policy/read_policies.h"
#include "agent/rules/rules.h"
#include "tests/check.h"

namespace mfa {
namespace {

// A folder with mfa-agent.yaml, policies/ and whatever is written into it.
class Files {
 public:
  Files() {
    char name[] = "/tmp/mfa-rules-XXXXXX";
    if (!mkdtemp(name)) fail_msg("no directory");
    path_ = name;
    std::filesystem::create_directory(path_ + "/policies");
    chmod((path_ + "/policies").c_str(), 0755);
  }
  ~Files() { std::filesystem::remove_all(path_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  std::string write(const std::string& name, std::string_view text) const {
    const std::string file = path_ + '/' + name;
    std::ofstream(file) << text;
    chmod(file.c_str(), 0644);
    return file;
  }
  Result<Rules> load(std::string_view more = "",
                     bool security_defaults = false) const {
    std::string config = "policies: " + path_ + "/policies\n";
    config += security_defaults ? "" : "security_defaults: {enabled: false}\n";
    config += more;
    return load_rules(write("mfa-agent.yaml", config));
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string policy(std::string_view name, std::string_view conditions = "",
                   std::string_view state = "enabled") {
  return "displayName: " + std::string(name) +
         "\nstate: " + std::string(state) +
         "\nconditions:\n"
         "  applications: {includeApplications: [All]}\n" +
         std::string(conditions) + "grantControls: {builtInControls: [mfa]}\n";
}

constexpr char kEverybody[] = "  users: {includeUsers: [All]}\n";

void assert_refused(const Result<Rules>& rules, const std::string& says) {
  if (rules) fail_msg("it loaded; expected: %s", says.c_str());
  if (rules.error().what.find(says) == std::string::npos) {
    fail_msg("expected: %s\ngot: %s", says.c_str(), rules.error().what.c_str());
  }
}

TEST("the files of a folder are loaded in the order of their names") {
  const Files files;
  files.write("policies/20.yaml", policy("second", kEverybody));
  files.write("policies/10.json",
              R"({"displayName": "first", "state": "disabled", "conditions":
                  {"applications": {"includeApplications": ["All"]}}})");
  files.write("policies/README", "not a policy");
  const auto rules = files.load();
  if (!rules) fail_msg("%s", rules.error().what.c_str());
  assert_int_equal(rules->policies.list.size(), 2);
  assert_string_equal(rules->policies.list[0].display_name.c_str(), "first");
  assert_string_equal(rules->policies.list[1].display_name.c_str(), "second");
}

TEST("security defaults and an enabled policy exclude each other") {
  const Files files;
  files.write("policies/p.yaml", policy("P", kEverybody));
  assert_refused(files.load("", true), "\"P\"");
  files.write("policies/p.yaml",
              policy("P", kEverybody, "enabledForReportingButNotEnforced"));
  assert_true(files.load("", true).has_value());
}

TEST("a location that a policy in force names must be there") {
  const Files files;
  const std::string at = "  locations: {includeLocations: [Offce]}\n";
  files.write("policies/p.yaml", policy("P", kEverybody + at));
  assert_refused(files.load(), "there is no named location \"Offce\"");
  files.write("policies/p.yaml", policy("P", kEverybody + at, "disabled"));
  assert_true(files.load().has_value());
}

TEST("a role that is neither Entra's nor mapped here is refused") {
  const Files files;
  const std::string typo = "  users: {includeRoles: [Global Adminstrator]}\n";
  files.write("policies/p.yaml", policy("P", typo));
  assert_refused(files.load(), "did you mean \"Global Administrator\"?");
  assert_true(files.load("roles: {Global Adminstrator: {groups: [wheel]}}\n")
                  .has_value());
  const std::string unknown_id =
      "  users: {includeRoles: [aaaaaaaa-0000-4000-8000-000000000001]}\n";
  files.write("policies/p.yaml", policy("P", unknown_id));
  assert_true(files.load().has_value());
}

TEST("a policy names sudo, which sudo-i follows") {
  const Files files;
  files.write("policies/p.yaml",
              "displayName: P\nstate: enabled\nconditions:\n"
              "  users: {includeUsers: [All]}\n"
              "  applications: {includeApplications: [sudo-i]}\n"
              "grantControls: {builtInControls: [mfa]}\n");
  assert_refused(files.load(), "write sudo");
}

TEST("hostile input 70: an enabled policy cut short asks nothing: refused") {
  const Files files;
  std::string whole = policy("P", kEverybody);
  files.write("policies/p.yaml", whole.substr(0, whole.find("grantControls")));
  assert_refused(files.load(), "it asks for nothing");
}

TEST("groups that policies name are asked of the directory, mapped and once") {
  const Files files;
  files.write("policies/p.yaml",
              policy("P", "  users: {includeGroups: [2e58, staff, 2e58]}\n"));
  const std::string records =
      files.write("directory.yaml", "groups: [{id: 2e58, group: admins}]\n");
  const auto rules = files.load("directory_file: " + records + "\n");
  if (!rules) fail_msg("%s", rules.error().what.c_str());
  assert_int_equal(rules->scope.groups.size(), 2);
  assert_string_equal(rules->scope.groups[0].written.c_str(), "2e58");
  assert_string_equal(rules->scope.groups[0].group.c_str(), "admins");
  assert_string_equal(rules->scope.groups[1].group.c_str(), "staff");
}

TEST("more groups than can be looked up every minute are refused") {
  const Files files;
  const auto named = [&](std::size_t first, std::size_t count) {
    std::string list = "  users: {includeGroups: [g0";
    for (std::size_t i = 0; i < count; ++i) {
      list += ", g" + std::to_string(first + i);
    }
    return list + "]}\n";
  };
  files.write("policies/p.yaml", policy("P", named(1, kMaxGroupsOfRules / 2)));
  files.write("policies/q.yaml",
              policy("Q", named(kMaxGroupsOfRules / 2, kMaxGroupsOfRules / 2)));
  const auto rules = files.load("roles: {A: {groups: [g1]}}\n");
  if (!rules) fail_msg("%s", rules.error().what.c_str());
  assert_refused(files.load("roles: {A: {groups: [another]}}\n"),
                 "name 2001 groups, more than 2000");
}

TEST("a folder holds as many policy files as there may be policies") {
  const Files files;
  for (std::size_t i = 0; i < kMaxPolicyFiles; ++i) {
    files.write(fmt::format("policies/{}.yaml", i),
                policy(fmt::format("P{}", i), kEverybody));
  }
  std::filesystem::create_directory(files.path() + "/policies/more.yaml");
  files.write("policies/.hidden.yaml", "{");
  files.write("policies/README", "{");
  const auto rules = files.load();
  if (!rules) fail_msg("%s", rules.error().what.c_str());
  assert_int_equal(rules->policies.list.size(), kMaxPolicyFiles);
  files.write("policies/one-more.json", "{");
  assert_refused(files.load(), "more than 240 files");
}

TEST("a name that means two people is complained of") {
  const Files files;
  const std::string user = "  users: {includeUsers: [All], excludeUsers: ";
  files.write("policies/p.yaml", policy("P", user + "[games]}\n"));
  const std::string records =
      files.write("directory.yaml",
                  "users: [{account: nobody, id: games}, {account: root, "
                  "userPrincipalName: Daemon}]\n");
  const std::string more = "directory_file: " + records + "\n";
  auto complaints = unresolved_names(files.load(more).value());
  assert_int_equal(complaints.size(), 1);
  assert_true(complaints[0].find("\"games\" means several people: games, "
                                 "nobody") != std::string::npos);
  files.write("policies/p.yaml", policy("P", user + "[daemon]}\n"));
  complaints = unresolved_names(files.load(more).value());
  assert_int_equal(complaints.size(), 1);
  files.write("policies/p.yaml", policy("P", user + "[nobody]}\n"));
  assert_true(unresolved_names(files.load(more).value()).empty());
}

TEST("the fingerprint changes with what is required and not with risks") {
  const Files files;
  files.write("policies/p.yaml", policy("P", kEverybody));
  const std::string records = files.write("directory.yaml", "users: []\n");
  const std::string more = "directory_file: " + records + "\n";
  const std::string before = files.load(more)->fingerprint;
  files.write("directory.yaml", "users: [{account: a, riskLevel: high}]\n");
  assert_string_equal(files.load(more)->fingerprint.c_str(), before.c_str());
  files.write("policies/p.yaml", policy("Q", kEverybody));
  assert_string_not_equal(files.load(more)->fingerprint.c_str(),
                          before.c_str());
}

TEST("hostile input 53: a policy that others may write is refused") {
  const Files files;
  const std::string file =
      files.write("policies/p.yaml", policy("P", kEverybody));
  chmod(file.c_str(), 0666);
  assert_refused(files.load(), "more than its owner may write it");
  chmod(file.c_str(), 0644);
  chmod((files.path() + "/policies").c_str(), 0777);
  assert_refused(files.load(), "more than its owner may write it");
}

TEST("nobody is asked for anything: that gets a warning") {
  const Files files;
  const auto rules = files.load();
  if (!rules) fail_msg("%s", rules.error().what.c_str());
  bool warned = false;
  for (const std::string& warning : warnings(*rules)) {
    warned = warned || warning.find("nobody is asked") != std::string::npos;
  }
  assert_true(warned);
}

}  // namespace
}  // namespace mfa
