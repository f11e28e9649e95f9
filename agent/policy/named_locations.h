// SPDX-License-Identifier: BSD-3-Clause
//
// Named locations: networks and countries that policies speak of, in the
// schema of Graph's `namedLocation`. Addresses are numeric, names are never
// looked up. Pure.
//
// "Local console" is always known: where a person sits at a terminal of this
// machine. A file may declare it trusted by an entry of that name without
// ranges and countries.
#pragma once

#include <bitset>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/yaml.h"
#include "agent/model/sign_in_facts.h"

namespace mfa {

inline constexpr std::size_t kMaxNamedLocations = 195;        // Entra's limit
inline constexpr std::size_t kMaxRangesPerLocation = 2000;    // Entra's limit
inline constexpr std::size_t kMaxCountriesPerLocation = 300;  // ISO has 249
inline constexpr std::size_t kMaxLocationNameBytes = 256;
// A shorter prefix is a large part of the internet. Entra refuses /8 itself,
// too; here 10.0.0.0/8 may well be somebody's own, so lint only warns of it.
inline constexpr unsigned kMinLocationPrefix = 8;
// What 195 locations of 2,000 ranges need as a pretty-printed export, twice;
// such an export is read in about 3 s and, meanwhile, 600 MiB.
inline constexpr std::size_t kMaxNamedLocationsBytes = 96 << 20;

inline constexpr std::string_view kLocalConsoleName = "Local console";

struct NamedLocation {
  enum class Kind { networks, countries, local_console };
  // First and last address, mapped form. Sorted, neither overlapping nor
  // touching; an IPv6 network that spans the mapped addresses is two ranges
  // around them.
  using Range = std::pair<Address, Address>;

  Kind kind = Kind::networks;
  std::string id;  // "" where the file gives none
  std::string display_name;
  bool is_trusted = false;
  std::vector<Range> ranges;
  std::vector<CountryCode> countries;  // sorted
  bool include_unknown_countries = false;

  // `as_include`: unknown countries count only where a policy includes them.
  bool contains(const SignInFacts& facts, bool as_include) const;
};

class NamedLocations {
 public:
  NamedLocations();  // "Local console" alone, not trusted

  // YAML or JSON: one location, a list, or Graph's {"value": [...]}. `file` is
  // only named in errors.
  static Result<NamedLocations> parse(std::string_view text,
                                      std::string_view file);
  // The same where they are a part of another document.
  static Result<NamedLocations> read(const yaml::Node& root);

  // "Local console", then the others in the order of the file.
  const std::vector<NamedLocation>& list() const { return list_; }
  // By id or display name, in any case; nullopt: there is none.
  std::optional<std::size_t> find(std::string_view id_or_name) const;
  // Indices of the trusted ones.
  const std::vector<std::size_t>& trusted() const { return trusted_; }

 private:
  static constexpr std::size_t kLocalConsole = 0;

  // Whose id and name no other location has.
  void add(NamedLocation location);
  void declare_local_console(NamedLocation location);
  void learn_names(std::size_t index);

  std::vector<NamedLocation> list_;
  std::vector<std::size_t> trusted_;
  // Ids and display names, in lower case.
  std::unordered_map<std::string, std::size_t> by_name_;
};

// Where one sign-in is; each location is looked at once at most.
class WhereIs {
 public:
  WhereIs(const NamedLocations& locations, const SignInFacts& facts)
      : locations_(locations), facts_(facts) {}
  bool in(std::size_t location, bool as_include);
  bool in_trusted(bool as_include);

 private:
  // "Local console" beside the others; as include and as exclude.
  static constexpr std::size_t kAnswers = 2 * (kMaxNamedLocations + 1);
  const NamedLocations& locations_;
  const SignInFacts& facts_;
  std::bitset<kAnswers> asked_;
  std::bitset<kAnswers> inside_;
};

}  // namespace mfa
