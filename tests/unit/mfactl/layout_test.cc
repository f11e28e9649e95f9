// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/layout.h"

#include <string.h>

#include <algorithm>
#include <sstream>

#include "tests/check.h"

namespace mfa::mfactl {
namespace {

constexpr std::size_t kWidth = 100;

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    widest = std::max(widest, columns(line));
  }
  return widest;
}

}  // namespace

TEST("columns of a table stand under their headings, without trailing space") {
  const std::string text = table(
      {"ID", "LABEL", "N"}, {{"1", "Phone", "3"}, {"22", "J\u00f6rg", ""}}, 80);
  assert_string_equal(text.c_str(),
                      "ID  LABEL  N\n"
                      "1   Phone  3\n"
                      "22  J\u00f6rg\n");
}

TEST("a table fits its width by cutting the widest column") {
  const std::string text =
      table({"A", "B", "C"},
            {{std::string(90, 'a'), std::string(40, 'b'), "short"},
             {"\u00e9\u00e9", std::string(40, 'd'), "x"}},
            kWidth);
  assert_int_equal(widest_line(text), kWidth);
  assert_non_null(strstr(text.c_str(), "aaa..."));
  assert_non_null(strstr(text.c_str(), "short"));
}

TEST("nothing is cut where there is no terminal to fit") {
  const std::string text =
      table({"A", "B"}, {{std::string(300, 'a'), std::string(300, 'b')}},
            kUnlimitedWidth);
  assert_int_equal(widest_line(text), 602);
  assert_null(strstr(text.c_str(), "..."));
}

TEST("a sentence keeps its quotes and loses what moves the cursor") {
  assert_string_equal(printable("key \"a\\b\" is \x1b[2J\n\xff\u202e").c_str(),
                      "key \"a\\b\" is \\x1b[2J\\x0a\\xff\\u{202e}");
  assert_string_equal(fields({{"Why", "no \"x\""}}).c_str(), "Why  no \"x\"\n");
}

TEST("cutting never splits a character") {
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\u00e9";
  const std::string text = table({"A"}, {{wide}}, kWidth);
  assert_int_equal(widest_line(text), kWidth);
  assert_non_null(strstr(text.c_str(), "\u00e9...\n"));
}

TEST(
    "hostile input 84: nothing in a cell moves the cursor or breaks the line") {
  const std::string cell = "a\x1b[2J\n\r\x9b\u202e\xff";
  for (const std::string& text :
       {table({"A"}, {{cell}}, kWidth), fields({{"Name", cell}}),
        fixed_line({cell, cell}, {3, 3})}) {
    assert_null(strpbrk(text.c_str(), "\x1b\r"));
    assert_null(strstr(text.c_str(), "\u202e"));
    assert_true(std::count(text.begin(), text.end(), '\n') <= 2);
  }
}

TEST("fields are aligned, wrapped under their text, and left out when empty") {
  const std::string text =
      fields({{"Why", std::string(40, 'a') + ' ' + std::string(40, 'b')},
              {"Nothing", ""},
              {"Who", "alice"}});
  assert_string_equal(text.c_str(),
                      ("Why  " + std::string(40, 'a') + "\n     " +
                       std::string(40, 'b') + "\nWho  alice\n")
                          .c_str());
}

TEST("a word longer than the line stands on a line of its own") {
  const std::string text = fields({{"N", "a " + std::string(200, 'w') + " b"}});
  assert_string_equal(
      text.c_str(), ("N  a\n   " + std::string(200, 'w') + "\n   b\n").c_str());
}

TEST("a line of a listing that goes on keeps what does not fit its column") {
  assert_string_equal(fixed_line({"abcdef", "x", "y"}, {3, 3}).c_str(),
                      "abcdef  x    y\n");
}

}  // namespace mfa::mfactl
