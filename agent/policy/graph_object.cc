// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/graph_object.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/model/name_set.h"

namespace mfa::graph {
namespace {

using yaml::error_at;
using yaml::Node;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::span<const Node>> objects_of(const Node& root,
                                         std::string_view list_name,
                                         std::size_t most) {
  const Node* list = root.kind == Node::Kind::map ? root.find("value") : &root;
  if (!list) return std::span(&root, 1);
  if (list != &root) {
    constexpr std::string_view kKeys[] = {"value"};
    if (auto ok = check_keys({root, "", list_name}, kKeys); !ok) {
      return tl::unexpected(ok.error());
    }
    // Half of the policies would be weaker than all of them.
    if (const Node* next = present(root, "@odata.nextLink")) {
      return yaml::error_at(next->place,
                            "this is one page of an export, and more follow; "
                            "export all of them, then remove @odata.nextLink");
    }
  }
  if (auto ok = yaml::expect_list(*list, list_name, most); !ok) {
    return tl::unexpected(ok.error());
  }
  return std::span<const Node>(list->items);
}

bool is_annotation(std::string_view key) {
  return key.find("@odata.") != key.npos;
}

const Node* present(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node && node->kind != Node::Kind::null ? node : nullptr;
}

bool has_entries(const Node& object, std::string_view key) {
  const Node* list = object.find(key);
  return list && !list->items.empty();
}

const Node* find_text(const Node& list, std::string_view text) {
  const auto found =
      std::find_if(list.items.begin(), list.items.end(),
                   [text](const Node& item) { return item.scalar == text; });
  return found == list.items.end() ? nullptr : &*found;
}

Result<> check_keys(const Field& object,
                    std::span<const std::string_view> keys) {
  if (auto ok = yaml::expect_map(object.node, object.name, kMaxMembers); !ok) {
    return ok;
  }
  for (const yaml::Entry& entry : object.node.entries) {
    if (is_annotation(entry.key)) continue;
    if (std::find(keys.begin(), keys.end(), entry.key) == keys.end()) {
      return error_at(entry.place, unknown_key(entry.key, keys, object.name));
    }
  }
  return {};
}

std::string member_path(const Field& object, std::string_view key) {
  if (object.path.empty()) return std::string(key);
  return fmt::format("{}.{}", object.path, key);
}

tl::unexpected<Error> missing(const Field& object, std::string_view key,
                              std::string_view advice) {
  return error_at(
      object.node.place,
      fmt::format("{} is missing; {}", member_path(object, key), advice));
}

Result<> any_text(const Field& field) {
  if (field.node.kind == Node::Kind::scalar && field.node.scalar.empty()) {
    return {};
  }
  const auto text =
      yaml::text(field.node, field.name, kMaxPolicyDescriptionBytes);
  return text ? Result<>() : tl::unexpected(text.error());
}

Result<> check_empty(const Field& field) {
  const Node& node = field.node;
  if (node.scalar.empty() && node.items.empty() && node.entries.empty()) {
    return {};
  }
  return error_at(node.place,
                  fmt::format("{} is not supported, and the policy would not "
                              "mean what it says; remove it",
                              field.name));
}

Result<bool> is_enabled(const Field& control) {
  const Node* node = present(control.node, "isEnabled");
  if (!node) return true;
  return yaml::boolean(*node, member_path(control, "isEnabled"));
}

tl::unexpected<Error> unknown_word(const Field& field, std::string_view word,
                                   std::span<const std::string_view> known) {
  return error_at(field.node.place,
                  fmt::format("{} has the unknown value {}; {}", field.name,
                              quoted(word, 64), advice(word, known)));
}

Result<> check_spelling(const Field& field, std::string_view written,
                        std::span<const std::string_view> words) {
  for (const std::string_view word : words) {
    if (written == word || lower_case(written) != lower_case(word)) continue;
    return error_at(field.node.place,
                    fmt::format("{} has {}, which is neither a name nor the "
                                "word {}; write {}",
                                field.name, quoted(written), word, word));
  }
  return {};
}

tl::unexpected<Error> excludes_everything(const Field& list,
                                          const Node& entry) {
  return error_at(entry.place,
                  fmt::format("{} has {}: the policy would never apply; name "
                              "what is to be excluded, or write `state: "
                              "disabled`",
                              list.name, entry.scalar));
}

Result<std::vector<std::string_view>> split_flags(const Field& field) {
  if (auto ok = any_text(field); !ok) return tl::unexpected(ok.error());
  std::vector<std::string_view> words;
  std::string_view rest = field.node.scalar;
  while (true) {
    const auto comma = rest.find(',');
    const std::string_view word = trimmed(rest.substr(0, comma));
    if (!word.empty() && word != "none") words.push_back(word);
    if (comma == rest.npos) return words;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace mfa::graph
