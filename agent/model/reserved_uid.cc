// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/reserved_uid.h"

namespace mfa {
namespace {

constexpr std::uint64_t kFirstDynamicUid = 61184;  // systemd's DynamicUser=
constexpr std::uint64_t kLastDynamicUid = 65519;
constexpr std::uint64_t kNobody16 = 65535;  // -1 in 16 bits
constexpr std::uint64_t kFirstNegativeUid = std::uint64_t{1} << 31;

}  // namespace

bool is_reserved_uid(std::uint64_t uid, std::uint32_t agent_uid) {
  return uid <= kLastSystemUid ||
         (uid >= kFirstDynamicUid && uid <= kLastDynamicUid) ||
         uid == kNobody || uid == kNobody16 || uid >= kFirstNegativeUid ||
         uid == agent_uid;
}

}  // namespace mfa
