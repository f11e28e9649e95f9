// SPDX-License-Identifier: BSD-3-Clause
//
// A generation that the agent is being given. Records gather in one batch a
// kind: they say nothing of each other, so their order does not matter. What
// changes or removes something waits for what was put before it, and is waited
// for by what is put afterwards.
//
// A record that cannot be sent is left out, counted and logged, as one is that
// the agent refuses: the rest is still good. Nobody becomes a member of a
// group that was left out.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "connector/agent/batch.h"
#include "connector/agent/connection.h"
#include "connector/model/source.h"

namespace mfa::connector {

class OpenGeneration final : public Generation {
 public:
  // As `Begin` answered. `fingerprint` is put before the token; `alive` is
  // called with every record.
  OpenGeneration(std::shared_ptr<Connection> agent, std::uint64_t number,
                 std::string fingerprint, std::function<void()> alive);
  ~OpenGeneration() override;
  OpenGeneration(const OpenGeneration&) = delete;
  OpenGeneration& operator=(const OpenGeneration&) = delete;

  Result<> put(Person person) override;
  Result<> put(Group group) override;
  Result<> put(RoleAssignment assignment) override;
  Result<> put(Risk risk) override;
  Result<> put(Device device) override;
  Result<> add_members(std::string group,
                       std::vector<std::string> members) override;
  Result<> remove_members(std::string group,
                          std::vector<std::string> members) override;
  Result<> remove(std::string id) override;
  Result<> remove(RoleAssignment assignment) override;
  Result<> present(std::string id) override;
  Result<std::uint64_t> commit(const Ending& ending) override;

 private:
  Result<> put_record(Batch& batch, std::string_view id,
                      std::optional<std::string> record);
  Result<> put_in_pieces(Group group);
  Result<> change(Batch call, std::string_view id,
                  std::optional<std::string> record);
  Result<> change_members(std::string_view method, const std::string& group,
                          const std::vector<std::string>& members);
  Result<> send(Batch& batch);
  Result<> send_puts();
  Result<> send_changes();
  Result<> count_refused(const Batch& batch, const Json& reply);
  void refuse(std::string_view id, std::string_view reason);
  Result<Json> call(std::string_view method, std::string_view parameters,
                    std::chrono::milliseconds deadline);

  std::shared_ptr<Connection> agent_;
  std::uint64_t number_;
  std::string fingerprint_;
  std::function<void()> alive_;

  Batch people_{"PutPeople", "people"};
  Batch groups_{"PutGroups", "groups"};
  Batch assignments_{"PutRoleAssignments", "assignments"};
  Batch risks_{"PutRisks", "risks"};
  Batch devices_{"PutDevices", "devices"};
  Batch present_{"Present", "ids"};
  std::optional<Batch> changes_;

  std::size_t refused_ = 0;
  std::unordered_set<std::string> groups_left_out_;
  std::optional<Error> lost_;  // it cannot be committed any more
  bool is_over_ = false;       // committed, or held
};

// Between the fingerprint and the source's own token. In neither base64 nor
// any other text that a fingerprint is.
inline constexpr char kEndOfFingerprint = ' ';

}  // namespace mfa::connector
