// SPDX-License-Identifier: BSD-3-Clause
//
// From text to named locations, read strictly: a location that contained more
// or less than what is written would let somebody in, or keep somebody out.
#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/config/readers.h"
#include "agent/model/name_set.h"
#include "agent/policy/graph_object.h"
#include "agent/policy/named_locations.h"

namespace mfa {
namespace {

using graph::Field;
using graph::Member;
using yaml::error_at;
using yaml::Node;
using Kind = NamedLocation::Kind;
using Range = NamedLocation::Range;

constexpr std::string_view kRangeKeys[] = {"cidrAddress"};

// --- networks ----------------------------------------------------------------

// The mapped addresses, ::ffff:0:0/96, and what is before and behind them.
const Range kMapped{*Address::parse("0.0.0.0"),
                    *Address::parse("255.255.255.255")};
const Address kBeforeMapped = *Address::parse("::fffe:ffff:ffff");
const Address kBehindMapped = *Address::parse("::1:0:0:0");

void add_range(const Network& network, std::vector<Range>& to) {
  const Range whole{network.first(), network.last()};
  if (network.is_v4() || whole.first > kMapped.second ||
      whole.second < kMapped.first) {
    to.push_back(whole);
    return;
  }
  // No IPv4 address is in an IPv6 network.
  to.emplace_back(whole.first, kBeforeMapped);
  if (whole.second >= kBehindMapped) {
    to.emplace_back(kBehindMapped, whole.second);
  }
}

// The address behind it; behind the last one, the first.
Address behind(const Address& address) {
  auto bytes = address.bytes();
  for (std::size_t i = bytes.size(); i-- > 0 && ++bytes[i] == 0;) {
  }
  return Address::of(bytes);
}

// Whether a range that does not begin before `before` overlaps or touches it.
// An IPv4 range touches no IPv6 range: they are neighbours as bytes only.
bool goes_on(const Range& before, const Range& range) {
  return range.first <= before.second ||
         (range.first.is_v4() == before.second.is_v4() &&
          range.first == behind(before.second));
}

// Sorted, neither overlapping nor touching.
void merge(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::size_t kept = 0;
  for (const Range& range : ranges) {
    if (kept > 0 && goes_on(ranges[kept - 1], range)) {
      Address& last = ranges[kept - 1].second;
      last = std::max(last, range.second);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
  ranges.shrink_to_fit();
}

Result<> read_location_network(const Node& node, std::vector<Range>& to) {
  const auto network = read_network(node, "a range");
  if (!network) return tl::unexpected(network.error());
  if (network->prefix() < kMinLocationPrefix) {
    return error_at(node.place,
                    fmt::format("{} is a large part of the internet; a range "
                                "has a prefix of at least /{}",
                                node.scalar, kMinLocationPrefix));
  }
  add_range(*network, to);
  return {};
}

// {"cidrAddress": "192.0.2.0/24"}, or the text alone.
Result<> read_range(const Node& node, std::vector<Range>& to) {
  if (node.kind != Node::Kind::map) return read_location_network(node, to);
  const Field range{node, "", "a range"};
  if (auto ok = graph::check_keys(range, kRangeKeys); !ok) return ok;
  const Node* address = graph::present(node, "cidrAddress");
  if (!address) {
    return graph::missing(range, "cidrAddress", "write 192.0.2.0/24");
  }
  return read_location_network(*address, to);
}

Result<> read_ranges(const Field& field, NamedLocation& to) {
  if (auto ok =
          yaml::expect_list(field.node, field.name, kMaxRangesPerLocation);
      !ok) {
    return ok;
  }
  for (const Node& item : field.node.items) {
    if (auto ok = read_range(item, to.ranges); !ok) return ok;
  }
  merge(to.ranges);
  return {};
}

// --- countries ---------------------------------------------------------------

Result<> add_country(const Field& field, std::string_view text,
                     std::vector<CountryCode>& to) {
  const auto country = CountryCode::parse(text);
  if (!country) {
    return error_at(field.node.place,
                    quoted(text) +
                        " is no country; write its two letters of "
                        "ISO 3166-1, such as DE");
  }
  to.push_back(*country);
  return {};
}

Result<> read_countries(const Field& field, NamedLocation& to) {
  if (auto ok =
          yaml::expect_list(field.node, field.name, kMaxCountriesPerLocation);
      !ok) {
    return ok;
  }
  auto ok =
      graph::each_text(field, [&](const Field& item, std::string_view text) {
        return add_country(item, text, to.countries);
      });
  std::sort(to.countries.begin(), to.countries.end());
  return ok;
}

// Where the country comes from is a setting of Entra's; here it always comes
// from the address.
Result<> check_lookup_method(const Field& field, NamedLocation&) {
  enum class Lookup { client_ip_address, authenticator_app_gps };
  static constexpr GraphName<Lookup> kLookups[] = {
      {Lookup::client_ip_address, "clientIpAddress"},
      {Lookup::authenticator_app_gps, "authenticatorAppGps"},
  };
  const auto lookup = graph::read_word<Lookup>(field, kLookups);
  return lookup ? Result<>() : tl::unexpected(lookup.error());
}

// --- one location ------------------------------------------------------------

Result<std::string> read_name(const Field& field) {
  return yaml::text(field.node, field.name, kMaxLocationNameBytes);
}

Result<> check_time(const Field& field, NamedLocation&) {
  const auto time = read_name(field);
  return time ? Result<>() : tl::unexpected(time.error());
}

constexpr Member<NamedLocation> kMembers[] = {
    {"id", [](const Field& field,
              NamedLocation& to) { return assign(to.id, read_name(field)); }},
    {"displayName",
     [](const Field& field, NamedLocation& to) {
       return assign(to.display_name, read_name(field));
     }},
    {"isTrusted",
     [](const Field& field, NamedLocation& to) {
       return assign(to.is_trusted, yaml::boolean(field.node, field.name));
     }},
    {"ipRanges", read_ranges},
    {"countriesAndRegions", read_countries},
    {"countryLookupMethod", check_lookup_method},
    {"includeUnknownCountriesAndRegions",
     [](const Field& field, NamedLocation& to) {
       return assign(to.include_unknown_countries,
                     yaml::boolean(field.node, field.name));
     }},
    {"createdDateTime", check_time},
    {"modifiedDateTime", check_time},
    {"deletedDateTime", check_time},
};

bool same_name(std::string_view a, std::string_view b) {
  return lower_case(a) == lower_case(b);
}

// These words mean something else where a policy names its locations.
Result<> check_not_reserved(const Node& node, std::string_view name) {
  for (const std::string_view word : {"All", "AllTrusted"}) {
    if (!same_name(name, word)) continue;
    return error_at(
        node.place,
        fmt::format("a location cannot be called {}, which policies "
                    "write for {} locations; rename it",
                    word, word == "All" ? "all" : "all trusted"));
  }
  return {};
}

Result<Kind> kind_of(const Field& object, const NamedLocation& location) {
  const auto fault = [&](std::string_view what) {
    return error_at(
        object.node.place,
        fmt::format("the location {} {}", quoted(location.display_name), what));
  };
  const bool networks = !location.ranges.empty();
  const bool countries =
      !location.countries.empty() || location.include_unknown_countries;
  if (same_name(location.display_name, kLocalConsoleName)) {
    if (!networks && !countries) return Kind::local_console;
    return fault(
        "is where a person sits at a terminal of this machine; remove "
        "its ranges and countries, or rename it");
  }
  if (networks && countries) {
    return fault("has ranges and countries; make two locations of it");
  }
  if (networks) return Kind::networks;
  if (!countries) {
    return fault(
        "has no ranges and no countries; write ipRanges or "
        "countriesAndRegions");
  }
  if (location.is_trusted) {
    return fault(
        "is trusted, which a location of countries cannot be; "
        "remove isTrusted");
  }
  return Kind::countries;
}

Result<NamedLocation> read_location(const Node& node) {
  const Field object{node, "", "a named location"};
  NamedLocation location;
  if (auto ok = graph::read_members(object, kMembers, location); !ok) {
    return tl::unexpected(std::move(ok.error()));
  }
  if (location.display_name.empty()) {
    return graph::missing(object, "displayName", "name the location");
  }
  for (const std::string& name : {location.id, location.display_name}) {
    if (auto ok = check_not_reserved(node, name); !ok) {
      return tl::unexpected(std::move(ok.error()));
    }
  }
  const auto kind = kind_of(object, location);
  if (!kind) return tl::unexpected(kind.error());
  location.kind = *kind;
  return location;
}

// --- the file ----------------------------------------------------------------

Result<> check_unused(const Node& node, const NamedLocations& known,
                      std::string_view name, bool declares) {
  const auto other = known.find(name);
  if (name.empty() || !other) return {};
  if (declares && other == known.find(kLocalConsoleName)) return {};
  return error_at(
      node.place,
      fmt::format("{} is already the id or the name of the location {}, "
                  "where case makes no difference; rename one of them",
                  quoted(name), quoted(known.list()[*other].display_name)));
}

}  // namespace

Result<NamedLocations> NamedLocations::parse(std::string_view text,
                                             std::string_view file) {
  const auto root = yaml::parse(text, file, kMaxNamedLocationsBytes);
  if (!root) return tl::unexpected(root.error());
  return read(*root);
}

Result<NamedLocations> NamedLocations::read(const Node& root) {
  // "Local console" is none of Entra's.
  const auto objects = graph::objects_of(root, "the list of named locations",
                                         kMaxNamedLocations + 1);
  if (!objects) return tl::unexpected(objects.error());
  NamedLocations all;
  bool declared = false;
  for (const Node& object : *objects) {
    auto location = read_location(object);
    if (!location) return tl::unexpected(location.error());
    const bool declares = location->kind == Kind::local_console && !declared;
    for (const std::string& name : {location->id, location->display_name}) {
      auto unused = check_unused(object, all, name, declares);
      if (!unused) return tl::unexpected(std::move(unused.error()));
    }
    declared = declared || declares;
    if (declares) {
      all.declare_local_console(std::move(*location));
    } else {
      all.add(std::move(*location));
    }
  }
  if (all.list_.size() > kMaxNamedLocations + 1) {
    return error_at(root.place,
                    fmt::format("there are more than {} named locations; "
                                "remove some",
                                kMaxNamedLocations));
  }
  return all;
}

}  // namespace mfa
