// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "agent/base/escape.h"

namespace mfa {
namespace {

// Longer words are no typing mistakes, and the distance costs their product.
constexpr std::size_t kMaxWord = 128;

// Levenshtein: insertions, deletions and substitutions.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(
    std::string_view typed, std::span<const std::string_view> known) {
  if (typed.size() > kMaxWord) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t least = typed.size() / 3 + 1;  // a third may be wrong
  for (const std::string_view word : known) {
    const std::size_t away = distance(typed, word);
    if (away < least || (away == least && !best)) {
      least = away;
      best = word;
    }
  }
  return best;
}

std::string advice(std::string_view typed,
                   std::span<const std::string_view> known) {
  if (const auto meant = nearest(typed, known)) {
    return fmt::format("did you mean \"{}\"?", *meant);
  }
  return fmt::format("write one of: {}", fmt::join(known, ", "));
}

std::string unknown_key(std::string_view key,
                        std::span<const std::string_view> known,
                        std::string_view room) {
  return fmt::format("unknown key {} in {}; {}{}", quoted(key, 64), room,
                     nearest(key, known) ? "" : "remove it, or ",
                     advice(key, known));
}

}  // namespace mfa
