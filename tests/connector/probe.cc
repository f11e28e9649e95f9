// SPDX-License-Identifier: BSD-3-Clause
//
// The connector's source with a test in the agent's place. Reads commands, a
// line each, and writes what would go to the agent as JSON, a line each:
//   refresh       {"begin":..}, records, {"commit":..}; then {"refreshed":true}
//   wait MS       the same for what comes by itself; then {"woke":"changed"}
//   forget        the agent wants everything again
//   at N TOKEN    what the agent has
// An error is {"error":"...","kind":"..."}. With "quiet" behind the
// configuration's name records are counted and not written.
#include <fmt/format.h>
#include <signal.h>

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/base/clock.h"
#include "connector/config/config.h"
#include "connector/ldap/ldap_source.h"

namespace {

using namespace mfa;
using namespace mfa::connector;
using Json = nlohmann::json;

bool quiet = false;
std::size_t records = 0;

void say(const Json& line) { std::cout << line.dump() << "\n"; }

void record(const char* what, const Json& value) {
  ++records;
  if (!quiet) say({{what, value}});
}

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

const char* name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::damaged:
      return "damaged";
  }
  return "";
}

class Printer final : public Generation {
 public:
  Printer(Position& position, bool full) : position_(position) {
    say({{"begin", {{"full", full}}}});
  }
  ~Printer() override {
    if (!over_) say({{"abort", true}});
  }

  Result<> put(Person p) override {
    record("person", {{"id", p.id},
                      {"names", p.names},
                      {"account", or_null(p.account)},
                      {"uid", or_null(p.uid)},
                      {"upn", or_null(p.user_principal_name)},
                      {"enabled", p.account_enabled},
                      {"member_of", p.member_of}});
    return {};
  }
  Result<> put(Group g) override {
    record("group", {{"id", g.id},
                     {"names", g.names},
                     {"name", or_null(g.display_name)},
                     {"members", g.members}});
    return {};
  }
  Result<> put(RoleAssignment) override { return {}; }
  Result<> put(Risk) override { return {}; }
  Result<> put(Device d) override {
    record("device", {{"id", d.device_id},
                      {"name", or_null(d.display_name)},
                      {"enabled", d.account_enabled},
                      {"compliant", or_null(d.is_compliant)},
                      {"owners", d.owners},
                      {"keys", d.ssh_keys}});
    return {};
  }
  Result<> add_members(std::string group,
                       std::vector<std::string> members) override {
    record("add_members", {{"group", group}, {"members", members}});
    return {};
  }
  Result<> remove_members(std::string, std::vector<std::string>) override {
    return {};
  }
  Result<> remove(std::string id) override {
    record("remove", id);
    return {};
  }
  Result<> remove(RoleAssignment) override { return {}; }
  Result<> present(std::string id) override {
    record("present", id);
    return {};
  }
  Result<std::uint64_t> commit(const Ending& ending) override {
    over_ = true;
    ++position_.generation;
    if (ending.token) position_.token = ending.token;
    say({{"commit",
          {{"token", or_null(ending.token)},
           {"remove_absent", ending.remove_absent},
           {"records", records}}}});
    return position_.generation;
  }

 private:
  Position& position_;
  bool over_ = false;
};

class Recorder final : public Receiver {
 public:
  Result<Position> position() override { return position_; }
  Result<std::unique_ptr<Generation>> begin(bool full, const std::vector<Kind>&,
                                            std::uint64_t base) override {
    if (base != position_.generation) {
      return error(ErrorKind::conflict, "another generation");
    }
    return std::make_unique<Printer>(position_, full);
  }
  Result<> up_to_date(const std::vector<Kind>&) override {
    say({{"up_to_date", true}});
    return {};
  }
  void forget() { position_.token.reset(); }
  void set(Position position) { position_ = std::move(position); }

 private:
  Position position_;
};

void say(const Error& error) {
  say({{"error", error.what}, {"kind", name_of(error.kind)}});
}

void refresh(Source& source, Recorder& agent) {
  const auto done = source.refresh(agent, agent.position().value());
  done ? say({{"refreshed", true}}) : say(done.error());
}

void wait(Source& source, Recorder& agent, int milliseconds) {
  const auto woke =
      source.wait(agent, std::chrono::milliseconds(milliseconds), -1);
  if (!woke) return say(woke.error());
  say({{"woke", *woke == Wake::broken ? "broken" : "changed"}});
}

void say_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM")) say({{"memory", line}});
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  // A server that is gone is an error here, not the end.
  signal(SIGPIPE, SIG_IGN);
  quiet = argc > 2;
  std::cout << std::unitbuf;
  const auto config = load_config(argv[1]);
  if (!config) return say(config.error()), 1;
  const SystemClock clock;
  auto source = make_ldap_source(*config->ldap, clock);
  if (!source) return say(source.error()), 1;
  Recorder agent;
  for (std::string command; std::cin >> command;) {
    int milliseconds = 0;
    if (command == "refresh") refresh(**source, agent);
    if (command == "wait" && std::cin >> milliseconds) {
      wait(**source, agent, milliseconds);
    }
    if (command == "forget") agent.forget();
    Position position;
    std::string token;
    if (command == "at" && std::cin >> position.generation >> token) {
      position.token = token;
      agent.set(position);
    }
    if (command == "memory") say_memory();
  }
}
