// SPDX-License-Identifier: BSD-3-Clause
#include <string>

#include "connector/graph/members.h"
#include "connector/graph/strict_json.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector::graph;

namespace {

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string nested(std::size_t levels) {
  return repeated("[", levels) + repeated("]", levels);
}

std::string problem(const std::string& text) {
  const auto json = parse_json(text);
  assert_false(json.has_value());
  assert_true(json.error().kind == ErrorKind::malformed);
  return json.error().what;
}

}  // namespace

TEST("what JSON says is read") {
  const auto json = parse_json(
      R"({"a":[1,-2,3.5,true,null,"\u00e9\ud83d\ude00"],"b":{"a":[]}})");
  assert_true(json.has_value());
  assert_string_equal(json->dump().c_str(),
                      "{\"a\":[1,-2,3.5,true,null,\"\xc3\xa9\xf0\x9f\x98\x80\"]"
                      ",\"b\":{\"a\":[]}}");
}

TEST("32 levels are read, 33 are not") {
  assert_true(parse_json(nested(kMaxJsonDepth)).has_value());
  assert_non_null(strstr(problem(nested(kMaxJsonDepth + 1)).c_str(), "levels"));
}

TEST("a text of 64 KiB is read, a longer one is not, as a name neither") {
  const std::string longest(kMaxJsonStringBytes, 'x');
  assert_true(parse_json('"' + longest + '"').has_value());
  assert_non_null(strstr(problem('"' + longest + "x\"").c_str(), "bytes"));
  assert_non_null(strstr(problem("{\"" + longest + "x\":1}").c_str(), "bytes"));
}

TEST("a million values are read, more are not") {
  const std::string most = repeated("1,", kMaxJsonValues - 2) + "1";
  assert_true(parse_json("[" + most + "]").has_value());
  assert_non_null(strstr(problem("[" + most + ",1]").c_str(), "values"));
}

TEST("the same name twice is refused in one object, not in two") {
  assert_true(parse_json(R"([{"a":1},{"a":1}])").has_value());
  assert_true(parse_json(R"({"a":{"a":1}})").has_value());
  assert_non_null(strstr(problem(R"({"a":1,"b":2,"a":1})").c_str(), "twice"));
  assert_non_null(strstr(problem(R"({"a":1,"\u0061":1})").c_str(), "twice"));
}

TEST("what two readers could understand differently is refused") {
  for (const char* text :
       {"",         " ",        "{",    "[1,]", "{\"a\":1,}",  "01",
        "+1",       "1e400",    "NaN",  "'a'",  "\"\\ud800\"", "\"\\udc00x\"",
        "\"\x80\"", "\"a\nb\"", "1 2",  "[]]",  "// x\n1",     "\"\\x\"",
        "nul",      "{a:1}",    "{1:1}"}) {
    problem(text);
  }
  problem("\"a\\u0000b\"");
  problem(std::string("\"a\0b\"", 5));
}

TEST("a finding names the member by its path, and the first one counts") {
  const auto json = parse_json(R"({"a":1,"b":{"c":[]},"n":null})");
  Members members(*json, {"users/delta", 17});
  Members inner(members, "b");
  assert_true(inner.text("c").empty());
  assert_true(members.text("a").empty());
  const auto verdict = members.verdict();
  assert_false(verdict.has_value());
  assert_string_equal(
      verdict.error().what.c_str(),
      "users/delta: value[17].b.c is of type array, not string: the schema is "
      "not the one this program knows");
}

TEST("null is absent: no finding where it may be, one where it may not") {
  const auto json = parse_json(R"({"n":null,"e":""})");
  Members members(*json, {"x", std::nullopt});
  assert_false(members.optional_text("n").has_value());
  assert_false(members.optional_truth("n").has_value());
  assert_null(members.optional_list("n"));
  assert_false(members.filled_text("e").has_value());
  assert_false(Members(members, "n").optional_text("x").has_value());
  assert_true(members.verdict().has_value());
  assert_false(members.truth("n"));
  assert_string_equal(members.verdict().error().what.c_str(),
                      "x: n is missing: the schema is not the one this program "
                      "knows");
}

TEST("an entry that is no object is a finding") {
  const auto json = parse_json("[1]");
  const Members members((*json)[0], {"x", 0});
  assert_string_equal(members.verdict().error().what.c_str(),
                      "x: value[0] is of type number, not object: the schema "
                      "is not the one this program knows");
}
