// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/commands.h"

#include <utility>

#include "agent/base/clock.h"
#include "mfactl/directory_reports.h"
#include "mfactl/layout.h"
#include "mfactl/policy_reports.h"
#include "mfactl/reports.h"
#include "mfactl/runtime_directory.h"
#include "mfactl/terminal.h"
#include "mfactl/time.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

constexpr char kControlSocket[] = "/control.sock";

// What `sign-ins --follow` shows of the past.
constexpr unsigned kFollowedPast = 10;

std::size_t table_width() { return terminal_width().value_or(kUnlimitedWidth); }

Json user_parameter(const Arguments& arguments) {
  return {{"user", arguments.user}};
}

// One call; prints the reply as JSON or as the report says.
template <class Report>
int show(const Arguments& arguments, Channel& agent, const char* method,
         const Json& parameters, Report report) {
  const auto reply = agent.call(method, parameters);
  if (!reply) return fail(reply.error());
  print(arguments.json ? document(*reply) : report(*reply));
  return kDone;
}

int show_user(const Arguments& arguments, Channel& agent) {
  const auto reply = agent.call("ShowUser", user_parameter(arguments));
  if (!reply) return fail(reply.error());
  const Json& user = member(*reply, "/user");
  print(arguments.json ? document(user) : user_report(user, table_width()));
  return kDone;
}

int list_methods(const Arguments& arguments, Channel& agent) {
  const auto report = [](const Json& reply) {
    return methods_report(reply, table_width());
  };
  return show(arguments, agent, "ListMethods", user_parameter(arguments),
              report);
}

int remove_method(const Arguments& arguments, Channel& agent) {
  const auto report = [&](const Json& reply) {
    return words::removed(text(reply, "/method/label"), arguments.user) + '\n';
  };
  return show(arguments, agent, "RemoveMethod",
              {{"user", arguments.user}, {"id", arguments.id}}, report);
}

int change_user(const Arguments& arguments, Channel& agent, const char* method,
                std::string (*done)(std::string_view)) {
  const auto report = [&](const Json& reply) {
    return done(text(reply, "/user")) + '\n';
  };
  return show(arguments, agent, method, user_parameter(arguments), report);
}

int require_mfa(const Arguments& arguments, Channel& agent) {
  const auto report = [](const Json& reply) {
    return words::mfa_required(text(reply, "/user"),
                               text(reply, "/perUserMfaState")) +
           '\n';
  };
  return show(arguments, agent, "RequireMfa",
              {{"user", arguments.user}, {"required", arguments.required}},
              report);
}

int forget(const Arguments& arguments, Channel& agent) {
  const auto report = [](const Json& reply) {
    return words::forgotten(text(reply, "/user"), number(reply, "/forgotten")) +
           '\n';
  };
  return show(arguments, agent, "ForgetRemembered", user_parameter(arguments),
              report);
}

// Seconds since 1970, as the agent takes it.
void add_since(const Arguments& arguments, Json& query) {
  if (!arguments.since) return;
  const auto since = parse_since(*arguments.since, SystemClock().now().wall);
  if (!since) return;
  query["since"] = std::chrono::floor<std::chrono::seconds>(*since)
                       .time_since_epoch()
                       .count();
}

Json sign_ins_query(const Arguments& arguments) {
  Json query = Json::object();
  if (!arguments.user.empty()) query["user"] = arguments.user;
  add_since(arguments, query);
  if (arguments.limit) query["limit"] = *arguments.limit;
  return query;
}

int follow_sign_ins(const Arguments& arguments, Channel& agent, Json query) {
  query["follow"] = true;
  if (!arguments.limit) query["limit"] = kFollowedPast;
  if (!arguments.json) print(sign_in_headings());
  const auto take = [&](const Json& reply) {
    for (const Json& sign_in : member(reply, "/signIns")) {
      print(arguments.json ? line(sign_in) : sign_in_line(sign_in));
    }
  };
  const auto ended = agent.stream("SignIns", query, take);
  return ended ? kDone : fail(ended.error());
}

int list_sign_ins(const Arguments& arguments, Channel& agent) {
  const Json query = sign_ins_query(arguments);
  if (arguments.follow) return follow_sign_ins(arguments, agent, query);
  Json all = Json::array();
  const auto take = [&](const Json& reply) {
    for (const Json& sign_in : member(reply, "/signIns")) {
      all.push_back(sign_in);
    }
  };
  const auto read = agent.stream("SignIns", query, take);
  if (!read) return fail(read.error());
  print(arguments.json ? document(all) : sign_ins_report(all, table_width()));
  return kDone;
}

Json what_if_query(const Arguments& arguments) {
  const WhatIf& given = arguments.what_if;
  Json query = {{"user", arguments.user}, {"service", given.service}};
  const std::pair<const char*, const std::optional<std::string>*> kGiven[] = {
      {"rhost", &given.rhost},
      {"tty", &given.tty},
      {"device", &given.device},
      {"devicePlatform", &given.platform},
      {"signInRiskLevel", &given.sign_in_risk},
      {"userRiskLevel", &given.user_risk},
      {"country", &given.country},
      {"clientAppType", &given.client_app},
      {"firstFactor", &given.first_factor}};
  for (const auto& [name, value] : kGiven) {
    if (*value) query[name] = **value;
  }
  if (given.registering) query["registering"] = true;
  if (given.account_only) query["accountOnly"] = true;
  return query;
}

int what_if(const Arguments& arguments, Channel& agent) {
  const auto reply = agent.call("WhatIf", what_if_query(arguments));
  if (!reply) return fail(reply.error());
  print(arguments.json ? document(what_if_document(*reply))
                       : what_if_report(*reply, table_width()));
  return kDone;
}

// The agent tells how far it is now and then; the last reply counts.
int policy_impact(const Arguments& arguments, Channel& agent) {
  Json query = Json::object();
  add_since(arguments, query);
  Json sums;
  const auto read = agent.stream("PolicyImpact", query,
                                 [&](const Json& reply) { sums = reply; });
  if (!read) return fail(read.error());
  print(arguments.json ? document(sums) : impact_report(sums, table_width()));
  return kDone;
}

int show_directory(const Arguments& arguments, Channel& agent) {
  const auto report = [](const Json& reply) {
    return directory_report(reply, SystemClock().now().wall, table_width());
  };
  return show(arguments, agent, "ShowDirectory", Json::object(), report);
}

int show_directory_user(const Arguments& arguments, Channel& agent) {
  const auto report = [](const Json& reply) {
    return directory_user_report(reply, table_width());
  };
  return show(arguments, agent, "ShowDirectoryUser", user_parameter(arguments),
              report);
}

int reload(const Arguments& arguments, Channel& agent) {
  const auto report = [](const Json& reply) {
    return words::reloaded(number(reply, "/generation")) + '\n';
  };
  return show(arguments, agent, "Reload", Json::object(), report);
}

int run_with(const Arguments& arguments, Channel& agent) {
  switch (arguments.verb) {
    case Verb::status:
      return show(arguments, agent, "Status", Json::object(), status_report);
    case Verb::method_add:
      return add_method(arguments, agent);
    case Verb::method_list:
      return list_methods(arguments, agent);
    case Verb::method_remove:
      return remove_method(arguments, agent);
    case Verb::user_show:
      return show_user(arguments, agent);
    case Verb::user_unlock:
      return change_user(arguments, agent, "UnlockUser", words::unlocked);
    case Verb::user_reset_grace:
      return change_user(arguments, agent, "ResetGrace", words::grace_reset);
    case Verb::user_require_mfa:
      return require_mfa(arguments, agent);
    case Verb::user_forget:
      return forget(arguments, agent);
    case Verb::policy_what_if:
      return what_if(arguments, agent);
    case Verb::policy_impact:
      return policy_impact(arguments, agent);
    case Verb::sign_ins:
      return list_sign_ins(arguments, agent);
    case Verb::explain:
      return show(arguments, agent, "Explain", {{"id", arguments.id}},
                  explanation_report);
    case Verb::reload:
      return reload(arguments, agent);
    case Verb::directory_status:
      return show_directory(arguments, agent);
    case Verb::directory_sync:
      return show(arguments, agent, "SyncDirectory", Json::object(),
                  sync_report);
    case Verb::directory_show:
      return show_directory_user(arguments, agent);
    case Verb::directory_accept:
      return show(arguments, agent, "AcceptDirectory",
                  {{"sinceDateTime", arguments.id}}, accepted_report);
    case Verb::directory_forget:
      return show(arguments, agent, "ForgetDirectoryUser",
                  user_parameter(arguments), forgotten_report);
    case Verb::directory_forget_kind:
      return show(arguments, agent, "ForgetDirectoryKind",
                  {{"kind", arguments.id}}, forgotten_kind_report);
    case Verb::config_check:
    case Verb::policy_evaluate:
    case Verb::policy_test:
    case Verb::policy_lint:
    case Verb::none:
      break;
  }
  return kUsage;
}

using Command = int (*)(const Arguments&);

// What needs no agent, or nullptr.
Command offline_command(Verb verb) {
  switch (verb) {
    case Verb::config_check:
      return check_config;
    case Verb::policy_evaluate:
      return evaluate_policies;
    case Verb::policy_test:
      return test_policies;
    case Verb::policy_lint:
      return lint_policies;
    case Verb::status:
    case Verb::method_add:
    case Verb::method_list:
    case Verb::method_remove:
    case Verb::user_show:
    case Verb::user_unlock:
    case Verb::user_reset_grace:
    case Verb::user_require_mfa:
    case Verb::user_forget:
    case Verb::policy_what_if:
    case Verb::policy_impact:
    case Verb::sign_ins:
    case Verb::explain:
    case Verb::reload:
    case Verb::directory_status:
    case Verb::directory_sync:
    case Verb::directory_show:
    case Verb::directory_accept:
    case Verb::directory_forget:
    case Verb::directory_forget_kind:
    case Verb::none:
      break;
  }
  return nullptr;
}

}  // namespace

int fail(const Error& error) {
  complain(error.what);
  return kFailed;
}

int cannot_use(const Error& error) {
  complain(error.what);
  return kUnusable;
}

int run(const Arguments& arguments) {
  if (const Command command = offline_command(arguments.verb)) {
    return command(arguments);
  }
  const auto found = find_runtime_directory(arguments.config_file);
  if (!found.complaint.empty()) complain(found.complaint);
  if (!found.directory) return kFailed;
  auto agent = Channel::open(*found.directory + kControlSocket);
  if (!agent) return fail(agent.error());
  return run_with(arguments, *agent);
}

}  // namespace mfa::mfactl
