// SPDX-License-Identifier: BSD-3-Clause
//
// The records of org.pammfa.Connector: from JSON to the values of
// model/directory_record.h, each on its own and strictly. What is not
// acceptable is refused with the reason; nothing is guessed, and nothing is
// repaired. Except risks: what is not understood of one makes it high, because
// a risk that is dropped is no risk to a policy. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/control/varlink.h"
#include "agent/model/directory_record.h"

namespace mfa::control {

// Of one record. A person's groups are what Entra or Active Directory allow
// and a bit; a group's members are bounded by the message.
inline constexpr std::size_t kMaxRecordNames = 32;
inline constexpr std::size_t kMaxRecordGroups = 4096;
inline constexpr std::size_t kMaxRecordOwners = 100;
inline constexpr std::size_t kMaxRecordKeys = 100;
// Of one call. A directory whose records are not understood has a few, or
// nearly all; more than a full message of ordinary records are none at all.
inline constexpr std::size_t kMaxRefusedRecords = 10'000;
// A list of nothings would reserve a hundred times what it takes itself.
inline constexpr std::size_t kMaxReservedRecords = 10'000;

Result<DirectoryPerson> read_person(const Json& json, std::uint32_t agent_uid);
Result<DirectoryGroup> read_group(const Json& json);
Result<DirectoryRoleAssignment> read_role_assignment(const Json& json);
// A word or a time that is not known counts as the worst that it could mean.
Result<DirectoryRisk> read_risk(const Json& json);
// Of a person about whose risk nothing else is understood.
DirectoryRisk risk_not_understood(DirectoryKey person);
Result<DirectoryDevice> read_device(const Json& json);
// An id or another name, in lists of nothing else.
Result<DirectoryKey> read_key(const Json& json);

struct RefusedRecord {
  std::string id;  // as given, escaped; "" when there is none
  std::string reason;
  std::optional<DirectoryKey> key;  // the id, if that is acceptable itself
  // Of a person: the account, if that is acceptable itself.
  std::optional<UserName> account = {};
  bool has_account = true;
};

// What a refused record called itself.
std::string id_of(const Json& json);
template <class Record>
std::optional<DirectoryKey> key_of(const Json& json) {
  constexpr bool kIsDevice = std::is_same_v<Record, DirectoryDevice>;
  const auto id = json.find(kIsDevice ? "deviceId" : "id");
  if (id == json.end()) return std::nullopt;
  const auto key = read_key(*id);
  return key ? std::optional(*key) : std::nullopt;
}

void read_refused_account(const Json& json, RefusedRecord& record);

tl::unexpected<Error> too_many_refused();

template <class Record>
struct RecordBatch {
  std::vector<Record> good;
  std::vector<RefusedRecord> refused;
};

// `read` makes a Result of a Json. An error: more than kMaxRefusedRecords.
template <class Record, class Read>
Result<RecordBatch<Record>> read_batch(const Json& list, Read read) {
  RecordBatch<Record> batch;
  batch.good.reserve(std::min(list.size(), kMaxReservedRecords));
  for (const Json& json : list) {
    Result<Record> record = read(json);
    if (record) {
      batch.good.push_back(std::move(*record));
      continue;
    }
    if (batch.refused.size() == kMaxRefusedRecords) return too_many_refused();
    batch.refused.push_back(
        {id_of(json), std::move(record.error().what), key_of<Record>(json)});
    if constexpr (std::is_same_v<Record, DirectoryPerson>) {
      read_refused_account(json, batch.refused.back());
    }
  }
  return batch;
}

}  // namespace mfa::control
