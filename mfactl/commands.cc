// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/commands.h"

#include "agent/base/clock.h"
#include "mfactl/layout.h"
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

std::optional<Instant> since_of(const Arguments& arguments) {
  if (!arguments.since) return std::nullopt;
  return parse_since(*arguments.since, SystemClock().now().wall);
}

Json sign_ins_query(const Arguments& arguments) {
  Json query = Json::object();
  if (!arguments.user.empty()) query["user"] = arguments.user;
  if (const auto since = since_of(arguments)) {
    query["since"] = std::chrono::floor<std::chrono::seconds>(*since)
                         .time_since_epoch()
                         .count();
  }
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
    case Verb::sign_ins:
      return list_sign_ins(arguments, agent);
    case Verb::explain:
      return show(arguments, agent, "Explain", {{"id", arguments.id}},
                  explanation_report);
    case Verb::reload:
      return reload(arguments, agent);
    case Verb::config_check:
    case Verb::none:
      break;
  }
  return kUsage;
}

}  // namespace

int fail(const Error& error) {
  complain(error.what);
  return kFailed;
}

int run(const Arguments& arguments) {
  if (arguments.verb == Verb::config_check) return check_config(arguments);
  const auto found = find_runtime_directory(arguments.config_file);
  if (!found.complaint.empty()) complain(found.complaint);
  if (!found.directory) return kFailed;
  auto agent = Channel::open(*found.directory + kControlSocket);
  if (!agent) return fail(agent.error());
  return run_with(arguments, *agent);
}

}  // namespace mfa::mfactl
