// SPDX-License-Identifier: BSD-3-Clause
//
// The ways to sign in that are compared: each is a PAM configuration, the
// people who can sign in through it, and the agent behind it, if any.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/harness/agent.h"
#include "tests/bench/harness/workspace.h"

namespace mfa::bench {

// What `make bench` built, and how much of it to run.
struct Programs {
  std::string agent;         // mfa-agent
  std::string module;        // pam_mfa.so
  std::string client;        // client/pam_client.cc
  std::string floor_agent;   // floor/floor_agent.cc
  std::string floor_module;  // floor/floor_module.cc
};

struct Case {
  std::string name;
  std::string confdir;
  std::string people_file;
  std::size_t people = 0;
  // A row that only says what the comparison is against may refuse.
  bool must_accept_all = false;
  pid_t agent = 0;  // the process behind it, if any
};

// One of `confdir`'s services, for everybody who signs in.
inline constexpr char kService[] = "sshd";

// Writes the lines of a PAM service; returns the configuration directory.
std::string make_confdir(const harness::Workspace& workspace,
                         const std::string& name, const std::string& lines);
void write_people(const std::string& path,
                  const std::vector<harness::Enrolled>& people);

Case pam_permit(const harness::Workspace& workspace,
                const std::vector<harness::Enrolled>& people);
// ~/.google_authenticator with DISALLOW_REUSE, as its own program writes it.
Case google_authenticator(const harness::Workspace& workspace,
                          const std::vector<harness::Account>& accounts,
                          const std::vector<harness::Enrolled>& people);
// One users file; the first 1,000 people, for it slows down with each.
Case oath(const harness::Workspace& workspace,
          const std::vector<harness::Enrolled>& people);
// `agent` runs for as long as it lives.
Case floor(const harness::Workspace& workspace, const Programs& programs,
           const std::vector<harness::Enrolled>& people,
           std::optional<harness::Child>& agent);
Case ours(const harness::Workspace& workspace, const Programs& programs,
          const std::string& name, const harness::AgentFiles& files,
          const harness::Agent& agent,
          const std::vector<harness::Enrolled>& people);

// The value; an error is printed and ends the program: a measurement whose
// parts do not run is worth nothing.
template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().what);
  std::exit(2);
}

// Random seeds for the people of a peer.
std::vector<harness::Enrolled> seeded(
    const std::vector<harness::Account>& accounts);

}  // namespace mfa::bench
