// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/text_list.h"

#include <charconv>

#include "agent/model/graph_names.h"

namespace mfa {
namespace {

std::optional<PolicyRow> decode_policy(std::string_view text) {
  auto fields = decode_list(text);
  if (!fields || fields->size() < 2) return std::nullopt;
  const auto result = from_graph_name<PolicyResult>((*fields)[1]);
  if (!result) return std::nullopt;
  return PolicyRow{(*fields)[0], *result, {fields->begin() + 2, fields->end()}};
}

}  // namespace

std::string encode_list(const std::vector<std::string>& list) {
  std::string text;
  for (const auto& element : list) {
    text += std::to_string(element.size()) + ':' + element;
  }
  return text;
}

std::optional<std::vector<std::string>> decode_list(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), length);
    if (failed != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty() || text[0] != ':') return std::nullopt;
    text.remove_prefix(1);
    if (length > text.size()) return std::nullopt;
    list.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return list;
}

std::string encode_policies(const std::vector<PolicyRow>& rows) {
  std::vector<std::string> list;
  for (const auto& row : rows) {
    std::vector<std::string> fields = {row.display_name,
                                       std::string(graph_name(row.result))};
    fields.insert(fields.end(), row.enforced_grant_controls.begin(),
                  row.enforced_grant_controls.end());
    list.push_back(encode_list(fields));
  }
  return encode_list(list);
}

std::optional<std::vector<PolicyRow>> decode_policies(std::string_view text) {
  const auto list = decode_list(text);
  if (!list) return std::nullopt;
  std::vector<PolicyRow> rows;
  for (const auto& element : *list) {
    auto row = decode_policy(element);
    if (!row) return std::nullopt;
    rows.push_back(std::move(*row));
  }
  return rows;
}

}  // namespace mfa
