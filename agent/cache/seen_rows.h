// SPDX-License-Identifier: BSD-3-Clause
//
// Rows that a generation has put or named: a bit each, so that five million
// people take less than a megabyte, and marking one writes nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "agent/store/database.h"

namespace mfa {

class SeenRows {
 public:
  void mark(std::int64_t row) {
    const auto index = static_cast<std::size_t>(row);
    if (index >= seen_.size()) seen_.resize(index + index / 2 + 64);
    seen_[index] = true;
  }
  bool contains(std::int64_t row) const {
    const auto index = static_cast<std::size_t>(row);
    return index < seen_.size() && seen_[index];
  }
  // Its number may be given to another record.
  void unmark(std::int64_t row) {
    const auto index = static_cast<std::size_t>(row);
    if (index < seen_.size()) seen_[index] = false;
  }

 private:
  std::vector<bool> seen_;
};

// Calls `remove` for every row of a table that was not seen. `sql` is
// "SELECT row FROM TABLE WHERE row > ? ORDER BY row LIMIT ?": in batches,
// because SQLite does not say what becomes of a scan whose table changes.
template <class Remove>
void for_each_unseen(Database& database, const char* sql, const SeenRows& seen,
                     const Remove& remove) {
  constexpr int kBatch = 1000;
  std::int64_t last = 0;
  for (std::int64_t from = -1; from != last;) {
    from = last;
    std::vector<std::int64_t> unseen;
    {
      Statement rows = database.statement(sql);
      rows.with(from, kBatch);
      while (rows.next()) {
        last = rows.integer(0);
        if (!seen.contains(last)) unseen.push_back(last);
      }
    }
    for (const std::int64_t row : unseen) remove(row);
  }
}

}  // namespace mfa
