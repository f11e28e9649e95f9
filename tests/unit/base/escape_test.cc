// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/escape.h"

#include <algorithm>

#include "tests/check.h"
#include "wire/codec.h"

namespace mfa {
namespace {

using namespace std::string_view_literals;

void assert_escaped(std::string_view text, const char* expected) {
  assert_string_equal(escaped(text).c_str(), expected);
}

TEST("hostile input 17: control characters are shown, not obeyed") {
  assert_escaped("\x1b[2J", "\\x1b[2J");
  assert_escaped("a\r\nb", "a\\x0d\\x0ab");
  assert_escaped("\a\b\t\x7f", "\\x07\\x08\\x09\\x7f");
  assert_escaped("a\0b"sv, "a\\x00b");
  assert_escaped("%n%s", "%n%s");
}

TEST("the control characters U+0080 to U+009F are shown by their number") {
  assert_escaped("\u009b31m", "\\u{009b}31m");
  assert_escaped("\u0080\u0085", "\\u{0080}\\u{0085}");
  assert_escaped("\u00a0", "\u00a0");
}

TEST("hostile input 18: what turns the direction of text is shown") {
  assert_escaped("\u202egnp", "\\u{202e}gnp");
  assert_escaped("\u202a\u2066\u2069", "\\u{202a}\\u{2066}\\u{2069}");
  assert_escaped("\u200e\u200f\u061c", "\\u{200e}\\u{200f}\\u{061c}");
  assert_escaped("\u2028\u2029\ufeff", "\\u{2028}\\u{2029}\\u{feff}");
}

TEST("hostile input 18: bytes that are no UTF-8 are shown one by one") {
  assert_escaped("\xff", "\\xff");
  assert_escaped("\xc0\xaf", "\\xc0\\xaf");
  assert_escaped("\xe2\x82", "\\xe2\\x82");
  assert_escaped("\xed\xa0\x80", "\\xed\\xa0\\x80");
  assert_escaped("a\x80z", "a\\x80z");
}

TEST("what ends a quoted value is shown by its number") {
  assert_escaped("\"\\", "\\x22\\x5c");
  assert_string_equal(quoted("a\" user=\"root").c_str(),
                      "\"a\\x22 user=\\x22root\"");
  assert_string_equal(quoted("").c_str(), "\"\"");
}

TEST("names of all the world stay as they are") {
  assert_escaped("Åsa Öberg", "Åsa Öberg");
  assert_escaped("名前🙂", "名前🙂");
}

TEST("a long text is cut at its limit and says so") {
  assert_string_equal(escaped("abcdef", 6).c_str(), "abcdef");
  assert_string_equal(escaped("abcdef", 5).c_str(), "abcde...");
  assert_string_equal(escaped("abcdef", 0).c_str(), "...");
  assert_int_equal(escaped(std::string(1 << 20, 'a')).size(), 256 + 3);
}

TEST("a cut never makes broken bytes of a good character") {
  assert_string_equal(escaped("aåb", 2).c_str(), "a...");
  assert_string_equal(escaped("aåb", 3).c_str(), "aå...");
  for (const std::size_t limit : {1u, 2u, 3u}) {
    assert_string_equal(escaped("🙂🙂", limit).c_str(), "...");
  }
  assert_string_equal(escaped("🙂🙂", 4).c_str(), "🙂...");
  assert_string_equal(escaped("\xff\xff\xff", 2).c_str(), "\\xff\\xff...");
}

TEST("whatever comes in, one line of well-formed text comes out") {
  std::uint32_t state = 1;  // any sequence of bytes will do
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525 + 1013904223;
      text += static_cast<char>(state >> 24);
    }
    const std::string out = escaped(text);
    assert_true(wire::is_text(out));
    assert_true(std::none_of(out.begin(), out.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte < 0x20 || byte == 0x7f || byte == '"';
    }));
  }
}

}  // namespace
}  // namespace mfa
