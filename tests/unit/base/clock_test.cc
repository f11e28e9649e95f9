// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/clock.h"

#include "tests/check.h"

namespace mfa {
namespace {

std::string at(std::int64_t microseconds) {
  return to_iso8601(Instant(std::chrono::microseconds(microseconds)));
}

TEST("an instant is written in Graph's form, in UTC, to the microsecond") {
  assert_string_equal(at(0).c_str(), "1970-01-01T00:00:00.000000Z");
  assert_string_equal(at(1795258269123456).c_str(),
                      "2026-11-21T10:51:09.123456Z");
  assert_string_equal(at(1709164799999999).c_str(),
                      "2024-02-28T23:59:59.999999Z");
  assert_string_equal(at(1709164800000000).c_str(),
                      "2024-02-29T00:00:00.000000Z");
}

TEST("hostile input 102: 1970 and 2038 are dates as any other") {
  assert_string_equal(at(-1).c_str(), "1969-12-31T23:59:59.999999Z");
  assert_string_equal(at(2147483647000000).c_str(),
                      "2038-01-19T03:14:07.000000Z");
  assert_string_equal(at(2147483648000000).c_str(),
                      "2038-01-19T03:14:08.000000Z");
}

TEST("written instants sort as they follow each other") {
  assert_true(at(999'999) < at(1'000'000));
  assert_true(at(1795258269123456) < at(1795258269123457));
}

TEST("what an instant was written as is the instant again") {
  for (const std::int64_t microseconds :
       {0LL, -1LL, 1795258269123456LL, 1709164800000000LL,
        2147483648000000LL}) {
    const Instant instant{std::chrono::microseconds(microseconds)};
    assert_true(parse_iso8601(to_iso8601(instant)) == instant);
  }
  const auto second = parse_iso8601("2026-01-01T00:00:00Z");
  assert_true(second.has_value());
  assert_true(parse_iso8601("2026-01-01T00:00:00.5Z") ==
              *second + std::chrono::milliseconds(500));
  assert_true(parse_iso8601("2026-01-01T00:00:00.0000019Z") ==
              *second + std::chrono::microseconds(1));
}

TEST("what is no instant of the calendar in UTC is none") {
  for (const char* text :
       {"", "2026", "2026-01-01", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+00:00", "2026-01-01 00:00:00Z",
        "2026-1-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00.1", "2026-01-01T00:00:00Zx",
        " 2026-01-01T00:00:00Z", "-026-01-01T00:00:00Z",
        "2026-01-01T00:00:+1Z"}) {
    if (parse_iso8601(text)) fail_msg("%s", text);
  }
}

TEST("the system's clock knows the boot and never runs back") {
  const SystemClock clock;
  const Now first = clock.now();
  const Now second = clock.now();
  assert_int_equal(first.boot_id.size(), 36);
  assert_string_equal(first.boot_id.c_str(), second.boot_id.c_str());
  assert_true(first.since_boot.count() > 0);
  assert_true(first.since_boot <= second.since_boot);
}

}  // namespace
}  // namespace mfa
