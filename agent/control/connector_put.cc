// SPDX-License-Identifier: BSD-3-Clause
//
// Filling a generation. Records are read on a thread of their own, and one
// call of a connection runs at a time: a connector is as fast as the agent can
// take it, and no faster.
#include <fmt/format.h>
#include <unistd.h>

#include <type_traits>

#include "agent/control/aside.h"
#include "agent/control/connector_call.h"
#include "agent/control/connector_handlers.h"

namespace mfa::control {
namespace {

// A generation is about what was said at its beginning.
VarlinkResult<OpenGeneration*> generation_about(const Call& call,
                                                DirectoryKind kind) {
  const auto open = open_generation(call);
  if (!open || (*open)->begun().kinds.contains(kind)) return open;
  return failed({ErrorKind::malformed,
                 fmt::format("generation {} is not about {}; name them in "
                             "`kinds` when it begins",
                             (*open)->number(), name_of(kind))});
}

Json refused_json(const std::vector<RefusedRecord>& refused) {
  Json list = Json::array();
  for (const RefusedRecord& record : refused) {
    list.push_back({{"id", record.id}, {"reason", record.reason}});
  }
  return {{"refused", std::move(list)}};
}

// The acceptable records of a list; the others are counted. The JSON ends
// where it was read, and the generation with an error: without these records
// it is not what the directory says.
template <class Record, class Read>
asio::awaitable<Result<RecordBatch<Record>>> take_records(
    Call& call, const OpenGeneration& generation, std::string_view name,
    Read read) {
  auto run = [&] {
    const Json list = call.take(name);
    return read_batch<Record>(list, read);
  };
  auto batch = co_await run_aside<RecordBatch<Record>>(call.context, run);
  if (batch) {
    note_refusals(call, generation, name, batch->refused);
  } else {
    call.session.generation.reset();
  }
  co_return batch;
}

// Nobody is better off by a record that is not understood: it may say that a
// person is disabled, or that a device is not compliant. So what was known
// goes; in a full generation it is not there. Of groups it stays: who is in
// which one is said by people, too.
template <class Record>
std::optional<Change> no_longer_known(const RecordBatch<Record>& batch,
                                      bool full) {
  if (batch.refused.empty()) return std::nullopt;
  if constexpr (std::is_same_v<Record, DirectoryPerson>) {
    change::Refused refused;
    for (const RefusedRecord& record : batch.refused) {
      refused.people.push_back(
          {record.key.value_or(""), record.account, record.has_account});
    }
    return refused;
  }
  change::Remove gone;
  if (!std::is_same_v<Record, DirectoryDevice> || full) return std::nullopt;
  for (const RefusedRecord& record : batch.refused) {
    if (record.key) gone.ids.push_back(*record.key);
  }
  return gone;
}

void add_risks_not_understood(RecordBatch<DirectoryRisk>& batch) {
  for (const RefusedRecord& record : batch.refused) {
    if (record.key) batch.good.push_back(risk_not_understood(*record.key));
  }
}

template <class Record, class Read>
asio::awaitable<Reply> put(Call& call, std::string_view name,
                           DirectoryKind kind, Read read,
                           std::vector<Record> change::Put::*to) {
  note_call(call);
  const auto open = generation_about(call, kind);
  if (!open) co_return tl::unexpected(open.error());
  auto batch = co_await take_records<Record>(call, **open, name, read);
  if (!batch) co_return failed(batch.error());
  if constexpr (std::is_same_v<Record, DirectoryRisk>) {
    add_risks_not_understood(*batch);
  }
  change::Put put;
  put.*to = std::move(batch->good);
  auto applied = co_await apply(call, **open, std::move(put));
  if (!applied) co_return failed(applied.error());
  auto gone = no_longer_known(*batch, (*open)->begun().full);
  if (gone) {
    applied = co_await apply(call, **open, std::move(*gone));
    if (!applied) co_return failed(applied.error());
  }
  co_return refused_json(batch->refused);
}

// The calls that answer nothing: `make` turns what was read into a change.
template <class Record, class Read, class Make>
asio::awaitable<Reply> change_generation(Call& call, std::string_view name,
                                         Read read, Make make) {
  note_call(call);
  const auto open = open_generation(call);
  if (!open) co_return tl::unexpected(open.error());
  auto batch = co_await take_records<Record>(call, **open, name, read);
  if (!batch) co_return failed(batch.error());
  const auto applied =
      co_await apply(call, **open, make(std::move(batch->good)));
  if (!applied) co_return failed(applied.error());
  co_return Json::object();
}

using Keys = std::vector<DirectoryKey>;

asio::awaitable<Reply> change_members(Call& call,
                                      Keys change::Members::*which) {
  const auto group = read_key(call.take("group"));
  if (!group) co_return tl::unexpected(invalid_parameter("group"));
  auto make = [&](Keys keys) -> Change {
    change::Members members;
    members.group = *group;
    members.*which = std::move(keys);
    return members;
  };
  co_return co_await change_generation<DirectoryKey>(call, "members", read_key,
                                                     make);
}

}  // namespace

asio::awaitable<Reply> put_people(Call& call) {
  const auto read = [uid = geteuid()](const Json& json) {
    return read_person(json, uid);
  };
  return put<DirectoryPerson>(call, "people", DirectoryKind::people, read,
                              &change::Put::people);
}

asio::awaitable<Reply> put_groups(Call& call) {
  return put<DirectoryGroup>(call, "groups", DirectoryKind::people, read_group,
                             &change::Put::groups);
}

asio::awaitable<Reply> put_role_assignments(Call& call) {
  return put<DirectoryRoleAssignment>(call, "assignments", DirectoryKind::roles,
                                      read_role_assignment,
                                      &change::Put::roles);
}

asio::awaitable<Reply> put_risks(Call& call) {
  return put<DirectoryRisk>(call, "risks", DirectoryKind::risks, read_risk,
                            &change::Put::risks);
}

asio::awaitable<Reply> put_devices(Call& call) {
  return put<DirectoryDevice>(call, "devices", DirectoryKind::devices,
                              read_device, &change::Put::devices);
}

asio::awaitable<Reply> add_members(Call& call) {
  return change_members(call, &change::Members::add);
}

asio::awaitable<Reply> remove_members(Call& call) {
  return change_members(call, &change::Members::remove);
}

asio::awaitable<Reply> remove_records(Call& call) {
  const auto make = [](Keys ids) -> Change {
    return change::Remove{std::move(ids), {}};
  };
  return change_generation<DirectoryKey>(call, "ids", read_key, make);
}

asio::awaitable<Reply> remove_role_assignments(Call& call) {
  const auto make = [](std::vector<DirectoryRoleAssignment> roles) -> Change {
    return change::Remove{{}, std::move(roles)};
  };
  return change_generation<DirectoryRoleAssignment>(call, "assignments",
                                                    read_role_assignment, make);
}

asio::awaitable<Reply> note_present(Call& call) {
  const auto make = [](Keys ids) -> Change {
    return change::Present{std::move(ids)};
  };
  return change_generation<DirectoryKey>(call, "ids", read_key, make);
}

}  // namespace mfa::control
