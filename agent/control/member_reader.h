// SPDX-License-Identifier: BSD-3-Clause
//
// Reads the members of one JSON object strictly: what is asked for has its
// type and is within its limits, what was not asked for is not there. The
// first fault is kept, and everything read after it is empty. Pure.
//
//   MemberReader in(json);
//   person.id = in.name("id");
//   person.enabled = in.truth("accountEnabled");
//   if (auto ok = in.end(); !ok) return tl::unexpected(ok.error());
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/control/varlink.h"

namespace mfa::control {

// 1 to kMaxConnectorText bytes of UTF-8 without control characters: what ids
// and names are. Why it is none; nullptr: it is one.
const char* fault_of_name(const Json& value);

class MemberReader {
 public:
  // `object` outlives this.
  explicit MemberReader(const Json& object);

  std::string name(std::string_view member);
  // An absent or null member is nullopt.
  std::optional<std::string> optional_name(std::string_view member);
  // The same; an empty text is none, too.
  std::optional<std::string> optional_text(std::string_view member);
  std::vector<std::string> names(std::string_view member, std::size_t most);
  bool truth(std::string_view member);
  std::optional<bool> optional_truth(std::string_view member);
  // A whole number in decimal digits, 0 to `most`.
  std::optional<std::uint64_t> optional_number(std::string_view member,
                                               std::uint64_t most);
  // An object; nullptr after a fault.
  const Json* object(std::string_view member);

  // "member: what", unless there is a fault already.
  void fail(std::string_view member, std::string_view what);
  bool ok() const { return !fault_; }

  // The fault, or that there is a member that nobody asked for.
  Result<> end();

 private:
  // nullptr: absent or null.
  const Json* find(std::string_view member);
  const Json* required(std::string_view member);
  bool is_name(std::string_view member, const Json& value);

  const Json& object_;
  std::vector<std::string_view> asked_;
  std::optional<std::string> fault_;
};

}  // namespace mfa::control
