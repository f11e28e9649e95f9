// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/layout.h"

#include <algorithm>
#include <numeric>

#include "agent/base/escape.h"

namespace mfa::mfactl {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::string_view kCut = "...";
constexpr std::size_t kNarrowest = 8;  // a column is never cut below this
// An explanation, an error or a long name.
constexpr std::size_t kLongestText = 4096;

using Widths = std::vector<std::size_t>;

// The first `count` code points.
std::string_view first_columns(std::string_view text, std::size_t count) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xc0) != 0x80;
    if (starts && count-- == 0) return text.substr(0, i);
  }
  return text;
}

std::string fitted(const std::string& cell, std::size_t width) {
  const std::size_t needed = columns(cell);
  if (needed <= width) return cell + std::string(width - needed, ' ');
  return std::string(first_columns(cell, width - kCut.size())) +
         std::string(kCut);
}

void cut_to_fit(Widths& widths, std::size_t limit) {
  const std::size_t gaps = kGap.size() * (widths.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), gaps) > limit) {
    auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) return;
    --*widest;
  }
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string joined_cells(const Row& cells, const Widths& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
    if (i > 0) line += kGap;
    line += fitted(cells[i], widths[i]);
  }
  return trimmed(std::move(line));
}

// Words of `text` in lines of `width` columns, each after the first indented.
std::string wrapped(std::string_view text, std::size_t indent) {
  const std::size_t width = kTextWidth - indent;
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (used > 0 && used + 1 + columns(word) > width) {
      out += '\n' + std::string(indent, ' ');
      used = 0;
    } else if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += columns(word);
  }
  return out + '\n';
}

Row escaped_row(const Row& cells) {
  Row row;
  for (const auto& cell : cells) row.push_back(escaped(cell, kLongestText));
  return row;
}

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string printable(std::string_view text) {
  const bool cut = text.size() > kLongestText;
  std::string out;
  text = text.substr(0, kLongestText);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\"\\"), text.size());
    out += escaped(text.substr(0, end), kLongestText);
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (cut) out += kCut;
  return out;
}

std::string table(const Row& headings, const std::vector<Row>& rows,
                  std::size_t width) {
  std::vector<Row> lines = {headings};
  for (const Row& row : rows) lines.push_back(escaped_row(row));
  Widths widths(headings.size());
  for (const Row& cells : lines) {
    for (std::size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], columns(cells[i]));
    }
  }
  cut_to_fit(widths, width);
  std::string out;
  for (const Row& cells : lines) out += joined_cells(cells, widths);
  return out;
}

std::string fixed_line(const Row& cells, const Widths& widths) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = escaped(cells[i], kLongestText);
    const std::size_t width = i < widths.size() ? widths[i] : 0;
    if (i > 0) line += kGap;
    line += fitted(cell, std::max(width, columns(cell)));
  }
  return trimmed(std::move(line));
}

std::string fields(
    const std::vector<std::pair<std::string, std::string>>& all) {
  std::size_t width = 0;
  for (const auto& [name, text] : all) {
    if (!text.empty()) width = std::max(width, columns(name));
  }
  std::string out;
  for (const auto& [name, text] : all) {
    if (text.empty()) continue;
    out += fitted(name, width) + std::string(kGap) +
           wrapped(printable(text), width + kGap.size());
  }
  return out;
}

}  // namespace mfa::mfactl
