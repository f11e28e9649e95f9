// SPDX-License-Identifier: BSD-3-Clause
//
// Objects as Microsoft Graph writes them, read strictly: a member that is null
// is absent, annotations ("...@odata...") are skipped whatever they hold, and
// every other key must be known. Errors name the member by its whole path.
// Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/yaml.h"
#include "agent/model/enum_set.h"
#include "agent/model/graph_names.h"
#include "agent/policy/read_policies.h"

namespace mfa::graph {

// No object of Graph's has half as many, with its annotations.
inline constexpr std::size_t kMaxMembers = 100;

// A value, and what it is.
struct Field {
  const yaml::Node& node;
  std::string_view path;  // "conditions.users.includeUsers"; "" at the top
  std::string_view name = path;  // what errors call it
};

// One member of an object that is read into a T. Never called for null.
template <class T>
struct Member {
  std::string_view key;
  Result<> (*read)(const Field& field, T& to);
};

// The objects of a file that holds one, a list of at most `most`, or Graph's
// answer {"value": [...]}.
Result<std::span<const yaml::Node>> objects_of(const yaml::Node& root,
                                               std::string_view list_name,
                                               std::size_t most);

bool is_annotation(std::string_view key);

// Of an object: the value of `key`; nullptr: absent or null.
const yaml::Node* present(const yaml::Node& object, std::string_view key);
// Of an object whose `key` is a list or absent: whether it has entries.
bool has_entries(const yaml::Node& object, std::string_view key);
// Of a list of texts: the entry that says `text`, or nullptr.
const yaml::Node* find_text(const yaml::Node& list, std::string_view text);

// That it is an object with no other keys than these and annotations.
Result<> check_keys(const Field& object,
                    std::span<const std::string_view> keys);
// "users" of "conditions" is "conditions.users".
std::string member_path(const Field& object, std::string_view key);
// Why a member that must be there is missed.
tl::unexpected<Error> missing(const Field& object, std::string_view key,
                              std::string_view advice);

template <class T, std::size_t N>
Result<> read_members(const Field& object, const Member<T> (&members)[N],
                      T& to) {
  std::vector<std::string_view> keys;
  for (const Member<T>& member : members) keys.push_back(member.key);
  if (auto ok = check_keys(object, keys); !ok) return ok;
  for (const Member<T>& member : members) {
    const yaml::Node* node = present(object.node, member.key);
    if (!node) continue;
    const std::string path = member_path(object, member.key);
    if (auto ok = member.read({*node, path}, to); !ok) return ok;
  }
  return {};
}

// --- values ------------------------------------------------------------------

// That it is a text, of whatever content.
Result<> any_text(const Field& field);
// That it says nothing: the policy would not mean what is written.
Result<> check_empty(const Field& field);
// Of a control that can be switched off; absent counts as true.
Result<bool> is_enabled(const Field& control);

// `visit` is handed each entry of a list of texts, and what it says.
template <class Visit>
Result<> each_text(const Field& list, Visit visit) {
  if (auto ok = yaml::expect_list(list.node, list.name, kMaxPolicyListEntries);
      !ok) {
    return ok;
  }
  const std::string name = "an entry of " + std::string(list.name);
  for (const yaml::Node& item : list.node.items) {
    const auto text = yaml::text(item, name, kMaxPolicyNameBytes);
    if (!text) return tl::unexpected(text.error());
    if (Result<> ok = visit(Field{item, list.path}, *text); !ok) return ok;
  }
  return {};
}

// --- words of an enumeration -------------------------------------------------

tl::unexpected<Error> unknown_word(const Field& field, std::string_view word,
                                   std::span<const std::string_view> known);
// For a word that must be spelt as here: what is one of `words` but for case.
Result<> check_spelling(const Field& field, std::string_view written,
                        std::span<const std::string_view> words);
// For an entry of an exclude list that would exclude everything.
tl::unexpected<Error> excludes_everything(const Field& list,
                                          const yaml::Node& entry);

template <class E>
Result<E> find_word(const Field& field, std::string_view word,
                    std::span<const GraphName<E>> names,
                    std::string_view besides = {}) {
  std::vector<std::string_view> known;
  for (const GraphName<E>& name : names) {
    if (name.name == word) return name.value;
    known.push_back(name.name);
  }
  if (!besides.empty()) known.push_back(besides);
  return unknown_word(field, word, known);
}

// A single word.
template <class E>
Result<E> read_word(const Field& field, std::span<const GraphName<E>> names) {
  const auto word = yaml::text(field.node, field.name, kMaxPolicyNameBytes);
  if (!word) return tl::unexpected(word.error());
  return find_word(field, *word, names);
}

template <class E>
Result<> read_optional_word(const Field& field,
                            std::span<const GraphName<E>> names,
                            std::optional<E>& to) {
  const auto word = read_word(field, names);
  if (!word) return tl::unexpected(word.error());
  to = *word;
  return {};
}

template <class E>
Result<> insert_word(const Field& field, std::string_view word,
                     std::span<const GraphName<E>> names, EnumSet<E>& to,
                     std::string_view besides = {}) {
  const auto value = find_word(field, word, names, besides);
  if (!value) return tl::unexpected(value.error());
  to.insert(*value);
  return {};
}

template <class E>
Result<> read_set(const Field& list, std::span<const GraphName<E>> names,
                  EnumSet<E>& to) {
  return each_text(list, [&](const Field& item, std::string_view word) {
    return insert_word(item, word, names, to);
  });
}

// The same where `all` stands for every value, known or not.
template <class E>
Result<> read_set_or_all(const Field& list, EnumSet<E>& to, bool& all) {
  constexpr std::string_view kAll = "all";
  return each_text(
      list, [&](const Field& item, std::string_view word) -> Result<> {
        if (word != kAll) {
          return insert_word(item, word, graph_names<E>(), to, kAll);
        }
        all = true;
        return {};
      });
}

// The words of "a,b"; `none` and "" are none.
Result<std::vector<std::string_view>> split_flags(const Field& field);

// Flags, as Graph writes them into one text; a list of them means the same.
template <class E>
Result<> read_flags(const Field& field, std::span<const GraphName<E>> names,
                    EnumSet<E>& to) {
  if (field.node.kind == yaml::Node::Kind::list) {
    return read_set(field, names, to);
  }
  const auto words = split_flags(field);
  if (!words) return tl::unexpected(words.error());
  for (const std::string_view word : *words) {
    if (auto ok = insert_word(field, word, names, to, "none"); !ok) return ok;
  }
  return {};
}

}  // namespace mfa::graph
