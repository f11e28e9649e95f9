// SPDX-License-Identifier: BSD-3-Clause
//
// Text for a terminal: tables and named fields that fit a width. Every cell is
// escaped here, so nothing from outside can move the cursor or break a line.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mfa::mfactl {

// Of sentences, whatever the terminal's: it also fits a mail or a ticket.
inline constexpr std::size_t kTextWidth = 80;

// Of tables that no terminal shows: nothing is cut for a file or a pipe.
inline constexpr std::size_t kUnlimitedWidth = SIZE_MAX;

using Row = std::vector<std::string>;

// Columns aligned under their headings, two spaces apart. Where the whole is
// wider than `width` the widest columns are cut and end in "...".
std::string table(const Row& headings, const std::vector<Row>& rows,
                  std::size_t width);

// One line of a listing that goes on, when no one can know how wide the
// columns will get: each cell fills its column, and longer ones push on.
std::string fixed_line(const Row& cells,
                       const std::vector<std::size_t>& widths);

// "Name   text", the texts under one another and wrapped at kTextWidth.
// Fields with an empty text are left out.
std::string fields(const std::vector<std::pair<std::string, std::string>>& all);

// A sentence of ours, which may quote: what escaped() makes harmless is
// harmless here too, but `"` and `\` stay as they are.
std::string printable(std::string_view text);

// Columns a terminal needs for UTF-8 text: one for each code point.
std::size_t columns(std::string_view text);

}  // namespace mfa::mfactl
