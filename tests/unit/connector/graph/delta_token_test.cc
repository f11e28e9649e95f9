// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/delta_token.h"

#include <string>

#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector::graph;
using namespace std::chrono_literals;

namespace {

const Instant kBirth(std::chrono::seconds(1'800'000'000));

std::string token() {
  return write_delta_token(
      {"question", {"users link", kBirth}, {"groups \"link\"", kBirth + 1h}});
}

bool is_usable(const std::string& text, Instant now = kBirth + 2h,
               const char* question = "question") {
  return read_delta_token(text, question, now).has_value();
}

std::string replaced(std::string text, const std::string& old,
                     const std::string& by) {
  const std::size_t place = text.find(old);
  assert_true(place != std::string::npos);
  return text.replace(place, old.size(), by);
}

}  // namespace

TEST("a token comes back as it was written") {
  const auto read = read_delta_token(token(), "question", kBirth + 2h);
  assert_true(read.has_value());
  assert_string_equal(read->users.link.c_str(), "users link");
  assert_string_equal(read->groups.link.c_str(), "groups \"link\"");
  assert_true(read->users.born == kBirth);
  assert_true(read->groups.born == kBirth + 1h);
}

TEST("a token is good for six days after the older of its links") {
  assert_true(is_usable(token(), kBirth + 6 * 24h));
  assert_false(is_usable(token(), kBirth + 6 * 24h + 1s));
}

TEST("a token from the future is not believed") {
  assert_false(is_usable(token(), kBirth + 59min));
}

TEST("a token is of use for the same question alone") {
  assert_false(is_usable(token(), kBirth + 2h, "another"));
}

TEST("what is no token of this version begins in full") {
  assert_true(is_usable(token()));
  for (const std::string& text :
       {std::string(), std::string(kNoDeltaToken), std::string("x"),
        replaced(token(), "\"version\":1", "\"version\":2"),
        replaced(token(), "\"version\":1", "\"version\":\"1\""),
        replaced(token(), "\"users\":{", "\"people\":{"),
        replaced(token(), "\"users link\"", "7"),
        replaced(token(), "1800000000", "-1"),
        replaced(token(), "1800000000", "18446744073709551615"),
        replaced(token(), "1800000000", "1.8e9")}) {
    assert_false(is_usable(text));
  }
}
