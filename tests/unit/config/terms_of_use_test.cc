// SPDX-License-Identifier: BSD-3-Clause
//
// The text of terms of use goes to a terminal as it is. A double-quoted one may
// say any character by an escape.
#include <cstring>
#include <string>

#include "agent/config/config.h"
#include "agent/config/readers.h"
#include "tests/check.h"

namespace mfa {
namespace {

// `text` as it stands in the file, with its quotes.
Result<Config> config_with(const std::string& text) {
  return parse_config(
      "terms_of_use: {house-rules: {version: '1', text: " + text + "}}\n",
      "f.yaml");
}

void assert_text(const std::string& text, const char* means) {
  const auto config = config_with(text);
  if (!config) fail_msg("%s: %s", text.c_str(), config.error().what.c_str());
  assert_string_equal(config->terms_of_use.at(0).text.c_str(), means);
}

TEST("escapes of what a terminal can show mean that character") {
  assert_text(R"("Say \"yes\" here.")", "Say \"yes\" here.");
  assert_text(R"("C:\\Windows\x41")", R"(C:\WindowsA)");
  assert_text(R"("one\ntwo\n\n")", "one\ntwo");
  assert_text(R"("Stra\u00dfe \U0001F512")", "Stra\u00dfe \U0001F512");
  // Quotes and backslashes alone are visible, too.
  assert_text(R"("\"\\\"")", R"("\")");
}

TEST("in single quotes and without any a backslash is a backslash") {
  assert_text(R"('a\nb "c" ''d''')", R"(a\nb "c" 'd')");
  assert_text(R"(a\nb\x1b)", R"(a\nb\x1b)");
}

TEST("an escape of what a terminal would obey or hide is refused") {
  for (const char* escape :
       {R"(\e[2J)", R"(\x1b]0;x\a)", R"(\r)", R"(\t)", R"(\b)", R"(\f)",
        R"(\v)", R"(\x7f)", R"(\u202e)", R"(\u2066)", R"(\L)", R"(\P)"}) {
    const auto config =
        config_with(std::string("\"Be kind.") + escape + " Or not.\"");
    if (config) fail_msg("%s", escape);
    // What is named is the place and the field, in visible text.
    assert_true(config.error().what.starts_with("f.yaml:1:"));
    if (!strstr(config.error().what.c_str(), "bytes of visible text")) {
      fail_msg("%s: %s", escape, config.error().what.c_str());
    }
    assert_null(strchr(config.error().what.c_str(), '\x1b'));
  }
  // Bytes that are no text are refused wherever they stand.
  for (const char* escape : {R"(\0)", R"(\x9b)", R"(\N)"}) {
    assert_false(
        config_with(std::string("\"Be kind.") + escape + '"').has_value());
  }
}

TEST("an escape does not carry a text beyond its limit, nor to nothing") {
  const std::string longest(kMaxTermsTextBytes - 1, 'a');
  assert_true(config_with('"' + longest + R"(\x41")").has_value());
  assert_false(config_with('"' + longest + R"(\u00df")").has_value());
  assert_false(config_with(R"("\n\n")").has_value());
}

}  // namespace
}  // namespace mfa
