// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/name_set.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>

namespace mfa {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = lower_case(c);
  return lower;
}

Name::Name(std::string text)
    : text_(std::move(text)), hash_(std::hash<std::string>()(text_)) {}

NameSet::NameSet(std::vector<Name> names) : names_(std::move(names)) {
  std::sort(names_.begin(), names_.end(), [](const Name& a, const Name& b) {
    return a.hash() != b.hash() ? a.hash() < b.hash() : a.text() < b.text();
  });
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
  const auto bits = static_cast<unsigned>(std::bit_width(names_.size() | 1));
  shift_ = 64 - bits;
  starts_.assign((std::size_t{1} << bits) + 1, 0);
  hashes_.reserve(names_.size());
  for (const Name& name : names_) {
    hashes_.push_back(name.hash());
    filter_ |= filter_bit(name.hash());
    ++starts_[bucket_of(name.hash()) + 1];
  }
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
}

bool NameSet::search(const Name& name) const {
  const std::size_t bucket = bucket_of(name.hash());
  const auto end = hashes_.begin() + starts_[bucket + 1];
  auto found =
      std::lower_bound(hashes_.begin() + starts_[bucket], end, name.hash());
  for (; found != end && *found == name.hash(); ++found) {
    const auto index = static_cast<std::size_t>(found - hashes_.begin());
    if (names_[index].text() == name.text()) return true;
  }
  return false;
}

}  // namespace mfa
