// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/text.h"

#include "pam_module/request.h"
#include "tests/check.h"

using namespace mfa::pam;

TEST("the module's log lines are printable ASCII whatever comes in") {
  assert_string_equal(escaped("alice@example.org").c_str(),
                      "alice@example.org");
  assert_string_equal(escaped("a\nb\x1b\xff\"\\").c_str(),
                      "a\\x0ab\\x1b\\xff\\x22\\x5c");
  assert_string_equal(escaped("é").c_str(), "\\xc3\\xa9");
  for (int byte = 0; byte < 256; ++byte) {
    for (const char c : escaped(std::string(1, static_cast<char>(byte)))) {
      assert_in_range(c, 0x20, 0x7e);
    }
  }
}

TEST("the module's log lines have an end") {
  assert_string_equal(escaped("abcdef", 3).c_str(), "abc...");
  assert_string_equal(escaped("abc", 3).c_str(), "abc");
}

TEST("control characters are found among ASCII and beyond") {
  for (const char* text : {"\n", "a\x7f", "\xc2\x80", "x\xc2\x9f", "\x1b["}) {
    assert_true(has_control_characters(text));
  }
  for (const char* text : {"", "plain", "\xc2\xa0", "é", "█"}) {
    assert_false(has_control_characters(text));
  }
}

TEST("a screen is shown lines and tabs, no other control character") {
  assert_string_equal(displayable("\na\tb\r\x1b[0m\x7f\xc2\x9b!").c_str(),
                      "\na\tb[0m!");
  assert_string_equal(displayable("é █ ▀").c_str(), "é █ ▀");
}

TEST("errors of the system are told in words") {
  assert_string_equal(error_text(2), "No such file or directory");
  assert_string_equal(error_text(0), "");
  assert_string_equal(error_text(99999), "unknown error");
}

TEST("sshd's filler is recognised at every length and nothing else is") {
  const std::string filler = "\b\n\r\177INCORRECT";
  for (size_t length = 1; length < 60; ++length) {
    std::string cycled;
    while (cycled.size() < length) cycled += filler;
    cycled.resize(length);
    assert_true(is_sshd_filler(cycled));
    cycled.back() = 'x';
    assert_false(is_sshd_filler(cycled));
  }
  assert_false(is_sshd_filler(""));
  assert_false(is_sshd_filler("INCORRECT"));
}
