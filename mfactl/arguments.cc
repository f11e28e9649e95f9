// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/arguments.h"

#include <map>
#include <sstream>
#include <utility>

#include "agent/base/clock.h"
#include "mfactl/time.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

using words::help;

CLI::App* add_group(CLI::App& app, const char* name) {
  CLI::App* group = app.add_subcommand(name, help(name));
  group->fallthrough();
  return group;
}

CLI::App* add_verb(CLI::App& parent, const char* name, const char* help_key,
                   Arguments& arguments, Verb verb) {
  CLI::App* added = parent.add_subcommand(name, help(help_key));
  added->fallthrough();
  added->callback([&arguments, verb] { arguments.verb = verb; });
  return added;
}

void add_user(CLI::App* verb, Arguments& arguments) {
  verb->add_option("USER", arguments.user, help("USER"))->required();
}

void add_method_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* method = add_group(app, "method");

  CLI::App* add =
      add_verb(*method, "add", "method add", arguments, Verb::method_add);
  add_user(add, arguments);
  add->add_option("KIND", arguments.kind, help("KIND"))
      ->required()
      ->check(CLI::IsMember({"totp"}));
  add->add_option("--label", arguments.label, help("--label"));
  static const std::map<std::string, QrStyle> kStyles = {
      {"utf8", QrStyle::utf8},
      {"ansi", QrStyle::ansi},
      {"none", QrStyle::none}};
  add->add_option_function<std::string>(
         "--qr",
         [&arguments](const std::string& name) {
           arguments.qr = kStyles.at(name);
         },
         help("--qr"))
      ->check(CLI::IsMember(&kStyles));
  add->add_option("--digits", arguments.digits, help("--digits"))
      ->check(CLI::IsMember({6, 7, 8}));
  add->add_option("--algorithm", arguments.algorithm, help("--algorithm"))
      ->check(CLI::IsMember({"SHA1", "SHA256", "SHA512"}));
  add->add_option("--period", arguments.period, help("--period"))
      ->check(CLI::IsMember({30, 60}));
  add->add_flag("--no-confirm", arguments.no_confirm, help("--no-confirm"));

  add_user(
      add_verb(*method, "list", "method list", arguments, Verb::method_list),
      arguments);

  CLI::App* remove = add_verb(*method, "remove", "method remove", arguments,
                              Verb::method_remove);
  add_user(remove, arguments);
  remove->add_option("ID", arguments.id, help("method ID"))->required();
}

void add_user_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* user = add_group(app, "user");
  add_user(add_verb(*user, "show", "user show", arguments, Verb::user_show),
           arguments);
  add_user(
      add_verb(*user, "unlock", "user unlock", arguments, Verb::user_unlock),
      arguments);
  add_user(add_verb(*user, "reset-grace", "user reset-grace", arguments,
                    Verb::user_reset_grace),
           arguments);
  CLI::App* require = add_verb(*user, "require-mfa", "user require-mfa",
                               arguments, Verb::user_require_mfa);
  add_user(require, arguments);
  require
      ->add_option_function<std::string>(
          "STATE",
          [&arguments](const std::string& given) {
            arguments.required = given == "on";
          },
          help("STATE"))
      ->required()
      ->check(CLI::IsMember({"on", "off"}));
  add_user(
      add_verb(*user, "forget", "user forget", arguments, Verb::user_forget),
      arguments);
}

// What is wrong with it, or "".
std::string is_time(const std::string& given) {
  const bool understood =
      parse_since(given, SystemClock().now().wall).has_value();
  return understood ? "" : words::bad_since(given);
}

// Ids are written in lower case; a person may type them as he likes.
void lower_case(std::string& id) {
  for (char& c : id) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
}

void add_since(CLI::App* verb, Arguments& arguments) {
  verb->add_option("--since", arguments.since, help("--since"))
      ->check(is_time, "");
}

void add_sign_in_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* list =
      add_verb(app, "sign-ins", "sign-ins", arguments, Verb::sign_ins);
  list->add_option("--user", arguments.user, help("--user"));
  add_since(list, arguments);
  list->add_option("--limit", arguments.limit, help("--limit"))
      ->check(CLI::Range(1u, 1000u));
  list->add_flag("--follow", arguments.follow, help("--follow"));

  CLI::App* explain =
      add_verb(app, "explain", "explain", arguments, Verb::explain);
  explain->add_option("ID", arguments.id, help("sign-in ID"))->required();
}

void add_policy_options(CLI::App* verb, Arguments& arguments) {
  // Lint finds them in the configuration, too.
  verb->add_option("--policies", arguments.policies, help("--policies"))
      ->required(verb->get_name() != "lint");
  verb->add_option("--named-locations", arguments.named_locations,
                   help("--named-locations"));
  verb->add_option_function<std::string>(
          "--security-defaults",
          [&arguments](const std::string& given) {
            arguments.security_defaults = given == "on";
          },
          help("--security-defaults"))
      ->check(CLI::IsMember({"on", "off"}));
}

// Values are the agent's to know; it names those there are.
void add_what_if(CLI::App* verb, Arguments& arguments) {
  WhatIf& given = arguments.what_if;
  verb->add_option("--user", arguments.user, help("what-if --user"))
      ->required();
  verb->add_option("--service", given.service, help("--service"))->required();
  const std::pair<const char*, std::optional<std::string>*> kOptions[] = {
      {"--rhost", &given.rhost},
      {"--tty", &given.tty},
      {"--device", &given.device},
      {"--platform", &given.platform},
      {"--sign-in-risk", &given.sign_in_risk},
      {"--user-risk", &given.user_risk},
      {"--country", &given.country},
      {"--client-app", &given.client_app}};
  for (const auto& [name, value] : kOptions) {
    verb->add_option(name, *value, help(name));
  }
  verb->add_flag("--registering", given.registering, help("--registering"));
  verb->add_flag("--account-only", given.account_only, help("--account-only"));
  verb->add_option("--first-factor", given.first_factor, help("--first-factor"))
      ->check(CLI::IsMember({"password", "public_key", "security_key"}));
}

void add_policy_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* policy = add_group(app, "policy");
  add_policy_options(add_verb(*policy, "evaluate", "policy evaluate", arguments,
                              Verb::policy_evaluate),
                     arguments);
  CLI::App* test =
      add_verb(*policy, "test", "policy test", arguments, Verb::policy_test);
  test->add_option("FILE", arguments.files, help("FILE"))->required();
  add_policy_options(
      add_verb(*policy, "lint", "policy lint", arguments, Verb::policy_lint),
      arguments);
  add_what_if(add_verb(*policy, "what-if", "policy what-if", arguments,
                       Verb::policy_what_if),
              arguments);
  add_since(add_verb(*policy, "impact", "policy impact", arguments,
                     Verb::policy_impact),
            arguments);
}

void add_directory_verbs(CLI::App& app, Arguments& arguments) {
  CLI::App* directory = add_group(app, "directory");
  add_verb(*directory, "status", "directory status", arguments,
           Verb::directory_status);
  add_verb(*directory, "sync", "directory sync", arguments,
           Verb::directory_sync);
  add_user(add_verb(*directory, "show", "directory show", arguments,
                    Verb::directory_show),
           arguments);
  add_verb(*directory, "accept", "directory accept", arguments,
           Verb::directory_accept)
      ->add_option("TIME", arguments.id, help("held TIME"))
      ->required();
  add_user(add_verb(*directory, "forget", "directory forget", arguments,
                    Verb::directory_forget),
           arguments);
  add_verb(*directory, "forget-kind", "directory forget-kind", arguments,
           Verb::directory_forget_kind)
      ->add_option("KIND", arguments.id, help("forgotten KIND"))
      ->required()
      ->check(CLI::IsMember({"roles", "risks", "devices"}));
}

}  // namespace

std::unique_ptr<CLI::App> make_command_line(Arguments& arguments) {
  auto app = std::make_unique<CLI::App>(help("mfactl"), "mfactl");
  app->add_option("--config", arguments.config_file, help("--config"))
      ->each(
          [&arguments](const std::string&) { arguments.config_given = true; });
  app->add_flag("--json", arguments.json, help("--json"));
  app->set_help_flag("-h,--help", help("--help"));
  app->set_version_flag("--version", "mfactl " MFA_VERSION, help("--version"));
  app->fallthrough();

  add_verb(*app, "status", "status", arguments, Verb::status);
  add_method_verbs(*app, arguments);
  add_user_verbs(*app, arguments);
  add_sign_in_verbs(*app, arguments);
  add_verb(*add_group(*app, "config"), "check", "config check", arguments,
           Verb::config_check);
  add_verb(*app, "reload", "reload", arguments, Verb::reload);
  add_policy_verbs(*app, arguments);
  add_directory_verbs(*app, arguments);
  return app;
}

std::variant<Arguments, Ending> parse_arguments(int argc,
                                                const char* const* argv) {
  Arguments arguments;
  const auto app = make_command_line(arguments);
  try {
    app->parse(argc, argv);
  } catch (const CLI::ParseError& outcome) {
    std::ostringstream output;
    std::ostringstream error;
    const int status = app->exit(outcome, output, error);
    return Ending{status == 0 ? kDone : kUsage, output.str(), error.str()};
  }
  // Asked here and not of CLI11, which would not name the wrong word.
  if (arguments.verb == Verb::none) {
    return Ending{kUsage, "", words::no_verb() + '\n'};
  }
  if (arguments.verb == Verb::method_add && arguments.json &&
      !arguments.no_confirm) {
    return Ending{kUsage, "", words::json_cannot_ask() + '\n'};
  }
  if (arguments.verb == Verb::explain) lower_case(arguments.id);
  return arguments;
}

}  // namespace mfa::mfactl
