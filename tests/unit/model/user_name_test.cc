// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/user_name.h"

#include "tests/check.h"

namespace mfa {
namespace {

using namespace std::string_view_literals;

void assert_refused(std::string_view text) {
  if (UserName::parse(text)) {
    fail_msg("accepted: %.*s", static_cast<int>(text.size()), text.data());
  }
}

TEST("names of Linux, Samba and directories are accepted as they are") {
  for (const auto name :
       {"alice"sv, "_apt"sv, "systemd-network"sv, "a"sv, "u1000"sv, "1000"sv,
        "host$"sv, "CORP\\alice"sv, "CORP+alice"sv, "alice@example.org"sv,
        "first.last"sv, "Alice"sv}) {
    const auto parsed = UserName::parse(name);
    assert_true(parsed.has_value());
    assert_true(parsed->str() == name);
  }
}

TEST("hostile input 15: an empty user name is refused") { assert_refused(""); }

TEST("hostile input 16: a user name above 256 bytes is refused") {
  assert_true(UserName::parse(std::string(256, 'a')).has_value());
  assert_refused(std::string(257, 'a'));
  assert_refused(std::string(1 << 20, 'a'));
}

TEST("hostile input 17: what separates records, paths or words is refused") {
  for (const auto name :
       {"a\nb"sv, "alice\n"sv,  "a\rb"sv, "a\x1b[2J"sv, "a%n"sv,    "a:b"sv,
        "a/b"sv,  "../alice"sv, ".."sv,   "."sv,        ".alice"sv, "/"sv,
        "a b"sv,  "a;b"sv,      "a,b"sv,  "a\"b"sv,     "a'b"sv,    "a`b"sv,
        "a|b"sv,  "a*"sv,       "a="sv,   "-alice"sv,   "--help"sv, "-"sv,
        "#0"sv,   "a\0"sv,      "a\0b"sv, "\0"sv}) {
    assert_refused(name);
  }
}

TEST("hostile input 17: of all bytes only those of names are accepted") {
  const std::string_view others = "_.@$+\\-";
  for (int c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool alphanumeric = (c >= '0' && c <= '9') ||
                              (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    const bool allowed = alphanumeric || others.find(byte) != others.npos;
    const std::string name{'a', byte};
    assert_int_equal(UserName::parse(name).has_value(), allowed);
  }
}

TEST("hostile input 18: no byte above ASCII is in a user name") {
  for (const auto name : {"\xff"sv, "al\xc0\xafice"sv, "\u202eecila"sv, "åsa"sv,
                          "al\u200bice"sv}) {
    assert_refused(name);
  }
}

TEST("hostile input 19: look-alikes are refused or are other names") {
  assert_refused("al\u0131ce");  // a dotless i
  assert_refused("alice ");
  assert_refused(" alice");
  // Case is NSS's to decide: the canonical name is what it answers.
  assert_true(*UserName::parse("Alice") != *UserName::parse("alice"));
}

}  // namespace
}  // namespace mfa
