// SPDX-License-Identifier: BSD-3-Clause
//
// What is text on the wire, and what can be an answer.
#include "tests/check.h"
#include "wire/codec.h"

namespace mfa::wire {
namespace {

using namespace std::string_view_literals;

std::string utf8(char32_t c) {
  const auto low = [&](unsigned shift) {
    return static_cast<char>(0x80 | (c >> shift & 0x3f));
  };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), low(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), low(6), low(0)};
  return {static_cast<char>(0xf0 | c >> 18), low(12), low(6), low(0)};
}

TEST("every code point but NUL and the surrogates is text") {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    const bool surrogate = c >= 0xd800 && c <= 0xdfff;
    if (is_text(utf8(c)) != (c != 0 && !surrogate)) {
      fail_msg("U+%04X", static_cast<unsigned>(c));
    }
  }
}

// With the test above this leaves no room for an overlong form: there are as
// many accepted sequences as there are code points.
TEST("nothing but the one form of a code point is text") {
  int two = 0;
  int three = 0;
  char bytes[3];
  for (int a = 0x80; a < 0x100; ++a) {
    bytes[0] = static_cast<char>(a);
    for (int b = 0; b < 0x100; ++b) {
      bytes[1] = static_cast<char>(b);
      two += is_text({bytes, 2});
      for (int c = 0; c < 0x100; ++c) {
        bytes[2] = static_cast<char>(c);
        three += is_text({bytes, 3});
      }
    }
  }
  const int two_byte_points = 0x800 - 0x80;
  const int three_byte_points = 0x10000 - 0x800 - 0x800;
  assert_int_equal(two, two_byte_points);
  assert_int_equal(three, three_byte_points + two_byte_points * 127);
}

TEST("hostile input 18: overlong and broken sequences of four are no text") {
  assert_true(is_text("\xf0\x90\x80\x80"sv));
  assert_true(is_text("\xf4\x8f\xbf\xbf"sv));
  for (const auto bytes :
       {"\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv,
        "\xf0\x90\x80"sv, "\xf0\x90\x80\x7f"sv, "\xf0\x90\x80\xc0"sv,
        "\xf1\x7f\x80\x80"sv, "\xf8\x88\x80\x80\x80"sv}) {
    assert_false(is_text(bytes));
  }
}

TEST("an empty text is a text, but no answer") {
  assert_true(is_text(""));
  assert_false(has_form("", AnswerForm::digits));
  assert_false(has_form("", AnswerForm::text));
}

TEST("hostile input 5: sshd's filler and a NUL are no digits") {
  const std::string filler = "\b\n\r\177INCORRECT";
  for (std::size_t typed = 1; typed <= 40; ++typed) {
    std::string answer;
    while (answer.size() < typed) answer += filler[answer.size() % 13];
    assert_false(has_form(answer, AnswerForm::digits));
    assert_false(has_form(answer, AnswerForm::text));
  }
  assert_false(has_form("123\000456"sv, AnswerForm::digits));
  assert_false(has_form("123456\0"sv, AnswerForm::digits));
  assert_false(has_form("123\000456"sv, AnswerForm::text));
}

TEST("hostile input 6: digits of other scripts are no digits") {
  for (const auto answer :
       {"١٢٣٤٥٦"sv, "１２３４５６"sv, "१२३४५६"sv, "12345６"sv, "²23456"sv}) {
    assert_false(has_form(answer, AnswerForm::digits));
    assert_false(has_form(answer, AnswerForm::text));
  }
}

TEST("hostile input 7: spaces and hyphens between the digits are allowed") {
  for (const auto answer : {" 123 456 "sv, "123-456"sv, "123456"sv, "0"sv}) {
    assert_true(has_form(answer, AnswerForm::digits));
  }
  for (const auto answer : {"-"sv, " "sv, " - "sv, "123\t456"sv, "123456\n"sv,
                            "123\u00a0456"sv, "123\u2013456"sv}) {
    assert_false(has_form(answer, AnswerForm::digits));
  }
}

TEST("hostile input 8: what only strtol takes for a number is no code") {
  for (const auto answer : {"+12345"sv, "0x1E24"sv, "1e5"sv, "12345L"sv,
                            "1.5"sv, "1,000"sv, "١"sv}) {
    assert_false(has_form(answer, AnswerForm::digits));
  }
}

TEST("hostile input 14: a password is no code") {
  assert_false(has_form("correct horse battery 1", AnswerForm::digits));
  assert_false(has_form("alice", AnswerForm::digits));
  assert_true(has_form("correct horse battery 1", AnswerForm::text));
}

TEST("an answer as long as its limit has a form, a longer one has none") {
  for (const auto form : {AnswerForm::digits, AnswerForm::text}) {
    assert_true(has_form(std::string(kMaxAnswer, '1'), form));
    assert_false(has_form(std::string(kMaxAnswer + 1, '1'), form));
  }
}

TEST("only printable ASCII is an answer of the form text") {
  for (int c = 0; c < 256; ++c) {
    const std::string answer(1, static_cast<char>(c));
    assert_int_equal(has_form(answer, AnswerForm::text), c >= 32 && c <= 126);
  }
  assert_false(has_form("1", static_cast<AnswerForm>(3)));
}

}  // namespace
}  // namespace mfa::wire
