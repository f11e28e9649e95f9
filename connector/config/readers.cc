// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/readers.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/readers.h"
#include "connector/config/secret_file.h"

namespace mfa::connector {
namespace {

using std::chrono::seconds;
using yaml::Node;

constexpr std::size_t kMaxWordBytes = 64;

bool is_empty_text(const Node& node) {
  return node.kind == Node::Kind::scalar && node.scalar.empty();
}

}  // namespace

Result<seconds> read_duration_between(const Node& node, std::string_view name,
                                      seconds least, seconds most) {
  auto duration = read_duration(node, name, most);
  if (duration && *duration < least) {
    return yaml::error_at(node.place,
                          fmt::format("{} is {}; write {}s or more", name,
                                      quoted(node.scalar), least.count()));
  }
  return duration;
}

Result<std::string> read_optional_text(const Node& node, std::string_view name,
                                       std::size_t longest) {
  if (is_empty_text(node)) return {};
  return yaml::text(node, name, longest);
}

Result<SecretFile> read_optional_secret_file(const Node& node,
                                             std::string_view name) {
  if (!node.scalar.starts_with(kCredentialPrefix)) {
    return read_optional_path(node, name);
  }
  const auto credential = node.scalar.substr(kCredentialPrefix.size());
  if (is_credential_name(credential)) return node.scalar;
  return yaml::error_at(
      node.place, fmt::format("{}: {} cannot be the name of a credential; "
                              "write letters, digits and . _ -, as in "
                              "LoadCredential=",
                              name, quoted(credential)));
}

Result<std::size_t> read_choice(const Node& node, std::string_view name,
                                std::span<const std::string_view> words) {
  const auto word = yaml::text(node, name, kMaxWordBytes);
  if (!word) return tl::unexpected(word.error());
  const auto found = std::find(words.begin(), words.end(), *word);
  if (found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  return yaml::error_at(node.place,
                        fmt::format("{} cannot be {}; {}", name, quoted(*word),
                                    advice(*word, words)));
}

}  // namespace mfa::connector
