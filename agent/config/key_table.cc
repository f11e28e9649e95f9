// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/key_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "agent/config/nearest.h"

namespace mfa {
namespace {

// A key whose keys are rows of the table ("totp"), or one deeper name.
constexpr std::size_t kMaxKeys = 64;

constexpr std::string_view kRoot = "the configuration";

class Table {
 public:
  Table(const std::vector<std::string_view>& names, const ReadKey& read)
      : names_(names), read_(read) {}

  // `prefix`: "" or "totp.".
  Result<> read_map(const yaml::Node& map, const std::string& prefix) const {
    if (auto ok = yaml::expect_map(map, room(prefix), kMaxKeys); !ok) return ok;
    for (const yaml::Entry& entry : map.entries) {
      if (auto ok = read_entry(entry, prefix); !ok) return ok;
    }
    return {};
  }

 private:
  static std::string_view room(std::string_view prefix) {
    return prefix.empty() ? kRoot : prefix.substr(0, prefix.size() - 1);
  }

  Result<> read_entry(const yaml::Entry& entry,
                      const std::string& prefix) const {
    if (entry.key.find('.') != entry.key.npos) {
      return no_such_key(entry, prefix);
    }
    const std::string name = prefix + entry.key;
    if (const auto key = find(name)) return read_(*key, entry.value);
    if (names_below(name + '.').empty()) return no_such_key(entry, prefix);
    return read_map(entry.value, name + '.');
  }

  std::optional<std::size_t> find(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names_.begin());
  }

  // The names that may stand below `prefix`.
  std::vector<std::string_view> names_below(std::string_view prefix) const {
    std::vector<std::string_view> below;
    for (const std::string_view full : names_) {
      if (!full.starts_with(prefix)) continue;
      const auto rest = full.substr(prefix.size());
      const auto name = rest.substr(0, rest.find('.'));
      if (below.empty() || below.back() != name) below.push_back(name);
    }
    return below;
  }

  tl::unexpected<Error> no_such_key(const yaml::Entry& entry,
                                    std::string_view prefix) const {
    if (const auto dot = entry.key.find('.'); find(entry.key)) {
      return yaml::error_at(
          entry.place,
          fmt::format("\"{0}.{1}\" is written as \"{0}:\" with "
                      "\"{1}:\" below it, indented",
                      entry.key.substr(0, dot), entry.key.substr(dot + 1)));
    }
    return yaml::error_at(
        entry.place, unknown_key(entry.key, names_below(prefix), room(prefix)));
  }

  const std::vector<std::string_view>& names_;
  const ReadKey& read_;
};

}  // namespace

Result<> read_keys(const yaml::Node& root,
                   const std::vector<std::string_view>& names,
                   const ReadKey& read) {
  return Table(names, read).read_map(root, "");
}

}  // namespace mfa
