// SPDX-License-Identifier: BSD-3-Clause
//
// One call that is being filled with records, as JSON text: what it will weigh
// is known, not guessed. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mfa::connector {

// Of the records of one call: a message is at most 1 MiB, its names included.
inline constexpr std::size_t kMaxBatchBytes = 900 << 10;
// So that a call of the smallest records is answered soon, too.
inline constexpr std::size_t kMaxBatchRecords = 10'000;

class Batch {
 public:
  // `method`: "PutPeople"; `array`: the parameter that takes the records,
  // "people". Both are literals.
  Batch(std::string_view method, std::string_view array)
      : method_(method), array_(array) {}
  // For changes of one group: `group` is JSON text.
  Batch(std::string_view method, std::string_view array, std::string group)
      : method_(method), array_(array), group_(std::move(group)) {}

  static bool can_ever_fit(std::string_view record) {
    return record.size() <= kMaxBatchBytes;
  }
  bool has_room_for(std::string_view record) const;
  void add(std::string_view record);

  bool is_empty() const { return count_ == 0; }
  // The same call, about the same group.
  bool is_like(const Batch& other) const {
    return method_ == other.method_ && group_ == other.group_;
  }

  std::string_view method() const { return method_; }
  // The call's parameters.
  std::string parameters(std::uint64_t generation) const;
  void clear();

 private:
  std::string_view method_;
  std::string_view array_;
  std::string group_;  // "": the call is about no group
  std::string records_;
  std::size_t count_ = 0;
};

}  // namespace mfa::connector
