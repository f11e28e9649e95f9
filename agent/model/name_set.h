// SPDX-License-Identifier: BSD-3-Clause
//
// Names that policies mention, and the sets of names that people have. A
// person may be in thousands of groups and hundreds of policies may ask: a
// name carries its hash, and a set is searched by hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mfa {

// ASCII letters in lower case, every other byte as it is; knows no locale.
constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower_case(std::string_view text);

// A name that is compared byte by byte. What is to be compared without regard
// to case is put into lower case before it becomes a Name.
class Name {
 public:
  Name() : Name(std::string()) {}
  explicit Name(std::string text);

  const std::string& text() const { return text_; }
  std::uint64_t hash() const { return hash_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Name& other) const {
    return hash_ == other.hash_ && text_ == other.text_;
  }

 private:
  std::string text_;
  std::uint64_t hash_ = 0;
};

// Immutable. A search looks at the one or two names that share the first bits
// of the hash; were the names chosen to collide, it would still take no more
// than logarithmic time.
class NameSet {
 public:
  NameSet() = default;
  explicit NameSet(std::vector<Name> names);

  bool contains(const Name& name) const {
    return (filter_ & filter_bit(name.hash())) != 0 && search(name);
  }
  std::size_t size() const { return names_.size(); }
  const std::vector<Name>& names() const { return names_; }

 private:
  // Most names that policies ask for are in nobody's set, and most sets are
  // small: one bit tells.
  static std::uint64_t filter_bit(std::uint64_t hash) {
    return std::uint64_t{1} << (hash & 63);
  }
  bool search(const Name& name) const;
  std::size_t bucket_of(std::uint64_t hash) const { return hash >> shift_; }

  std::vector<Name> names_;            // by hash, then by text
  std::vector<std::uint64_t> hashes_;  // of names_
  // Where the names of each bucket begin; one more for the end of the last.
  std::vector<std::uint32_t> starts_;
  unsigned shift_ = 63;
  std::uint64_t filter_ = 0;
};

}  // namespace mfa
