// SPDX-License-Identifier: BSD-3-Clause
//
// Strict YAML: bytes in, a small tree or one error with file, line and column
// out. It reads the subset that cannot surprise: maps, lists and scalars.
// Aliases, anchors, tags, merge keys, directives, duplicate keys and more
// than one document are refused, so what a person reads in the file is what
// the agent reads. JSON is in that subset.
//
// Whoever wants a value says its type; nothing is guessed from its look:
// only `true` and `false` are booleans, and only decimal digits a number.
//
// yaml-cpp is known to yaml.cc alone. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace mfa::yaml {

// Deeper than any file that a person writes, far above what a stack holds.
inline constexpr std::size_t kMaxDepth = 32;

// Largest document in bytes unless its reader knows better; a longer one is a
// mistake or an attack.
inline constexpr std::size_t kMaxBytes = 1 << 20;

// Where something stands, as an editor counts: from 1, columns in bytes.
struct Place {
  std::shared_ptr<const std::string> file;
  std::size_t line = 1;
  std::size_t column = 1;
};

struct Entry;

struct Node {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  Place place;
  std::string scalar;          // of a scalar: its text, which holds no NUL
  bool plain = false;          // of a scalar: written without quotes
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, in the order of the file

  // Of a map: the value of `key`, or nullptr.
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Place place;  // of the key
  Node value;
};

// `file` is only named in errors. A document without any value is an error:
// an empty file is lost more often than meant, and `{}` says "nothing".
Result<Node> parse(std::string_view text, std::string_view file,
                   std::size_t max_bytes = kMaxBytes);

// Error{malformed, "FILE:LINE:COLUMN: what"}, for every reader of nodes.
tl::unexpected<Error> error_at(const Place& place, std::string_view what);

// --- typed readers: `name` is what the error calls the node -----------------

Result<bool> boolean(const Node& node, std::string_view name);
Result<std::uint64_t> integer(const Node& node, std::string_view name,
                              std::uint64_t least, std::uint64_t most);
// 1 to `longest` bytes that can be printed.
Result<std::string> text(const Node& node, std::string_view name,
                         std::size_t longest);
// Checks that it is a list of at most `longest` items, or a map.
Result<> expect_list(const Node& node, std::string_view name,
                     std::size_t longest);
Result<> expect_map(const Node& node, std::string_view name,
                    std::size_t longest);

}  // namespace mfa::yaml
