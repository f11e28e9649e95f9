// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/named_locations.h"

#include <random>

#include "tests/check.h"

namespace mfa {
namespace {

NamedLocations parsed(std::string_view text) {
  auto all = NamedLocations::parse(text, "f.yaml");
  if (!all) fail_msg("%s", all.error().what.c_str());
  return std::move(*all);
}

// The error begins with this place and says this.
void assert_refused(std::string_view text, const std::string& place,
                    const std::string& says) {
  const auto all = NamedLocations::parse(text, "f.yaml");
  if (all) fail_msg("accepted: %s", std::string(text).c_str());
  const std::string& what = all.error().what;
  if (!what.starts_with("f.yaml:" + place + ": ") ||
      what.find(says) == what.npos) {
    fail_msg("expected %s \"%s\", got: %s", place.c_str(), says.c_str(),
             what.c_str());
  }
}

const NamedLocation& named(const NamedLocations& all, std::string_view name) {
  const auto index = all.find(name);
  if (!index) fail_msg("there is no %s", std::string(name).c_str());
  return all.list()[*index];
}

SignInFacts from(std::string_view address) {
  SignInFacts facts;
  facts.ip_address = Address::parse(address);
  assert_true(facts.ip_address.has_value());
  return facts;
}

SignInFacts in_country(std::string_view code) {
  SignInFacts facts;
  facts.country = CountryCode::parse(code);
  return facts;
}

// A location of these ranges, as a flow list: "a/8, b/9".
NamedLocation of_ranges(const std::string& ranges) {
  return named(parsed("displayName: X\nipRanges: [" + ranges + "]\n"), "X");
}

void assert_range_refused(const std::string& range, const std::string& says) {
  assert_refused("displayName: X\nipRanges: ['" + range + "']\n", "2:12", says);
}

bool inside(const NamedLocation& location, std::string_view address) {
  return location.contains(from(address), true);
}

constexpr char kExport[] = R"({
  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#x",
  "value": [
    {
      "@odata.type": "#microsoft.graph.ipNamedLocation",
      "id": "0854951d-5fc0-4eb1-b392-9b2c9d7949c2",
      "displayName": "Office",
      "createdDateTime": "2021-02-01T01:16:19Z",
      "modifiedDateTime": null,
      "isTrusted": true,
      "ipRanges@odata.context": "ignored",
      "ipRanges": [
        {
          "@odata.type": "#microsoft.graph.iPv4CidrRange",
          "cidrAddress": "203.0.113.0/24"
        },
        {
          "@odata.type": "#microsoft.graph.iPv6CidrRange",
          "cidrAddress": "2001:db8:abcd:12::/64"
        }
      ]
    },
    {
      "@odata.type": "#microsoft.graph.countryNamedLocation",
      "id": "1854951d-5fc0-4eb1-b392-9b2c9d7949c2",
      "displayName": "Nordic",
      "countriesAndRegions": ["no", "DK", "SE"],
      "countryLookupMethod": "clientIpAddress",
      "includeUnknownCountriesAndRegions": false
    }
  ]
})";

// --- what is read ------------------------------------------------------------

TEST("an export of named locations from Graph loads as it is") {
  const NamedLocations all = parsed(kExport);
  assert_int_equal(all.list().size(), 3);
  const NamedLocation& office = named(all, "Office");
  assert_true(office.kind == NamedLocation::Kind::networks);
  assert_true(office.is_trusted);
  assert_true(inside(office, "203.0.113.255"));
  assert_true(inside(office, "2001:db8:abcd:12::1"));
  assert_false(inside(office, "203.0.114.0"));
  assert_true(&named(all, "0854951D-5fc0-4eb1-b392-9b2c9d7949c2") == &office);
  const NamedLocation& nordic = named(all, "nordic");
  assert_true(nordic.kind == NamedLocation::Kind::countries);
  assert_true(nordic.contains(in_country("NO"), true));
  assert_false(nordic.contains(in_country("FI"), true));
}

TEST("a location file is one location, a list, or a map with a list") {
  const std::string one = "{displayName: X, countriesAndRegions: [DE]}";
  assert_int_equal(parsed(one).list().size(), 2);
  assert_int_equal(parsed("[" + one + "]").list().size(), 2);
  assert_int_equal(parsed("value: [" + one + "]").list().size(), 2);
  assert_int_equal(parsed("[]").list().size(), 1);
  assert_int_equal(parsed("value: []").list().size(), 1);
  assert_refused("{}", "1:1", "displayName is missing");
  assert_refused("value:", "1:1", "");
  assert_refused("value: X", "1:8", "is \"X\"; write a list");
  assert_refused("value: []\ncolour: red", "2:1", "unknown key \"colour\"");
}

TEST("a range is an object or a text") {
  const NamedLocation location =
      of_ranges("{cidrAddress: 192.0.2.0/24}, 198.51.100.7, '2001:db8::/32'");
  assert_true(inside(location, "192.0.2.9"));
  assert_true(inside(location, "198.51.100.7"));
  assert_false(inside(location, "198.51.100.8"));
  assert_true(inside(location, "2001:db8:ffff::"));
}

TEST("bits behind the prefix of a location's range make no difference") {
  assert_true(of_ranges("192.0.2.77/24").ranges ==
              of_ranges("192.0.2.0/24").ranges);
}

TEST("a mapped range is the IPv4 range that it maps") {
  assert_true(of_ranges("'::ffff:192.0.2.0/120'").ranges ==
              of_ranges("192.0.2.0/24").ranges);
  assert_range_refused("::ffff:10.0.0.0/103", "at least /8");
}

TEST("an IPv6 range that spans the mapped addresses holds no IPv4 address") {
  for (const std::string range : {"'::/8'", "'::ffff:0:0/90'", "'::/80'"}) {
    const NamedLocation location = of_ranges(range);
    assert_true(inside(location, "::fffe:ffff:ffff"));
    assert_false(inside(location, "0.0.0.0"));
    assert_false(inside(location, "::ffff:192.0.2.1"));
    assert_false(inside(location, "255.255.255.255"));
    assert_true(inside(location, "::1:0:0:0") == (range == "'::/8'"));
    assert_false(inside(location, "8000::"));
  }
}

TEST("ranges of a location are merged where they overlap") {
  const NamedLocation location =
      of_ranges("10.2.0.0/16, 10.0.0.0/8, 10.1.0.0/16, 192.0.2.0/24");
  assert_int_equal(location.ranges.size(), 2);
  assert_true(inside(location, "10.0.0.0"));
  assert_true(inside(location, "10.255.255.255"));
  assert_false(inside(location, "11.0.0.0"));
  assert_false(inside(location, "9.255.255.255"));
  assert_false(inside(location, "1.0.0.0"));
}

TEST("ranges of a location are merged where they touch, IPv4 with IPv4 only") {
  const NamedLocation location =
      of_ranges("192.0.2.0/25, 192.0.2.128/25, 192.0.3.1");
  assert_int_equal(location.ranges.size(), 2);
  assert_string_equal(location.ranges[0].second.str().c_str(), "192.0.2.255");
  assert_false(inside(location, "192.0.3.0"));
  assert_true(inside(location, "192.0.3.1"));
  // As bytes the first IPv4 address follows ::fffe:ffff:ffff.
  const NamedLocation both =
      of_ranges("'::fffe:ffff:0/112', 0.0.0.0/8, 255.0.0.0/8, '::1:0:0:0/96'");
  assert_int_equal(both.ranges.size(), 4);
  const NamedLocation last =
      of_ranges("'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::'");
  assert_int_equal(last.ranges.size(), 2);
}

TEST("the longest exports of locations load, one entry more does not") {
  const auto ranges = [](std::size_t count) {
    std::string text = "displayName: X\nipRanges:\n";
    for (std::size_t i = 0; i < count; ++i) {
      text += "- 10." + std::to_string(i / 256) + '.' +
              std::to_string(i % 256) + ".0/25\n";
    }
    return text;
  };
  assert_int_equal(named(parsed(ranges(2000)), "X").ranges.size(), 2000);
  assert_refused(ranges(2001), "3:1", "more than 2000 entries");

  const auto locations = [](std::size_t count) {
    std::string text = "value:\n";
    for (std::size_t i = 0; i < count; ++i) {
      text += "- {displayName: L" + std::to_string(i) +
              ", countriesAndRegions: [DE]}\n";
    }
    return text;
  };
  assert_int_equal(parsed(locations(195)).list().size(), 196);
  const std::string console = "- {displayName: Local console}\n";
  assert_int_equal(parsed(locations(195) + console).list().size(), 196);
  assert_refused(locations(196), "1:1", "more than 195 named locations");
  assert_refused(locations(197), "2:1", "more than 196 entries");

  std::string countries = "displayName: X\ncountriesAndRegions:\n";
  for (int i = 0; i < 300; ++i) countries += "- DE\n";
  parsed(countries);
  assert_refused(countries + "- DE\n", "3:1", "more than 300 entries");
}

TEST("a location file may be larger than any other file") {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += "- displayName: L" + std::to_string(i) + "\n  ipRanges:\n";
    for (int j = 0; j < 2000; ++j) {
      text += "  - 2001:db8:" + std::to_string(j) + "::/48\n";
    }
  }
  assert_true(text.size() > yaml::kMaxBytes);
  assert_int_equal(parsed(text).list().size(), 41);
  assert_refused(std::string(kMaxNamedLocationsBytes + 1, ' '), "1:1",
                 "the file is longer than");
}

// --- who is where ------------------------------------------------------------

TEST("an unknown address is in no location of ranges") {
  const NamedLocation location = of_ranges("0.0.0.0/8, 10.0.0.0/8");
  assert_false(location.contains(SignInFacts(), true));
  assert_false(location.contains(SignInFacts(), false));
}

TEST("an unknown country counts only where asked for, and only to include") {
  for (const std::string unknown : {"true", "false"}) {
    const NamedLocations all = parsed(
        "displayName: X\ncountriesAndRegions: [DE]\n"
        "includeUnknownCountriesAndRegions: " +
        unknown);
    const NamedLocation& location = named(all, "X");
    assert_true(location.contains(SignInFacts(), true) == (unknown == "true"));
    assert_false(location.contains(SignInFacts(), false));
    assert_true(location.contains(in_country("DE"), true));
    assert_true(location.contains(in_country("de"), false));
    assert_false(location.contains(in_country("FR"), true));
  }
}

TEST("a location may be the unknown countries alone") {
  const NamedLocations all =
      parsed("displayName: X\nincludeUnknownCountriesAndRegions: true\n");
  assert_true(named(all, "X").contains(SignInFacts(), true));
  assert_false(named(all, "X").contains(in_country("DE"), true));
}

TEST("Local console is known without a file, and is not trusted") {
  for (const NamedLocations& all : {NamedLocations(), parsed("[]")}) {
    const NamedLocation& console = named(all, "LOCAL CONSOLE");
    assert_true(all.trusted().empty());
    SignInFacts facts;
    assert_false(console.contains(facts, true));
    facts.local_console = true;
    assert_true(console.contains(facts, true));
    assert_true(console.contains(facts, false));
  }
}

TEST("a file may give Local console an id and declare it trusted") {
  const NamedLocations all = parsed(
      "- {displayName: X, countriesAndRegions: [DE]}\n"
      "- {displayName: local Console, id: C-1, isTrusted: true}\n");
  assert_int_equal(all.list().size(), 2);
  assert_true(all.find("Local console") == all.find("c-1"));
  assert_true(named(all, "C-1").kind == NamedLocation::Kind::local_console);
  SignInFacts facts;
  facts.local_console = true;
  assert_true(WhereIs(all, facts).in_trusted(true));
  assert_false(WhereIs(all, SignInFacts()).in_trusted(true));
}

TEST("trusted is wherever any trusted location is") {
  const NamedLocations all = parsed(
      "- {displayName: A, isTrusted: true, ipRanges: [192.0.2.0/24]}\n"
      "- {displayName: B, ipRanges: [198.51.100.0/24]}\n"
      "- {displayName: C, isTrusted: true, ipRanges: [203.0.113.0/24]}\n");
  const auto trusted = [&](std::string_view address) {
    const SignInFacts facts = from(address);
    WhereIs where(all, facts);
    return where.in_trusted(true);
  };
  assert_true(trusted("192.0.2.1"));
  assert_false(trusted("198.51.100.1"));
  assert_true(trusted("203.0.113.1"));
}

TEST("where a sign-in is, is the same asked once or twice") {
  const NamedLocations all = parsed(
      "- {displayName: A, ipRanges: [192.0.2.0/24]}\n"
      "- {displayName: B, countriesAndRegions: [DE],"
      " includeUnknownCountriesAndRegions: true}\n");
  const SignInFacts facts = from("192.0.2.1");
  WhereIs where(all, facts);
  for (int asked = 0; asked < 2; ++asked) {
    assert_true(where.in(*all.find("A"), true));
    assert_true(where.in(*all.find("A"), false));
    assert_true(where.in(*all.find("B"), true));
    assert_false(where.in(*all.find("B"), false));
    assert_false(where.in(*all.find("Local console"), true));
  }
}

// --- what is refused ---------------------------------------------------------

TEST("a location has either ranges or countries") {
  assert_refused("displayName: X", "1:1", "no ranges and no countries");
  assert_refused("displayName: X\nipRanges: []", "1:1", "no ranges and no");
  assert_refused(
      "displayName: X\nipRanges: [10.0.0.0/8]\ncountriesAndRegions: [DE]",
      "1:1", "has ranges and countries");
  assert_refused(
      "displayName: X\nipRanges: [10.0.0.0/8]\n"
      "includeUnknownCountriesAndRegions: true",
      "1:1", "has ranges and countries");
  // As some tools write every member of both kinds.
  parsed(
      "displayName: X\nipRanges: [10.0.0.0/8]\ncountriesAndRegions: []\n"
      "countryLookupMethod: clientIpAddress\n"
      "includeUnknownCountriesAndRegions: false");
}

TEST("a location of countries cannot be trusted") {
  const std::string countries = "displayName: X\ncountriesAndRegions: [DE]\n";
  assert_refused(countries + "isTrusted: true", "1:1", "remove isTrusted");
  parsed(countries + "isTrusted: false");
}

TEST("Local console has no ranges and no countries") {
  assert_refused("displayName: local console\nipRanges: [10.0.0.0/8]", "1:1",
                 "terminal of this machine");
  assert_refused("displayName: Local console\ncountriesAndRegions: [DE]", "1:1",
                 "terminal of this machine");
}

TEST("names and ids of locations differ in more than case") {
  const std::string first =
      "- {displayName: Office, id: O1, ipRanges: [10.0.0.0/8]}\n";
  const auto second = [&](const std::string& members) {
    return first + "- {" + members + ", ipRanges: [10.0.0.0/8]}\n";
  };
  assert_refused(second("displayName: OFFICE"), "2:3", "of the location");
  assert_refused(second("displayName: X, id: o1"), "2:3", "\"o1\" is already");
  assert_refused(second("displayName: o1"), "2:3", "\"o1\" is already");
  assert_refused(second("displayName: X, id: office"), "2:3",
                 "\"office\" is already");
  assert_refused(second("displayName: X, id: local console"), "2:3",
                 "\"local console\" is already");
  assert_refused(
      "- {displayName: Local console}\n- {displayName: Local console}\n", "2:3",
      "is already");
  assert_refused(first + "- {displayName: Local console, id: Office}\n", "2:3",
                 "\"Office\" is already");
  parsed(second("displayName: X, id: X"));
  parsed("{displayName: Local console, id: local console}");
}

TEST("a location cannot have a name that policies write for several") {
  assert_refused("displayName: all\nipRanges: [10.0.0.0/8]", "1:1",
                 "cannot be called All");
  assert_refused("displayName: X\nid: allTrusted\nipRanges: [10.0.0.0/8]",
                 "1:1", "cannot be called AllTrusted");
}

TEST("a range that is no network is refused where it stands") {
  for (const std::string range :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "10.0.0.0/08x", "fe80::1%1/64",
        "example.org", "2001:db8::/129", "10.0.0.0/-8"}) {
    assert_range_refused(range, "is no network");
  }
  assert_refused("displayName: X\nipRanges:\n- {cidrAddress: x}", "3:17",
                 "is no network");
  assert_refused("displayName: X\nipRanges:\n- {cidr: 10.0.0.0/8}", "3:4",
                 "unknown key \"cidr\" in a range");
  assert_refused("displayName: X\nipRanges:\n- {'@odata.type': a}", "3:3",
                 "cidrAddress is missing");
  assert_refused("displayName: X\nipRanges: 10.0.0.0/8", "2:11", "a list");
}

TEST("a range with a prefix shorter than /8 is refused") {
  for (const std::string range :
       {"0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/3", "fe00::/7"}) {
    assert_range_refused(range, "at least /8");
  }
  of_ranges("10.0.0.0/8, 'fd00::/8'");
}

TEST("a country has two letters") {
  for (const std::string country : {"Germany", "D", "D1", "D-", "DEU"}) {
    assert_refused("displayName: X\ncountriesAndRegions: [" + country + "]",
                   "2:23", "is no country");
  }
  // Which other readers of YAML take for false.
  assert_true(named(parsed("displayName: X\ncountriesAndRegions: [NO]"), "X")
                  .contains(in_country("NO"), true));
}

TEST("an unknown key or word of a location is refused with what was meant") {
  assert_refused("displayname: X", "1:1", "did you mean \"displayName\"?");
  assert_refused("displayName: X\nisTrustd: true", "2:1",
                 "did you mean \"isTrusted\"?");
  assert_refused("displayName: X\ncountryLookupMethod: clientIpAdress", "2:22",
                 "did you mean \"clientIpAddress\"?");
  assert_refused("displayName: X\nisTrusted: yes", "2:12", "true or false");
  assert_refused("id: X\nipRanges: [10.0.0.0/8]", "1:1", "displayName is miss");
  parsed(
      "displayName: X\ncountryLookupMethod: authenticatorAppGps\n"
      "countriesAndRegions: [DE]");
}

// --- laws --------------------------------------------------------------------

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

// Few different addresses, so that ranges touch and overlap; half of them
// around the mapped ones.
std::string any_address(Random& random, bool v4) {
  const auto byte = [&] {
    static const int kBytes[] = {0, 1, 2, 127, 128, 254, 255};
    return kBytes[below(random, 7)];
  };
  char text[64];
  if (v4) {
    std::snprintf(text, sizeof text, "10.%d.%d.%d", byte(), byte(), byte());
  } else if (below(random, 2)) {
    std::snprintf(text, sizeof text, "2001:db8:%x:%x::%x", byte(), byte(),
                  byte());
  } else {
    static const char* const kNear[] = {"::", "::fffe:ffff:ffff", "::1:0:0:0",
                                        "::ffff:0:0:1", "ff:ffff::"};
    return kNear[below(random, 5)];
  }
  return text;
}

std::string any_network(Random& random) {
  const bool v4 = below(random, 2) == 1;
  const std::size_t prefix = 8 + below(random, v4 ? 25 : 121);
  return any_address(random, v4) + '/' + std::to_string(prefix);
}

TEST("merged ranges answer like the networks one by one, at random") {
  Random random(3);
  std::size_t hits = 0, misses = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string ranges;
    std::vector<Network> networks;
    for (std::size_t n = 1 + below(random, 8); n > 0; --n) {
      const std::string text = any_network(random);
      networks.push_back(*Network::parse(text));
      ranges += '\'' + text + "', ";
    }
    const NamedLocation location = of_ranges(ranges);
    for (int asked = 0; asked < 50; ++asked) {
      const std::string text = any_address(random, below(random, 2) == 1);
      const Address address = *Address::parse(text);
      bool naive = false;
      for (const Network& network : networks) {
        naive = naive || network.contains(address);
      }
      if (inside(location, text) != naive) {
        fail_msg("%s in %s", text.c_str(), ranges.c_str());
      }
      ++(naive ? hits : misses);
    }
  }
  assert_true(hits > 5000 && misses > 5000);
}

}  // namespace
}  // namespace mfa
