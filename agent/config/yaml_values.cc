// SPDX-License-Identifier: BSD-3-Clause
//
// The typed readers of yaml.h.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "agent/base/escape.h"
#include "agent/config/yaml.h"

namespace mfa::yaml {
namespace {

// How an error calls what stands there instead.
std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::scalar:
      break;
  }
  const std::string value = quoted(node.scalar, 64);
  return node.plain ? value : value + " in quotes";
}

tl::unexpected<Error> wrong(const Node& node, std::string_view name,
                            std::string_view wanted) {
  return error_at(node.place,
                  fmt::format("{} is {}; write {}", name, shown(node), wanted));
}

bool is_plain_scalar(const Node& node) {
  return node.kind == Node::Kind::scalar && node.plain;
}

bool is_decimal(std::string_view digits) {
  return !digits.empty() && (digits == "0" || digits[0] != '0') &&
         std::all_of(digits.begin(), digits.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

// Quotes and backslashes are harmless here: they are escaped when shown.
bool is_printable(std::string_view bytes) {
  std::string rest(bytes);
  std::erase_if(rest, [](char c) { return c == '"' || c == '\\'; });
  return escaped(rest, rest.size()) == rest;
}

}  // namespace

Result<bool> boolean(const Node& node, std::string_view name) {
  if (is_plain_scalar(node) && node.scalar == "true") return true;
  if (is_plain_scalar(node) && node.scalar == "false") return false;
  return wrong(node, name, "true or false");
}

Result<std::uint64_t> integer(const Node& node, std::string_view name,
                              std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const std::string& digits = node.scalar;
  const char* const end = digits.data() + digits.size();
  if (!is_plain_scalar(node) || !is_decimal(digits) ||
      std::from_chars(digits.data(), end, value).ec != std::errc() ||
      value < least || value > most) {
    return wrong(node, name,
                 fmt::format("a whole number from {} to {} in decimal digits",
                             least, most));
  }
  return value;
}

Result<std::string> text(const Node& node, std::string_view name,
                         std::size_t longest) {
  if (node.kind != Node::Kind::scalar || node.scalar.empty()) {
    return wrong(node, name, "a text, or remove it");
  }
  if (node.scalar.size() > longest) {
    return error_at(
        node.place,
        fmt::format("{} is longer than {} bytes; shorten it", name, longest));
  }
  if (!is_printable(node.scalar)) {
    return wrong(node, name, "it without characters that cannot be seen");
  }
  return node.scalar;
}

Result<> expect_list(const Node& node, std::string_view name,
                     std::size_t longest) {
  if (node.kind != Node::Kind::list) {
    return wrong(node, name, "a list such as [a, b], or remove the key");
  }
  if (node.items.size() > longest) {
    return error_at(node.place, fmt::format("{} has more than {} entries; "
                                            "remove some",
                                            name, longest));
  }
  return {};
}

Result<> expect_map(const Node& node, std::string_view name,
                    std::size_t longest) {
  if (node.kind != Node::Kind::map) {
    return wrong(node, name, "`key: value` lines, or remove the key");
  }
  if (node.entries.size() > longest) {
    return error_at(node.place, fmt::format("{} has more than {} entries; "
                                            "remove some",
                                            name, longest));
  }
  return {};
}

}  // namespace mfa::yaml
