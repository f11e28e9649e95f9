// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/arguments.h"

#include <string.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/check.h"

namespace mfa::mfactl {
namespace {

std::variant<Arguments, Ending> parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "mfactl");
  return parse_arguments(static_cast<int>(words.size()), words.data());
}

Arguments good(const std::vector<const char*>& words) {
  const auto result = parsed(words);
  if (const auto* ending = std::get_if<Ending>(&result)) {
    fail_msg("%s", ending->error.c_str());
  }
  return std::get<Arguments>(result);
}

Ending bad(const std::vector<const char*>& words) {
  const auto result = parsed(words);
  assert_true(std::holds_alternative<Ending>(result));
  return std::get<Ending>(result);
}

void assert_usage_error(const std::vector<const char*>& words) {
  const Ending ending = bad(words);
  assert_int_equal(ending.status, kUsage);
  assert_true(ending.output.empty());
  assert_false(ending.error.empty());
}

}  // namespace

TEST("every verb of mfactl is parsed to itself") {
  const std::pair<std::vector<const char*>, Verb> all[] = {
      {{"status"}, Verb::status},
      {{"method", "add", "alice", "totp"}, Verb::method_add},
      {{"method", "list", "alice"}, Verb::method_list},
      {{"method", "remove", "alice", "Phone"}, Verb::method_remove},
      {{"user", "show", "alice"}, Verb::user_show},
      {{"user", "unlock", "alice"}, Verb::user_unlock},
      {{"user", "reset-grace", "alice"}, Verb::user_reset_grace},
      {{"user", "require-mfa", "alice", "on"}, Verb::user_require_mfa},
      {{"user", "forget", "alice"}, Verb::user_forget},
      {{"policy", "what-if", "--user", "alice", "--service", "sshd"},
       Verb::policy_what_if},
      {{"policy", "impact"}, Verb::policy_impact},
      {{"policy", "evaluate", "--policies", "P"}, Verb::policy_evaluate},
      {{"policy", "test", "A", "B"}, Verb::policy_test},
      {{"policy", "lint"}, Verb::policy_lint},
      {{"sign-ins"}, Verb::sign_ins},
      {{"explain", "66ea54eb"}, Verb::explain},
      {{"config", "check"}, Verb::config_check},
      {{"reload"}, Verb::reload}};
  for (const auto& [words, verb] : all) {
    assert_true(good(words).verb == verb);
  }
}

TEST("the line that other tools rely on is understood") {
  const Arguments arguments = good({"--config", "F", "--json", "method", "add",
                                    "alice", "totp", "--no-confirm"});
  assert_string_equal(arguments.config_file.c_str(), "F");
  assert_string_equal(arguments.user.c_str(), "alice");
  assert_true(arguments.json);
  assert_true(arguments.no_confirm);
}

TEST("global options may follow the verb") {
  const Arguments arguments =
      good({"user", "show", "alice", "--json", "--config=F"});
  assert_true(arguments.json);
  assert_string_equal(arguments.config_file.c_str(), "F");
}

TEST("a method's options have the defaults that every app reads") {
  const Arguments plain = good({"method", "add", "alice", "totp"});
  assert_int_equal(plain.digits, 6);
  assert_int_equal(plain.period, 30);
  assert_string_equal(plain.algorithm.c_str(), "SHA1");
  assert_false(plain.qr.has_value());
  const Arguments all =
      good({"method", "add", "alice", "totp", "--digits=8", "--period", "60",
            "--algorithm", "SHA512", "--label", "My phone", "--qr=ansi"});
  assert_int_equal(all.digits, 8);
  assert_int_equal(all.period, 60);
  assert_true(all.qr == QrStyle::ansi);
  assert_string_equal(all.label.c_str(), "My phone");
}

TEST("what the command line cannot mean is a usage error") {
  assert_usage_error({});
  assert_usage_error({"dance"});
  assert_usage_error({"method"});
  assert_usage_error({"method", "add", "alice"});
  assert_usage_error({"method", "add", "alice", "sms"});
  assert_usage_error({"method", "add", "alice", "totp", "--digits", "9"});
  assert_usage_error({"method", "add", "alice", "totp", "--period", "45"});
  assert_usage_error({"method", "add", "alice", "totp", "--algorithm", "MD5"});
  assert_usage_error({"method", "add", "alice", "totp", "--qr=big"});
  assert_usage_error({"method", "add", "alice", "totp", "--secret", "JBSW"});
  assert_usage_error({"method", "remove", "alice"});
  assert_usage_error({"sign-ins", "--limit", "0"});
  assert_usage_error({"sign-ins", "--limit", "1001"});
  assert_usage_error({"sign-ins", "--limit", "-1"});
  assert_usage_error({"sign-ins", "--since", ""});
  assert_usage_error({"sign-ins", "--since="});
  assert_usage_error({"sign-ins", "--since", "tomorrow"});
  assert_usage_error({"explain"});
  assert_usage_error({"user", "require-mfa", "alice"});
  assert_usage_error({"user", "require-mfa", "alice", "perhaps"});
  assert_usage_error({"policy", "what-if", "--user", "alice"});
  assert_usage_error({"policy", "what-if", "--service", "sshd"});
  assert_usage_error({"policy", "what-if", "--user", "alice", "--service",
                      "sshd", "--first-factor", "charm"});
  assert_usage_error({"policy", "impact", "--since", "tomorrow"});
  assert_usage_error({"status", "now"});
  assert_usage_error({"policy", "evaluate"});
  assert_usage_error({"policy", "test"});
  assert_usage_error({"policy", "lint", "--security-defaults", "yes"});
  assert_usage_error({"--no-such", "status"});
}

TEST("what-if keeps what is given apart from what is not") {
  const Arguments arguments =
      good({"policy", "what-if", "--user=alice", "--service=sshd",
            "--rhost=192.0.2.1", "--sign-in-risk=high", "--registering"});
  const WhatIf& given = arguments.what_if;
  assert_string_equal(given.service.c_str(), "sshd");
  assert_string_equal(given.rhost.value_or("").c_str(), "192.0.2.1");
  assert_string_equal(given.sign_in_risk.value_or("").c_str(), "high");
  assert_true(given.registering);
  assert_false(given.user_risk || given.device || given.country);
}

TEST("on and off say whether a second factor is required") {
  assert_true(good({"user", "require-mfa", "alice", "on"}).required);
  assert_false(good({"user", "require-mfa", "alice", "off"}).required);
}

TEST("an id may be typed in upper case") {
  assert_string_equal(good({"explain", "2852B8A8-01AF"}).id.c_str(),
                      "2852b8a8-01af");
  // A label is what the person chose.
  assert_string_equal(good({"method", "remove", "alice", "Phone"}).id.c_str(),
                      "Phone");
}

TEST("with --json nobody can be asked, so --no-confirm must be said") {
  const Ending ending = bad({"--json", "method", "add", "alice", "totp"});
  assert_int_equal(ending.status, kUsage);
  assert_non_null(strstr(ending.error.c_str(), "--no-confirm"));
}

TEST("help and version go to standard output and are no failure") {
  for (const char* word : {"--help", "-h", "--version"}) {
    const Ending ending = bad({word});
    assert_int_equal(ending.status, kDone);
    assert_false(ending.output.empty());
    assert_true(ending.error.empty());
  }
  assert_non_null(
      strstr(bad({"method", "add", "--help"}).output.c_str(), "--digits"));
}

namespace {

std::string manual() {
  std::ifstream file("man/mfactl.1");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::set<std::string> found(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> all;
  for (std::sregex_iterator m(text.begin(), text.end(), regex), end; m != end;
       ++m) {
    all.insert((*m)[1]);
  }
  return all;
}

// Every verb ("method add") and long option ("config") of the tree.
void walk(const CLI::App& app, const std::string& path,
          std::set<std::string>& verbs, std::set<std::string>& options) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) options.insert(name);
  }
  const auto below = app.get_subcommands([](const CLI::App*) { return true; });
  if (below.empty()) verbs.insert(path);
  for (const CLI::App* verb : below) {
    const std::string name = verb->get_name();
    walk(*verb, path.empty() ? name : path + ' ' + name, verbs, options);
  }
}

}  // namespace

TEST("mfactl(1) documents exactly the verbs and options there are") {
  Arguments arguments;
  const auto app = make_command_line(arguments);
  std::set<std::string> verbs;
  std::set<std::string> options;
  walk(*app, "", verbs, options);
  const std::string text = manual();
  const auto documented_options =
      found(text, R"(\n\.It (?:Fl h , )?Fl -([a-z-]+))");
  const auto documented_verbs =
      found(text, R"(\n\.It Ic ([a-z-]+(?: [a-z-]+)?)(?= |\n))");
  assert_true(documented_options == options);
  assert_true(documented_verbs == verbs);
}

TEST("every verb and option has help") {
  Arguments arguments;
  const auto app = make_command_line(arguments);
  const std::string help = app->help("", CLI::AppFormatMode::All);
  // A missing text shows its key: "--label TEXT    --label".
  const std::regex untold(R"(\n\s+(-\S+|[a-z-]+)[^\n]*\s{2,}\1\n)");
  std::smatch match;
  if (std::regex_search(help, match, untold)) {
    fail_msg("no help for %s", match.str(1).c_str());
  }
}

}  // namespace mfa::mfactl
