// SPDX-License-Identifier: BSD-3-Clause
//
// What an outside directory is to the rest of the connector, and what the
// agent is to an outside directory. ldap/ and graph/ implement Source;
// agent/ implements Receiver and Generation.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "connector/model/records.h"

namespace mfa::connector {

// What the agent has from this source.
struct Position {
  std::uint64_t generation = 0;
  // As handed to the last commit; nullopt: begin in full (no generation yet,
  // one of another source, or the agent wants everything again).
  std::optional<std::string> token;
};

// One open generation. Records are sent in batches as they come: nothing here
// grows with the directory. Errors are the agent's or the socket's; after one
// the generation is lost. The destructor gives up what was not committed.
class Generation {
 public:
  virtual ~Generation() = default;
  virtual Result<> put(Person person) = 0;
  virtual Result<> put(Group group) = 0;
  virtual Result<> put(RoleAssignment assignment) = 0;
  virtual Result<> put(Risk risk) = 0;
  virtual Result<> put(Device device) = 0;
  virtual Result<> add_members(std::string group,
                               std::vector<std::string> members) = 0;
  virtual Result<> remove_members(std::string group,
                                  std::vector<std::string> members) = 0;
  virtual Result<> remove(std::string id) = 0;
  virtual Result<> remove(RoleAssignment assignment) = 0;
  virtual Result<> present(std::string id) = 0;

  struct Ending {
    std::optional<std::string> token;  // nullopt: keeps the last
    bool remove_absent = false;
    std::vector<Kind> up_to_date;
  };
  // An error of kind `refused`: held as a mass change; what was brought is not
  // in force, and coming again with the same changes asks again.
  virtual Result<std::uint64_t> commit(const Ending& ending) = 0;
};

class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual Result<Position> position() = 0;
  virtual Result<std::unique_ptr<Generation>> begin(
      bool full, const std::vector<Kind>& kinds, std::uint64_t base) = 0;
  // Nothing has changed.
  virtual Result<> up_to_date(const std::vector<Kind>& kinds) = 0;
};

// A risk that was dealt with on the host, for the directory to know.
struct Remediation {
  enum class Action { confirm_safe, dismiss };
  Action action = Action::confirm_safe;
  std::string person;  // id
};

// Why waiting ended.
enum class Wake {
  changed,  // the directory says so, or it is time: refresh
  work,     // `other` is readable
  broken,   // the connection is gone: refresh, after a pause
};

class Source {
 public:
  virtual ~Source() = default;

  // Brings the agent up to date: in one generation or several, in full where
  // `position` has no token or the directory does not know it any more.
  // Blocks, with a deadline on every step. Errors: `unavailable` (try again
  // with a growing pause), `malformed` (the directory says what it must not:
  // the last good generation stays), `refused` (held, or not permitted).
  virtual Result<> refresh(Receiver& agent, Position position) = 0;

  // Waits for news until `timeout`, or until `other` is readable. A source
  // that is told of changes delivers them to `agent` while it waits.
  virtual Result<Wake> wait(Receiver& agent, std::chrono::milliseconds timeout,
                            int other) = 0;

  // How often refresh() is due, without news.
  virtual std::chrono::seconds interval() const = 0;

  // True: the directory was told. False: it never can be (not permitted, or it
  // keeps no risks). An error: try again later.
  virtual Result<bool> report(const Remediation& remediation) = 0;
};

}  // namespace mfa::connector
