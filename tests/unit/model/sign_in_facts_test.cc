// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/sign_in_facts.h"

#include "tests/check.h"

namespace mfa {
namespace {

std::string code(std::string_view text) {
  const auto country = CountryCode::parse(text);
  return country ? std::string(country->letters, 2) : "none";
}

TEST("a country is two letters in any case, kept in upper case") {
  for (const char* written : {"DE", "de", "De", "dE"}) {
    assert_string_equal(code(written).c_str(), "DE");
  }
  assert_string_equal(code("az").c_str(), "AZ");
  assert_string_equal(code("AZ").c_str(), "AZ");
}

TEST("what is not exactly two ASCII letters is no country") {
  for (const std::string& text :
       {std::string(), std::string("D"), std::string("DEU"), std::string("D1"),
        std::string(" D"), std::string("@A"), std::string("[A"),
        std::string("`a"), std::string("{a"), std::string("A\0", 2),
        std::string("\xc3\x84"), std::string("DE ")}) {
    if (code(text) != "none") fail_msg("\"%s\"", text.c_str());
  }
}

}  // namespace
}  // namespace mfa
