// SPDX-License-Identifier: BSD-3-Clause
//
// `make bench`: see README.md for how to read what it prints.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "tests/bench/sections.h"

namespace mfa::bench {
namespace {

constexpr char kUsage[] =
    "usage: bench NAME=VALUE ...\n"
    "  agent=, module=, client=, floor_agent=, floor_module=  programs\n"
    "  people=3000     accounts in the private /etc/passwd\n"
    "  rounds=9        of every measurement\n"
    "  largest=1000000 enrolled people in section 2\n"
    "  dialogs=5000    held open in section 3\n"
    "  only=SECTION    compare, growth, dialogs or policies\n"
    "  dev=own         a /dev/log that answers; dev=host: what is here, and "
    "no\n"
    "                  PAM service `other` (README.md, Noise)\n"
    "Without agent= only the peers and the floor are measured.\n";

struct Arguments {
  Plan plan;
  std::string only;
  std::string dev = "own";
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  Plan& plan = arguments.plan;
  const auto text = [](std::string& to) {
    return [&to](const std::string& value) { to = value; };
  };
  const auto number = [](auto& to) {
    return [&to](const std::string& value) {
      to =
          static_cast<std::remove_reference_t<decltype(to)>>(std::stoul(value));
    };
  };
  const std::map<std::string, std::function<void(const std::string&)>> known{
      {"agent", text(plan.programs.agent)},
      {"module", text(plan.programs.module)},
      {"client", text(plan.programs.client)},
      {"floor_agent", text(plan.programs.floor_agent)},
      {"floor_module", text(plan.programs.floor_module)},
      {"people", number(plan.people)},
      {"rounds", number(plan.rounds)},
      {"largest", number(plan.largest)},
      {"dialogs", number(plan.dialogs)},
      {"only", text(arguments.only)},
      {"dev", text(arguments.dev)}};
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const auto option = known.find(argument.substr(0, argument.find('=')));
    if (option == known.end() || argument.find('=') == std::string::npos) {
      return std::nullopt;
    }
    option->second(argument.substr(argument.find('=') + 1));
  }
  return arguments;
}

// Thousands of dialogs are as many descriptors, here and in the agent.
void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<harness::Account> make_accounts(std::size_t count) {
  std::vector<harness::Account> accounts;
  for (std::size_t i = 0; i < count; ++i) {
    accounts.push_back(harness::account("bench", static_cast<unsigned>(i)));
  }
  return accounts;
}

bool run_sections(const Arguments& arguments,
                  const harness::Workspace& workspace,
                  const std::vector<harness::Account>& accounts) {
  const auto wanted = [&](const char* section) {
    return arguments.only.empty() || arguments.only == section;
  };
  bool good = true;
  if (wanted("compare")) {
    good = compare(arguments.plan, workspace, accounts) && good;
  }
  if (wanted("policies")) good = policies(arguments.plan) && good;
  if (arguments.plan.programs.agent.empty()) return good;
  if (wanted("growth")) {
    good = growth(arguments.plan, workspace, accounts) && good;
  }
  if (wanted("dialogs")) {
    good = dialogs(arguments.plan, workspace, accounts) && good;
  }
  return good;
}

int run(int argc, char** argv) {
  const auto arguments = parse(argc, argv);
  if (!arguments) {
    fmt::print(stderr, "{}", kUsage);
    return 2;
  }
  if (::geteuid() != 0) {
    fmt::print(stderr, "bench: needs root, for a private /etc/passwd\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  raise_descriptor_limit();
  const auto accounts = make_accounts(arguments->plan.people);
  const auto workspace = must(harness::Workspace::enter(
      accounts, arguments->dev == "host" ? harness::Devices::of_host
                                         : harness::Devices::own));
  if (workspace.is_in_memory()) {
    fmt::print(
        "WARNING: {} is in memory, where an fsync costs nothing; set "
        "TMPDIR to a directory on a disk\n",
        workspace.path());
  }
  const bool good = run_sections(*arguments, workspace, accounts);
  fmt::print("\n{}\n", good ? "every right code was accepted"
                            : "FAILED: a right code was refused");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace mfa::bench

int main(int argc, char** argv) { return mfa::bench::run(argc, argv); }
