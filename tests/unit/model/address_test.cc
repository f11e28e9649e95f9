// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/address.h"

#include "agent/model/sign_in.h"
#include "tests/check.h"

namespace mfa {
namespace {

using namespace std::string_view_literals;

void assert_address(std::string_view text, const char* expected) {
  const auto address = Address::parse(text);
  if (!address) fail_msg("refused: %s", std::string(text).c_str());
  assert_string_equal(address->str().c_str(), expected);
}

Address address(std::string_view text) { return Address::parse(text).value(); }
Network network(std::string_view text) { return Network::parse(text).value(); }

bool holds(std::string_view net, std::string_view host) {
  return network(net).contains(address(host));
}

std::string key_of(std::string_view text) {
  return Source{Source::Kind::address, address(text)}.key();
}

TEST("hostile input 21: each address has one form") {
  assert_address("192.0.2.1", "192.0.2.1");
  assert_address("::ffff:192.0.2.1", "192.0.2.1");
  assert_address("::FFFF:c000:201", "192.0.2.1");
  assert_address("2001:DB8:0:0::1", "2001:db8::1");
  assert_address("fe80::1%eth0", "fe80::1");
  assert_address("::", "::");
  assert_true(address("::ffff:1.2.3.4") == address("1.2.3.4"));
  assert_true(address("::ffff:1.2.3.4").is_v4());
  // The deprecated "compatible" form is another address.
  assert_false(address("::1.2.3.4").is_v4());
}

TEST("hostile input 21: what is no numeric address is none") {
  for (const auto text :
       {""sv,           "UNKNOWN"sv,      "localhost"sv,  "host.example.org"sv,
        "1.2.3"sv,      "1.2.3.4.5"sv,    "256.1.1.1"sv,  "01.2.3.4"sv,
        "0x7f.0.0.1"sv, "2130706433"sv,   "1.2.3.4 "sv,   " 1.2.3.4"sv,
        "1.2.3.4\n"sv,  "1.2.3.4%eth0"sv, "1.2.3.4/32"sv, "[::1]"sv,
        ":::"sv,        "1::2::3"sv,      "12345::"sv,    "%eth0"sv,
        "1.2.3.4:22"sv}) {
    if (Address::parse(text)) fail_msg("%s", std::string(text).c_str());
  }
  assert_false(Address::parse(std::string(4096, '1')).has_value());
  assert_false(Address::parse("fe80::1%" + std::string(4096, 'e')).has_value());
}

TEST("hostile input 21: nothing can hide behind a NUL") {
  assert_false(Address::parse("192.0.2.1\0evil"sv).has_value());
  assert_false(Address::parse("192.0.2.1\0"sv).has_value());
  assert_false(Address::parse("::1\0%eth0"sv).has_value());
  assert_false(Network::parse("192.0.2.0\0/24"sv).has_value());
}

TEST("a network holds its first and last address and no neighbour") {
  assert_true(holds("192.0.2.64/26", "192.0.2.64"));
  assert_true(holds("192.0.2.64/26", "192.0.2.127"));
  assert_false(holds("192.0.2.64/26", "192.0.2.63"));
  assert_false(holds("192.0.2.64/26", "192.0.2.128"));
  assert_true(holds("2001:db8::/33", "2001:db8:7fff:ffff::1"));
  assert_false(holds("2001:db8::/33", "2001:db8:8000::"));
}

TEST("a prefix may be 0 and the whole length, and no more") {
  assert_true(holds("0.0.0.0/0", "255.255.255.255"));
  assert_true(holds("192.0.2.1/32", "192.0.2.1"));
  assert_false(holds("192.0.2.1/32", "192.0.2.0"));
  assert_true(holds("::/0", "ffff::"));
  assert_true(holds("2001:db8::1/128", "2001:db8::1"));
  assert_false(holds("2001:db8::1/128", "2001:db8::"));
  for (const auto text :
       {"192.0.2.0/33"sv, "::/129"sv, "192.0.2.0/-1"sv, "192.0.2.0/"sv,
        "192.0.2.0/+8"sv, "192.0.2.0/8x"sv, "192.0.2.0/ 8"sv, "192.0.2.0/8/8"sv,
        "/8"sv, "192.0.2.0/4294967304"sv, "192.0.2.0/255.0.0.0"sv, "10/8"sv,
        "1.2.3/24"sv, "fe80::%eth0/64"sv, "fe80::/64%eth0"sv,
        "example.org/24"sv, ""sv}) {
    if (Network::parse(text)) fail_msg("%s", std::string(text).c_str());
  }
}

TEST("no IPv6 network holds an IPv4 address, and the other way round") {
  assert_false(holds("::/0", "192.0.2.1"));
  assert_false(holds("::/64", "192.0.2.1"));
  assert_false(holds("0.0.0.0/0", "2001:db8::1"));
  assert_false(holds("0.0.0.0/0", "::1"));
}

TEST("hostile input 21: a mapped address or network is IPv4's") {
  assert_true(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
  assert_true(holds("::ffff:192.0.2.0/120", "192.0.2.9"));
  assert_false(holds("::ffff:192.0.2.0/120", "192.0.3.9"));
  assert_string_equal(network("::ffff:10.0.0.0/104").str().c_str(),
                      "10.0.0.0/8");
}

TEST("a network is written without the bits behind its prefix") {
  assert_string_equal(network("192.0.2.77/24").str().c_str(), "192.0.2.0/24");
  assert_string_equal(network("192.0.2.77").str().c_str(), "192.0.2.77/32");
  assert_string_equal(network("0.0.0.0/0").str().c_str(), "0.0.0.0/0");
  assert_string_equal(network("2001:db8::77/48").str().c_str(),
                      "2001:db8::/48");
  assert_string_equal(network("::1").str().c_str(), "::1/128");
}

TEST("a network knows its ends and its prefix") {
  const auto ends = [](const char* text) {
    const Network all = network(text);
    return all.first().str() + ' ' + all.last().str() + ' ' +
           std::to_string(all.prefix()) + (all.is_v4() ? " v4" : " v6");
  };
  assert_string_equal(ends("192.0.2.77/25").c_str(),
                      "192.0.2.0 192.0.2.127 25 v4");
  assert_string_equal(ends("192.0.2.7").c_str(), "192.0.2.7 192.0.2.7 32 v4");
  assert_string_equal(ends("0.0.0.0/0").c_str(),
                      "0.0.0.0 255.255.255.255 0 v4");
  assert_string_equal(ends("::ffff:10.0.0.0/104").c_str(),
                      "10.0.0.0 10.255.255.255 8 v4");
  assert_string_equal(
      ends("2001:db8::1/35").c_str(),
      "2001:db8:: 2001:db8:1fff:ffff:ffff:ffff:ffff:ffff 35 v6");
  assert_string_equal(ends("::1").c_str(), "::1 ::1 128 v6");
}

TEST("the throttle counts an IPv4 address, and the /64 of an IPv6 address") {
  assert_string_equal(key_of("192.0.2.1").c_str(), "192.0.2.1");
  assert_string_equal(key_of("::ffff:192.0.2.1").c_str(), "192.0.2.1");
  assert_true(key_of("192.0.2.1") != key_of("192.0.2.2"));
  assert_string_equal(key_of("2001:db8::1").c_str(), "2001:db8::/64");
  assert_true(key_of("2001:db8::1") == key_of("2001:db8::ffff:0:0:1"));
  assert_true(key_of("2001:db8::1") != key_of("2001:db8:0:1::1"));
}

TEST("a source without an address is counted by what it is") {
  using Kind = Source::Kind;
  assert_string_equal((Source{Kind::console, {}}).key().c_str(), "console");
  assert_string_equal((Source{Kind::self, {}}).key().c_str(), "self");
  assert_string_equal((Source{Kind::unknown, {}}).key().c_str(), "unknown");
  assert_string_equal((Source{Kind::address, {}}).key().c_str(), "unknown");
  assert_string_equal(Source().key().c_str(), "unknown");
}

}  // namespace
}  // namespace mfa
