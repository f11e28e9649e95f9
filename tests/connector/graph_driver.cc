// SPDX-License-Identifier: BSD-3-Clause
//
// The Graph source of the connector under the hands of a test: commands come
// in, what the agent would be told goes out, a line of JSON each. Time is the
// test's; pauses are reported, and over at once.
//
//   graph_driver CONFIGURATION   (JSON: the members of GraphConfig)
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "connector/graph/graph_source.h"

namespace {

using namespace mfa;
using namespace mfa::connector;
using Json = nlohmann::ordered_json;

bool says_records = true;

void say(const Json& line) { std::cout << line.dump() << '\n'; }

void say_record(const char* name, const Json& record) {
  if (says_records) say({{name, record}});
}

template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

const char* name_of(Kind kind) {
  constexpr const char* kNames[] = {"people", "roles", "risks", "devices"};
  return kNames[static_cast<int>(kind)];
}

Json names_of(const std::vector<Kind>& kinds) {
  Json names = Json::array();
  for (const Kind kind : kinds) names.push_back(name_of(kind));
  return names;
}

const char* name_of(ErrorKind kind) {
  constexpr const char* kNames[] = {"malformed", "unavailable", "not_found",
                                    "conflict",  "refused",     "damaged"};
  return kNames[static_cast<int>(kind)];
}

// --- the agent's side ------------------------------------------------------

struct AgentState {
  Position position;
  bool holds_next = false;
  std::size_t records = 0;
};

class PrintedGeneration final : public Generation {
 public:
  explicit PrintedGeneration(AgentState& agent) : agent_(agent) {}
  ~PrintedGeneration() override {
    if (!is_over_) say({{"abort", true}});
  }

  Result<> put(Person person) override {
    return told("person", {{"id", person.id},
                           {"account", json_of(person.account)},
                           {"enabled", person.account_enabled},
                           {"upn", json_of(person.user_principal_name)},
                           {"type", json_of(person.user_type)}});
  }
  Result<> put(Group group) override {
    return told("group", {{"id", group.id},
                          {"name", json_of(group.display_name)},
                          {"members", group.members}});
  }
  Result<> put(RoleAssignment assignment) override {
    return told("role", {{"role", assignment.role},
                         {"principal", assignment.principal}});
  }
  Result<> put(Risk risk) override {
    return told("risk", {{"id", risk.id},
                         {"level", risk.risk_level},
                         {"state", risk.risk_state},
                         {"detail", json_of(risk.risk_detail)},
                         {"when", json_of(risk.risk_last_updated_date_time)}});
  }
  Result<> put(Device device) override {
    return told("device", {{"id", device.device_id},
                           {"enabled", device.account_enabled},
                           {"compliant", json_of(device.is_compliant)},
                           {"trust", json_of(device.trust_type)},
                           {"os", json_of(device.operating_system)},
                           {"owners", device.owners},
                           {"extensions", device.extension_attributes},
                           {"keys", device.ssh_keys}});
  }
  Result<> add_members(std::string group,
                       std::vector<std::string> members) override {
    agent_.records += members.size();
    return told("add_members", {{"group", group}, {"members", members}});
  }
  Result<> remove_members(std::string group,
                          std::vector<std::string> members) override {
    return told("remove_members", {{"group", group}, {"members", members}});
  }
  Result<> remove(std::string id) override {
    return told("remove", {{"id", id}});
  }
  Result<> remove(RoleAssignment assignment) override {
    return told("remove_role", {{"role", assignment.role},
                                {"principal", assignment.principal}});
  }
  Result<> present(std::string id) override {
    return told("present", {{"id", id}});
  }

  Result<std::uint64_t> commit(const Ending& ending) override {
    is_over_ = true;
    if (agent_.holds_next) {
      agent_.holds_next = false;
      say({{"held", true}});
      return error(ErrorKind::refused, "held");
    }
    if (ending.token) agent_.position.token = ending.token;
    say({{"commit", names_of(ending.up_to_date)},
         {"remove_absent", ending.remove_absent},
         {"token", json_of(ending.token)}});
    return ++agent_.position.generation;
  }

 private:
  Result<> told(const char* name, const Json& record) {
    ++agent_.records;
    say_record(name, record);
    return {};
  }

  AgentState& agent_;
  bool is_over_ = false;
};

class PrintedAgent final : public Receiver {
 public:
  Result<Position> position() override { return state.position; }
  Result<std::unique_ptr<Generation>> begin(bool full,
                                            const std::vector<Kind>& kinds,
                                            std::uint64_t base) override {
    if (base != state.position.generation) {
      return error(ErrorKind::conflict, "another base");
    }
    say({{"begin", names_of(kinds)}, {"full", full}});
    return std::make_unique<PrintedGeneration>(state);
  }
  Result<> up_to_date(const std::vector<Kind>& kinds) override {
    say({{"up_to_date", names_of(kinds)}});
    return {};
  }

  AgentState state;
};

// --- the test's side -------------------------------------------------------

class SetClock final : public Clock {
 public:
  SetClock() : now_(SystemClock().now()) {}
  Now now() const override { return now_; }
  void advance(std::chrono::milliseconds time) {
    now_.wall += time;
    now_.since_boot += time;
  }

 private:
  Now now_;
};

struct Member {
  const char* name;
  void (*set)(GraphConfig& config, const Json& value);
};

#define MFA_MEMBER(member, type)                                              \
  {                                                                           \
#member, [](GraphConfig & c, const Json& v) { c.member = v.get<type>(); } \
  }
#define MFA_SECONDS(member)                                                  \
  {                                                                          \
#member,                                                                 \
        [](GraphConfig & c,                                                  \
           const Json& v) { c.member = std::chrono::seconds(v.get<int>()); } \
  }

void set_credential(GraphConfig& config, const Json& value) {
  using Credential = GraphConfig::Credential;
  const std::map<std::string, Credential> names = {
      {"secret", Credential::secret},
      {"certificate", Credential::certificate},
      {"managed_identity", Credential::managed_identity}};
  config.credential = names.at(value.get<std::string>());
}

constexpr Member kMembers[] = {
    MFA_MEMBER(tenant, std::string),
    MFA_MEMBER(client_id, std::string),
    {"credential", set_credential},
    MFA_MEMBER(secret_file, std::string),
    MFA_MEMBER(certificate_file, std::string),
    MFA_MEMBER(key_file, std::string),
    MFA_MEMBER(login_url, std::string),
    MFA_MEMBER(graph_url, std::string),
    MFA_MEMBER(managed_identity_url, std::string),
    MFA_MEMBER(proxy, std::string),
    MFA_MEMBER(ca_file, std::string),
    MFA_MEMBER(account_property, std::string),
    MFA_MEMBER(device_key_property, std::string),
    MFA_MEMBER(people, bool),
    MFA_MEMBER(roles, bool),
    MFA_MEMBER(risks, bool),
    MFA_MEMBER(devices, bool),
    MFA_MEMBER(policies_folder, std::string),
    MFA_SECONDS(interval),
    MFA_SECONDS(risk_interval),
    MFA_SECONDS(request_timeout),
    MFA_MEMBER(report_remediation, bool),
};

GraphConfig read_config(const Json& json) {
  GraphConfig config;
  for (const auto& [name, value] : json.items()) {
    bool is_known = false;
    for (const Member& member : kMembers) {
      if (name != member.name) continue;
      member.set(config, value);
      is_known = true;
    }
    if (!is_known) throw std::invalid_argument(name);
  }
  return config;
}

void say_result(const Result<>& result, const AgentState& agent) {
  Json line = {{"done", result.has_value()},
               {"generation", agent.position.generation},
               {"token", json_of(agent.position.token)},
               {"records", agent.records}};
  if (!result) {
    line["kind"] = name_of(result.error().kind);
    line["what"] = result.error().what;
  }
  say(line);
}

Result<> report(Source& source, const Json& command) {
  Remediation remediation;
  if (command.at("action") == "dismiss") {
    remediation.action = Remediation::Action::dismiss;
  }
  remediation.person = command.at("person");
  const auto told = source.report(remediation);
  if (!told) return tl::unexpected(told.error());
  say({{"told", *told}});
  return {};
}

struct Stage {
  SetClock clock;
  PrintedAgent agent;
  std::unique_ptr<Source> source;
};

Result<> obey(const Json& command, Stage& stage) {
  const std::string what = command.at("do");
  AgentState& agent = stage.agent.state;
  if (what == "refresh") {
    agent.records = 0;
    return stage.source->refresh(stage.agent, agent.position);
  }
  if (what == "report") return report(*stage.source, command);
  if (what == "wait") {  // to the end of some time
    stage.clock.advance(std::chrono::seconds(command.at("seconds")));
    const auto woke =
        stage.source->wait(stage.agent, std::chrono::milliseconds(0), -1);
    if (!woke) return tl::unexpected(woke.error());
    return {};
  }
  if (what == "forget") agent.position.token.reset();
  if (what == "token") agent.position.token = command.at("token");
  if (what == "hold") agent.holds_next = true;
  return {};
}

int run(const char* configuration) {
  Json json = Json::parse(configuration);
  says_records = !json.value("quiet", false);
  json.erase("quiet");
  Stage stage;
  SystemRandom random;
  const auto pause = [&](std::chrono::milliseconds time) {
    stage.clock.advance(time);
    say({{"pause_ms", time.count()}});
  };
  auto source =
      make_graph_source(read_config(json), stage.clock, random, pause);
  if (!source) {
    say_result(tl::unexpected(source.error()), stage.agent.state);
    return EXIT_FAILURE;
  }
  stage.source = std::move(*source);
  say({{"interval", stage.source->interval().count()}});
  for (std::string line; std::getline(std::cin, line);) {
    say_result(obey(Json::parse(line), stage), stage.agent.state);
    std::cout.flush();
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: graph_driver CONFIGURATION\n";
    return EXIT_FAILURE;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& failure) {
    std::cerr << "graph_driver: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
