// SPDX-License-Identifier: BSD-3-Clause
//
// How the cache keeps the names by which records call each other: the first 16
// bytes of their SHA-256. A distinguished name has a hundred bytes, a
// membership two of them, and there are millions.
//
// Two names with one hash would be one name. By chance that is 1 in 10^24 for
// fifty million names; on purpose it takes 2^64 hashes to find some pair, and
// 2^128 to find another name for somebody's group.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/directory_record.h"
#include "agent/store/database.h"

namespace mfa {

struct HashedKey {
  std::array<char, 16> bytes{};

  Blob blob() const { return {{bytes.data(), bytes.size()}}; }
  bool operator==(const HashedKey&) const = default;
  // As SQLite orders them: bytes, not characters with a sign.
  std::strong_ordering operator<=>(const HashedKey& other) const {
    return std::memcmp(bytes.data(), other.bytes.data(), bytes.size()) <=> 0;
  }
};

HashedKey hashed(std::string_view name);
// What a row holds. Other than 16 bytes: no name has that hash.
HashedKey from_row(std::string_view bytes);

// Sorted, each once.
std::vector<HashedKey> hashed(const std::vector<DirectoryKey>& names);

// One after the other in one blob.
std::string packed(const std::vector<HashedKey>& keys);
std::vector<HashedKey> unpacked(std::string_view blob);

struct KeyHash {
  std::size_t operator()(const HashedKey& key) const {
    std::size_t start = 0;
    std::memcpy(&start, key.bytes.data(), sizeof start);
    return start;
  }
};

}  // namespace mfa
