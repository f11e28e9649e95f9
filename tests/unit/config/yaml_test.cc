// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/yaml.h"

#include <chrono>
#include <cstring>

#include "tests/check.h"

namespace mfa {
namespace {

std::string error_of(std::string_view text) {
  const auto node = yaml::parse(text, "f.yaml");
  return node ? "no error" : node.error().what;
}

yaml::Node parsed(std::string_view text) {
  auto node = yaml::parse(text, "f.yaml");
  if (!node) fail_msg("%s", node.error().what.c_str());
  return std::move(*node);
}

// The error begins with this place and says this.
void assert_refused(std::string_view text, const std::string& place,
                    const std::string& says) {
  const std::string what = error_of(text);
  if (!what.starts_with("f.yaml:" + place + ": ") ||
      what.find(says) == what.npos) {
    fail_msg("expected %s and \"%s\", got: %s", place.c_str(), says.c_str(),
             what.c_str());
  }
}

void assert_says(std::string_view text, const std::string& says) {
  const std::string what = error_of(text);
  if (what.find(says) == what.npos) {
    fail_msg("expected \"%s\", got: %s", says.c_str(), what.c_str());
  }
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string whole;
  for (std::size_t i = 0; i < times; ++i) whole += part;
  return whole;
}

std::string nested_lists(std::size_t depth) {
  return repeated("[", depth) + repeated("]", depth);
}

TEST("a YAML map keeps its keys in order, with the place of each") {
  const yaml::Node root = parsed("# comment\na: 1\nb:\n  - x\n  - 'y'\n");
  assert_int_equal(root.entries.size(), 2);
  assert_string_equal(root.entries[1].key.c_str(), "b");
  assert_int_equal(root.entries[1].place.line, 3);
  const yaml::Node& list = *root.find("b");
  assert_int_equal(list.items.size(), 2);
  assert_int_equal(list.items[1].place.line, 5);
  assert_int_equal(list.items[1].place.column, 5);
  assert_true(list.items[0].plain);
  assert_false(list.items[1].plain);
  assert_null(root.find("c"));
}

TEST(
    "JSON as Entra exports it is YAML, with tabs, CRLF and a byte order mark") {
  const yaml::Node root = parsed(
      "\xef\xbb\xbf{\r\n\t\"displayName\": \"Block\",\r\n"
      "\t\"conditions\": {\"users\": {\"includeUsers\": [\"All\"]}},\r\n"
      "\t\"sessionControls\": null\r\n}\r\n");
  assert_string_equal(root.find("displayName")->scalar.c_str(), "Block");
  assert_true(root.find("sessionControls")->kind == yaml::Node::Kind::null);
}

TEST("lists and maps may be nested 32 deep and no deeper") {
  parsed(nested_lists(yaml::kMaxDepth));
  assert_refused(nested_lists(yaml::kMaxDepth + 1), "1:33", "nested more than");
}

TEST("hostile input 55: a YAML file of 100 MiB is refused by its size") {
  assert_refused(std::string(100 << 20, ' '), "1:1", "longer than 1048576");
  assert_refused(std::string(yaml::kMaxBytes + 1, ' '), "1:1", "longer");
  parsed("{}" + std::string(yaml::kMaxBytes - 2, ' '));
}

TEST("a reader of YAML may allow more bytes, or fewer") {
  const auto size = [](std::size_t bytes, std::size_t most) {
    const std::string text = "{}" + std::string(bytes - 2, ' ');
    const auto node = yaml::parse(text, "f.yaml", most);
    return node ? std::string("read") : node.error().what;
  };
  assert_string_equal(size(yaml::kMaxBytes + 1, yaml::kMaxBytes + 1).c_str(),
                      "read");
  assert_string_equal(size(10, 10).c_str(), "read");
  assert_true(
      size(11, 10).starts_with("f.yaml:1:1: the file is longer than 10 bytes"));
}

TEST("hostile input 56: 100000 nested brackets are refused at depth 32") {
  assert_says(repeated("[", 100000), "nested more than 32");
  assert_says(repeated("{a: ", 100000), "nested more than 32");
  assert_refused(repeated("- ", 100000), "1:65", "nested more than 32");
  assert_true(error_of(repeated("{", 100000)) != "no error");
  assert_true(error_of(repeated("? ", 100000)) != "no error");
  assert_true(error_of(repeated("[{", 100000)) != "no error");
  std::string block;
  for (std::size_t i = 0; i < 100; ++i) block += std::string(i, ' ') + "a:\n";
  assert_refused(block, "33:33", "nested more than 32");
}

TEST("hostile input 57: aliases, anchors, merge keys and tags are refused") {
  assert_refused("a: &x 1\n", "1:4", "anchors");
  assert_refused("a: &x 1\nb: *x\n", "1:4", "anchors");
  assert_refused("a: *x\n", "1:4", "");
  assert_refused("<<: {b: 1}\n", "1:1", "merge keys");
  assert_refused("a: !!str 1\n", "1:4", "tags");
  assert_refused("a: !own {b: 1}\n", "1:4", "tags");
  assert_refused("a: !own [b]\n", "1:4", "tags");
  assert_refused("a: !own\n", "1:4", "tags");
  assert_refused("!2", "1:1", "");
  assert_refused("%TAG ! tag:x,2000:\n---\na: 1\n", "1:1", "directives");
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    const std::string self = std::to_string(i);
    bomb += "a" + self + ": &a" + self + " [" + last + ", " + last + "]\n";
  }
  assert_refused(bomb, "1:5", "anchors");
}

TEST("hostile input 58: a key that stands twice in a map is refused") {
  assert_refused("a: 1\nb: 2\na: 3\n", "3:1", "\"a\" stands here a second");
  assert_refused("{a: 1, 'a': 2}", "1:8", "second time");
  assert_refused("x: {a: {b: 1, b: 2}}", "1:15", "second time");
  parsed("x: {a: 1}\ny: {a: 1}\n");
}

TEST("hostile input 60: only true and false are booleans") {
  const auto boolean = [](const char* text) {
    return yaml::boolean(parsed(std::string("k: ") + text).entries[0].value,
                         "enabled");
  };
  assert_true(*boolean("true"));
  assert_false(*boolean("false"));
  for (const char* text : {"yes", "no", "on", "off", "NO", "True", "TRUE", "y",
                           "1", "0", "'true'", "~", "[true]", "{true: true}"}) {
    const auto value = boolean(text);
    assert_false(value.has_value());
    assert_non_null(strstr(value.error().what.c_str(), "enabled is "));
    assert_non_null(strstr(value.error().what.c_str(), "write true or false"));
  }
}

TEST("hostile inputs 60 and 61: a number has decimal digits only, in range") {
  const auto integer = [](const std::string& text) {
    return yaml::integer(parsed("k: " + text).entries[0].value, "days", 0, 365);
  };
  assert_int_equal(*integer("0"), 0);
  assert_int_equal(*integer("365"), 365);
  for (const char* text : {"366",
                           "-1",
                           "+1",
                           "0o10",
                           "010",
                           "0x1",
                           "1e3",
                           "1.0",
                           "1_0",
                           "5m",
                           "NaN",
                           ".nan",
                           ".inf",
                           "1e309",
                           "1:30",
                           "190:20:30",
                           "'7'",
                           "''",
                           "~",
                           "true",
                           "18446744073709551616",
                           "18446744073709551615",
                           "\" 7\"",
                           "[7]"}) {
    const auto value = integer(text);
    assert_false(value.has_value());
    assert_true(value.error().what.starts_with("f.yaml:1:"));
    assert_non_null(strstr(value.error().what.c_str(),
                           "; write a whole number from 0 to 365"));
  }
}

TEST("hostile input 62: tabs, NUL, control characters, invalid UTF-8") {
  using namespace std::string_literals;
  assert_refused("a:\n\tb: 1\n", "2:1", "a tab");
  assert_refused("a:\n  \t- b\n", "2:3", "a tab");
  assert_refused("a: 1\nb: x\0y\n"s, "2:5", "byte 0x00");
  assert_refused("a: \x1b[2J\n", "1:4", "byte 0x1b");
  assert_refused("a: \"\\0\"\n", "1:4", "no text");
  assert_refused("ab: \xc3\xa9 \xff\n", "1:8", "not UTF-8");
  assert_refused("a: \xc0\xaf\n", "1:4", "not UTF-8");      // overlong
  assert_refused("a: \xed\xa0\x80\n", "1:4", "not UTF-8");  // a surrogate
  assert_refused(
      "\xff\xfe"
      "a\0"s,
      "1:4", "");  // UTF-16
  assert_int_equal(parsed("a: 1\r\nb: 2\r\n").entries.size(), 2);
  assert_int_equal(parsed("\xef\xbb\xbf"
                          "a: 1\n")
                       .entries.size(),
                   1);
  assert_string_equal(parsed("a: 1\r\n").find("a")->scalar.c_str(), "1");
}

TEST("hostile input 63: a second document is refused") {
  assert_refused("a: 1\n---\nb: 2\n", "2:1", "second document");
  assert_refused("a: 1\n...\nb: 2\n", "3:1", "second document");
  parsed("---\na: 1\n");
  parsed("---\na: 1\n...\n");
}

TEST("a text is printable, within its length, and no list, map or nothing") {
  const auto text = [](const std::string& yaml_text) {
    return yaml::text(parsed("k: " + yaml_text).entries[0].value, "name", 5);
  };
  assert_string_equal(text("abcde")->c_str(), "abcde");
  assert_string_equal(text("no")->c_str(), "no");
  assert_string_equal(text("'a\\b'")->c_str(), "a\\b");
  for (const char* bad : {"abcdef", "''", "~", "[a]", "{a: b}", "\"a\\nb\"",
                          "\"a\\e\"", "\"\\u202e\""}) {
    assert_false(text(bad).has_value());
  }
}

TEST("a quote that is never closed is refused and swallows nothing") {
  for (const char* text : {"a: 'x", "a: 'x\n", "a: 'x\nb: 1\n\n", "a: \"x\n",
                           "a: \"x\n  ", "a: ['x\n", "'\n", "\"\n# b\n"}) {
    assert_says(text, "EOF");
  }
  assert_string_equal(parsed("a: |\n  x\n").find("a")->scalar.c_str(), "x\n");
  assert_string_equal(parsed("a: 'x'").find("a")->scalar.c_str(), "x");
}

TEST("broken YAML is refused with its line") {
  assert_refused("a: 1\nb: [1, 2\n", "4:1", "end of sequence");
  assert_refused("- a\nb: 1\n", "2:1", "");
  assert_refused("a: 1\n b: 2\n", "2:3", "");
  assert_refused("[a, b]: 1\n", "1:1", "a key must be text");
  assert_refused("{a: 1}}", "1:7", "");
}

TEST("a hostile YAML file of the largest size is answered within seconds") {
  const auto began = std::chrono::steady_clock::now();
  // The slowest of two dozen shapes; each took less than a second.
  for (const char* part : {"[", "{a: b, ", "a:\n- b\n", "a: "}) {
    const std::string_view unit = part;
    error_of(repeated(unit, yaml::kMaxBytes / unit.size()));
    error_of("[" + repeated(unit, yaml::kMaxBytes / unit.size() - 1));
  }
  const auto took = std::chrono::steady_clock::now() - began;
  // Quadratic time would be hours, so a slow machine has room enough.
  assert_true(took < std::chrono::seconds(60));
}

}  // namespace
}  // namespace mfa
