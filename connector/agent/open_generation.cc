// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/open_generation.h"

#include <fmt/format.h>

#include <utility>

#include "agent/base/escape.h"
#include "agent/base/log.h"
#include "connector/agent/records_json.h"
#include "connector/agent/reply.h"

namespace mfa::connector {
namespace {

// Of one generation; the rest is counted. A mistaken filter refuses them all.
constexpr std::size_t kLoggedRefusals = 10;

// So many are remembered; more are no mistake of single groups.
constexpr std::size_t kMaxGroupsLeftOut = 50'000;

// A larger group is sent in pieces, and never as one JSON document: half a
// batch, because what is escaped grows.
constexpr std::size_t kMaxWholeGroupBytes = kMaxBatchBytes / 2;

// Quotes and a comma.
constexpr std::size_t kBytesBesideText = 3;

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size() + kBytesBesideText;
  return bytes;
}

std::string texts_of(const std::vector<Kind>& kinds) {
  std::string texts;
  for (const Kind kind : kinds) {
    texts += fmt::format("{}\"{}\"", texts.empty() ? "" : ",", name_of(kind));
  }
  return texts;
}

}  // namespace

OpenGeneration::OpenGeneration(std::shared_ptr<Connection> agent,
                               std::uint64_t number, std::string fingerprint,
                               std::function<void()> alive)
    : agent_(std::move(agent)),
      number_(number),
      fingerprint_(std::move(fingerprint)),
      alive_(std::move(alive)) {}

OpenGeneration::~OpenGeneration() {
  if (is_over_ || agent_->is_broken()) return;
  // What it answers changes nothing: the generation is gone either way.
  (void)agent_->call("Abort", {{"generation", number_}});
}

Result<> OpenGeneration::put(Person person) {
  return put_record(people_, person.id, to_json(person));
}

Result<> OpenGeneration::put(Group group) {
  if (bytes_of(group.members) > kMaxWholeGroupBytes) {
    return put_in_pieces(std::move(group));
  }
  return put_record(groups_, group.id, to_json(group));
}

Result<> OpenGeneration::put(RoleAssignment assignment) {
  return put_record(assignments_, assignment.principal, to_json(assignment));
}

Result<> OpenGeneration::put(Risk risk) {
  return put_record(risks_, risk.id, to_json(risk));
}

Result<> OpenGeneration::put(Device device) {
  return put_record(devices_, device.device_id, to_json(device));
}

Result<> OpenGeneration::present(std::string id) {
  return put_record(present_, id, to_json(id));
}

Result<> OpenGeneration::add_members(std::string group,
                                     std::vector<std::string> members) {
  return change_members("AddMembers", group, members);
}

Result<> OpenGeneration::remove_members(std::string group,
                                        std::vector<std::string> members) {
  return change_members("RemoveMembers", group, members);
}

Result<> OpenGeneration::remove(std::string id) {
  return change(Batch("Remove", "ids"), id, to_json(id));
}

Result<> OpenGeneration::remove(RoleAssignment assignment) {
  return change(Batch("RemoveRoleAssignments", "assignments"),
                assignment.principal, to_json(assignment));
}

Result<> OpenGeneration::put_record(Batch& batch, std::string_view id,
                                    std::optional<std::string> record) {
  if (auto ok = send_changes(); !ok) return ok;
  if (!record) {
    refuse(id, "it is not UTF-8");
    return {};
  }
  if (!Batch::can_ever_fit(*record)) {
    refuse(id, fmt::format("it has {} bytes, more than one message takes",
                           record->size()));
    if (&batch == &groups_) groups_left_out_.insert(std::string(id));
    return {};
  }
  if (!batch.has_room_for(*record)) {
    if (auto ok = send(batch); !ok) return ok;
  }
  batch.add(*record);
  alive_();
  return {};
}

Result<> OpenGeneration::put_in_pieces(Group group) {
  const std::vector<std::string> members = std::exchange(group.members, {});
  if (auto ok = put_record(groups_, group.id, to_json(group)); !ok) return ok;
  return add_members(group.id, members);
}

Result<> OpenGeneration::change_members(
    std::string_view method, const std::string& group,
    const std::vector<std::string>& members) {
  auto group_text = to_json(group);
  if (!group_text) {
    refuse(group, "it is not UTF-8");
    return {};
  }
  // Whether the agent has the group is known when it was sent.
  if (auto ok = send(groups_); !ok) return ok;
  if (groups_left_out_.contains(group)) return {};
  const Batch call(method, "members", std::move(*group_text));
  for (const std::string& member : members) {
    if (auto ok = change(call, member, to_json(member)); !ok) return ok;
  }
  return {};
}

Result<> OpenGeneration::change(Batch call, std::string_view id,
                                std::optional<std::string> record) {
  if (auto ok = send_puts(); !ok) return ok;
  if (!record || !Batch::can_ever_fit(*record)) {
    refuse(id, record ? "it is too long" : "it is not UTF-8");
    return {};
  }
  if (changes_ &&
      !(changes_->is_like(call) && changes_->has_room_for(*record))) {
    if (auto ok = send_changes(); !ok) return ok;
  }
  if (!changes_) changes_ = std::move(call);
  changes_->add(*record);
  return {};
}

Result<> OpenGeneration::send(Batch& batch) {
  if (lost_) return tl::unexpected(*lost_);
  if (batch.is_empty()) return {};
  const auto reply =
      call(batch.method(), batch.parameters(number_), kCallDeadline);
  batch.clear();
  if (!reply) return tl::unexpected(reply.error());
  return count_refused(batch, *reply);
}

Result<> OpenGeneration::send_puts() {
  for (Batch* batch :
       {&people_, &groups_, &assignments_, &risks_, &devices_, &present_}) {
    if (auto ok = send(*batch); !ok) return ok;
  }
  return {};
}

Result<> OpenGeneration::send_changes() {
  if (lost_) return tl::unexpected(*lost_);
  if (!changes_) return {};
  auto sent = send(*changes_);
  changes_.reset();
  return sent;
}

Result<std::uint64_t> OpenGeneration::commit(const Ending& ending) {
  if (auto ok = send_puts(); !ok) return tl::unexpected(ok.error());
  if (auto ok = send_changes(); !ok) return tl::unexpected(ok.error());
  std::optional<std::string> token;
  if (ending.token) {
    token = to_json(fingerprint_ + kEndOfFingerprint + *ending.token);
  }
  const auto reply =
      call("Commit",
           fmt::format(R"({{"generation":{},"token":{},"removeAbsent":{},)"
                       R"("upToDate":[{}]}})",
                       number_, token.value_or("null"), ending.remove_absent,
                       texts_of(ending.up_to_date)),
           kCommitDeadline);
  is_over_ = true;
  if (!reply) return tl::unexpected(reply.error());
  if (refused_ > kLoggedRefusals) {
    log::write(
        log::Level::warning,
        fmt::format("{} records of this generation were left out", refused_));
  }
  return number_of(*reply, "generation").value_or(number_);
}

Result<Json> OpenGeneration::call(std::string_view method,
                                  std::string_view parameters,
                                  std::chrono::milliseconds deadline) {
  auto reply = agent_->call_with_text(method, parameters, deadline);
  if (!reply) lost_ = reply.error();
  alive_();
  return reply;
}

Result<> OpenGeneration::count_refused(const Batch& batch, const Json& reply) {
  const auto refused = reply.find("refused");
  if (refused == reply.end() || !refused->is_array()) return {};
  for (const Json& record : *refused) {
    const std::string id = text_of(record, "id");
    refuse(id, text_of(record, "reason"));
    if (&batch == &groups_) groups_left_out_.insert(id);
  }
  if (groups_left_out_.size() <= kMaxGroupsLeftOut) return {};
  lost_ = Error{ErrorKind::refused,
                fmt::format("the agent refuses more than {} groups; narrow "
                            "what is brought",
                            kMaxGroupsLeftOut)};
  return tl::unexpected(*lost_);
}

void OpenGeneration::refuse(std::string_view id, std::string_view reason) {
  if (++refused_ > kLoggedRefusals) return;
  log::write(log::Level::warning,
             fmt::format("left out the record {}: {}", mfa::quoted(id),
                         escaped(reason)));
}

}  // namespace mfa::connector
