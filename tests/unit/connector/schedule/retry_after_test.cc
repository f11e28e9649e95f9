// SPDX-License-Identifier: BSD-3-Clause
#include "connector/schedule/retry_after.h"

#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector;
using namespace std::chrono_literals;

namespace {

// Wed, 21 Oct 2026 07:28:00 GMT
const Instant kNow(std::chrono::seconds(1'792'567'680));

}  // namespace

TEST("Retry-After is taken between a second and a quarter of an hour") {
  assert_true(retry_after("120", kNow) == 120s);
  assert_true(retry_after(" 2\t", kNow) == 2s);
  assert_true(retry_after("1", kNow) == 1s);
  assert_true(retry_after("0", kNow) == 1s);
  assert_true(retry_after("-1", kNow) == 1s);
  assert_true(retry_after("900", kNow) == 900s);
  assert_true(retry_after("901", kNow) == 900s);
  assert_true(retry_after("1000000000", kNow) == 900s);
  assert_true(retry_after("99999999999999999999", kNow) == 900s);
  assert_true(retry_after("-99999999999999999999", kNow) == 1s);
}

TEST("Retry-After may be a date, seen from our own clock") {
  assert_true(retry_after("Wed, 21 Oct 2026 07:28:30 GMT", kNow) == 30s);
  assert_true(retry_after("Wed, 21 Oct 2026 07:27:00 GMT", kNow) == 1s);
  assert_true(retry_after("Thu, 01 Jan 1970 00:00:00 GMT", kNow) == 1s);
  assert_true(retry_after("Fri, 31 Dec 9999 23:59:59 GMT", kNow) == 900s);
}

TEST("any other Retry-After is none") {
  for (const char* header :
       {"", " ", "soon", "1e3", "0x10", "1.5", "+", "-", "1 s", "120;",
        "Wed, 21 Oct 2026 07:28:00", "21 Oct 2026 07:28:00 GMT",
        "2026-10-21T07:28:00Z"}) {
    assert_false(retry_after(header, kNow).has_value());
  }
}

TEST("a date of HTTP is an instant") {
  assert_true(parse_http_date("Wed, 21 Oct 2026 07:28:00 GMT") == kNow);
  assert_false(parse_http_date("Wed, 21 Oct 2026 07:28:00 GMT ").has_value());
}
