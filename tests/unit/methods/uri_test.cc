// SPDX-License-Identifier: BSD-3-Clause
#include "agent/methods/uri.h"

#include "tests/check.h"

namespace mfa {
namespace {

TEST("only RFC 3986's unreserved characters stay as they are in a URI") {
  assert_string_equal(percent_encoded("AZaz09-._~").c_str(), "AZaz09-._~");
  assert_string_equal(percent_encoded("a/b&x=1#?:@ %").c_str(),
                      "a%2Fb%26x%3D1%23%3F%3A%40%20%25");
  assert_string_equal(percent_encoded("\xc3\xa9\n").c_str(), "%C3%A9%0A");
  assert_string_equal(percent_encoded(std::string_view("\0", 1)).c_str(),
                      "%00");
}

}  // namespace
}  // namespace mfa
