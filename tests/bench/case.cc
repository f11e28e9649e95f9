// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/case.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "agent/base/random.h"

namespace mfa::bench {
namespace {

using harness::Account;
using harness::Enrolled;
using harness::make_directory;
using harness::Workspace;
using harness::write_file;

constexpr std::size_t kOathPeople = 1000;
constexpr std::size_t kSeedBytes = 20;

// RFC 4648, without padding: what google-authenticator's file begins with.
std::string base32(const std::string& bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (held += 8; held >= 5; held -= 5) {
      text += kAlphabet[bits >> (held - 5) & 31];
    }
  }
  return text;
}

void give(const std::string& path, const Account& account) {
  if (::chown(path.c_str(), account.uid, harness::kGid) == 0) return;
  fmt::print(stderr, "cannot give {} to {}\n", path, account.name);
  std::exit(2);
}

void wait_for(const std::string& path, harness::Child& child) {
  while (!std::filesystem::exists(path) && child.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (child.is_running()) return;
  fmt::print(stderr, "the agent behind {} ended at once; see its log\n", path);
  std::exit(2);
}

}  // namespace

std::string make_confdir(const Workspace& workspace, const std::string& name,
                         const std::string& lines) {
  const std::string confdir = workspace.below("pam." + name);
  make_directory(confdir);
  write_file(confdir + '/' + kService, lines);
  // Every real system has it: libpam complains in the log when there is none.
  if (workspace.devices() == harness::Devices::own) {
    write_file(confdir + "/other", "auth required pam_deny.so\n");
  }
  return confdir;
}

void write_people(const std::string& path,
                  const std::vector<Enrolled>& people) {
  std::string text;
  for (const Enrolled& person : people) {
    text += person.name + ' ' + person.seed_hex + '\n';
  }
  write_file(path, text, 0600);
}

std::vector<Enrolled> seeded(const std::vector<Account>& accounts) {
  SystemRandom random;
  std::vector<Enrolled> people;
  for (const Account& account : accounts) {
    const auto seed = random.array<kSeedBytes>();
    people.push_back(
        {account.name, harness::to_hex(std::string(seed.begin(), seed.end()))});
  }
  return people;
}

Case pam_permit(const Workspace& workspace,
                const std::vector<Enrolled>& people) {
  const std::string file = workspace.below("permit.people");
  write_people(file, people);
  return {"pam_permit",
          make_confdir(workspace, "permit", "auth required pam_permit.so\n"),
          file, people.size()};
}

Case google_authenticator(const Workspace& workspace,
                          const std::vector<Account>& accounts,
                          const std::vector<Enrolled>& people) {
  make_directory(workspace.below("home"));
  for (std::size_t i = 0; i < people.size(); ++i) {
    const std::string home = workspace.below("home/" + people[i].name);
    make_directory(home, 0700);
    give(home, accounts[i]);
    const std::string file = home + "/.google_authenticator";
    write_file(file,
               base32(harness::from_hex(people[i].seed_hex)) +
                   "\n\" WINDOW_SIZE 3\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n",
               0400);
    give(file, accounts[i]);
  }
  const std::string file = workspace.below("google.people");
  write_people(file, people);
  return {"google-authenticator",
          make_confdir(workspace, "google",
                       "auth required pam_google_authenticator.so\n"),
          file, people.size()};
}

Case oath(const Workspace& workspace, const std::vector<Enrolled>& all) {
  const std::vector<Enrolled> people(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(
                                     std::min(kOathPeople, all.size())));
  std::string users;
  for (const Enrolled& person : people) {
    users +=
        fmt::format("HOTP/T30/6\t{}\t-\t{}\n", person.name, person.seed_hex);
  }
  make_directory(workspace.below("oath"), 0700);
  const std::string usersfile = workspace.below("oath/users.oath");
  write_file(usersfile, users, 0600);
  const std::string file = workspace.below("oath.people");
  write_people(file, people);
  return {"pam_oath",
          make_confdir(workspace, "oath",
                       fmt::format("auth required pam_oath.so usersfile={} "
                                   "window=3 digits=6\n",
                                   usersfile)),
          file, people.size()};
}

Case floor(const Workspace& workspace, const Programs& programs,
           const std::vector<Enrolled>& people,
           std::optional<harness::Child>& agent) {
  const std::string file = workspace.below("floor.people");
  write_people(file, people);
  const std::string socket = workspace.below("floor.sock");
  agent.emplace(std::vector<std::string>{programs.floor_agent, socket,
                                         workspace.below("floor.db"), file},
                workspace.below("floor.log"));
  wait_for(socket, *agent);
  return {"floor",
          make_confdir(workspace, "floor",
                       fmt::format("auth required pam_permit.so\n"
                                   "auth required {} {}\n",
                                   programs.floor_module, socket)),
          file,
          people.size(),
          true,
          agent->pid()};
}

Case ours(const Workspace& workspace, const Programs& programs,
          const std::string& name, const harness::AgentFiles& files,
          const harness::Agent& agent, const std::vector<Enrolled>& people) {
  const std::string file = files.directory + "/people";
  write_people(file, people);
  return {name,
          make_confdir(workspace, name,
                       fmt::format("auth required {} socket={}\n",
                                   programs.module, files.socket())),
          file,
          people.size(),
          true,
          agent.pid()};
}

}  // namespace mfa::bench
