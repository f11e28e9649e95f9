// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/config/readers.h"

namespace mfa {
namespace {

constexpr std::string_view kKeys[] = {"version", "text"};
constexpr std::size_t kMaxIdBytes = 128;

// Lines that a terminal can show; a prompt holds them all.
Result<std::string> read_lines(const yaml::Node& node, std::string_view name) {
  std::string lines = node.scalar;
  while (lines.ends_with('\n')) lines.pop_back();
  // What escaped() would change, but for quotes and backslashes, is unseen.
  std::string visible = lines;
  std::erase_if(visible,
                [](char c) { return c == '\n' || c == '"' || c == '\\'; });
  const bool printable = escaped(visible, visible.size()) == visible;
  if (node.kind != yaml::Node::Kind::scalar || lines.empty() || !printable ||
      lines.size() > kMaxTermsTextBytes) {
    return yaml::error_at(
        node.place, fmt::format("{} is not 1 to {} bytes of visible text; "
                                "write `text: |` and the lines below it, "
                                "indented",
                                name, kMaxTermsTextBytes));
  }
  return lines;
}

Result<> read_part(const yaml::Entry& part, TermsOfUse& terms) {
  const std::string name =
      fmt::format("{} of terms_of_use {}", part.key, quoted(terms.id));
  if (part.key == "version") {
    return assign(terms.version,
                  yaml::text(part.value, name, kMaxTermsVersionBytes));
  }
  if (part.key == "text") {
    return assign(terms.text, read_lines(part.value, name));
  }
  return yaml::error_at(part.place, unknown_key(part.key, kKeys,
                                                fmt::format("terms_of_use {}",
                                                            quoted(terms.id))));
}

Result<TermsOfUse> read_terms(const yaml::Entry& entry) {
  TermsOfUse terms{entry.key, "", ""};
  if (terms.id.empty() || terms.id.size() > kMaxIdBytes ||
      escaped(terms.id) != terms.id) {
    return yaml::error_at(
        entry.place, fmt::format("{} cannot be an id of terms of use; write 1 "
                                 "to {} visible characters",
                                 quoted(terms.id), kMaxIdBytes));
  }
  const std::string name = fmt::format("terms_of_use {}", quoted(terms.id));
  if (auto ok = yaml::expect_map(entry.value, name, std::size(kKeys) + 1);
      !ok) {
    return tl::unexpected(ok.error());
  }
  for (const yaml::Entry& part : entry.value.entries) {
    if (auto ok = read_part(part, terms); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  if (terms.version.empty() || terms.text.empty()) {
    return yaml::error_at(
        entry.place, fmt::format("{} needs both `version:` and `text:`", name));
  }
  return terms;
}

}  // namespace

Result<std::vector<TermsOfUse>> read_terms_of_use(const yaml::Node& node) {
  if (auto ok = yaml::expect_map(node, "terms_of_use", kMaxTermsOfUse); !ok) {
    return tl::unexpected(ok.error());
  }
  std::vector<TermsOfUse> all;
  for (const yaml::Entry& entry : node.entries) {
    auto terms = read_terms(entry);
    if (!terms) return tl::unexpected(terms.error());
    all.push_back(std::move(*terms));
  }
  return all;
}

}  // namespace mfa
