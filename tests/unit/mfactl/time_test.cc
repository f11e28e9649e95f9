// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/time.h"

#include <stdlib.h>
#include <time.h>

#include "tests/check.h"

namespace mfa::mfactl {
namespace {

const Instant kNow{std::chrono::seconds(1800000000)};  // 2027-01-15T08:00:00Z

void in_zone(const char* zone) {
  setenv("TZ", zone, 1);
  tzset();
}

void assert_since(const char* text, const char* expected) {
  const auto since = parse_since(text, kNow);
  if (!since) fail_msg("not understood: %s", text);
  assert_string_equal(to_iso8601(*since).substr(0, 19).c_str(), expected);
}

}  // namespace

TEST("an age is counted back from now") {
  assert_since("90s", "2027-01-15T07:58:30");
  assert_since("15m", "2027-01-15T07:45:00");
  assert_since("1h", "2027-01-15T07:00:00");
  assert_since("2d", "2027-01-13T08:00:00");
  assert_since("1w", "2027-01-08T08:00:00");
  assert_since("0s", "2027-01-15T08:00:00");
}

TEST("a date is local unless it says otherwise") {
  in_zone("CET-1");
  assert_since("2026-11-21", "2026-11-20T23:00:00");
  assert_since("2026-11-21T10:00", "2026-11-21T09:00:00");
  assert_since("2026-11-21 10:00:30", "2026-11-21T09:00:30");
  assert_since("2026-11-21T10:00:30Z", "2026-11-21T10:00:30");
  assert_since("2026-11-21T10:00:30.123456Z", "2026-11-21T10:00:30");
  assert_since("2026-11-21T10:00+02:00", "2026-11-21T08:00:00");
  assert_since("2026-11-21T10:00-02:30", "2026-11-21T12:30:00");
  assert_since("2028-02-29", "2028-02-28T23:00:00");
  in_zone("UTC");
}

TEST("what is no time is not guessed at") {
  for (const char* text : {"",
                           "h",
                           "1",
                           "-1h",
                           "+1h",
                           "1.5h",
                           "1 h",
                           "1y",
                           "1hh",
                           "999999999d",
                           "99999999999999999999s",
                           "yesterday",
                           "2026",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-02-30",
                           "2027-02-29",
                           "2026-11-21T",
                           "2026-11-21T25:00",
                           "2026-11-21T10",
                           "2026-11-21T10:60",
                           "2026-11-21T10:00:61",
                           "2026-11-21T10:00:00.Z",
                           "2026-11-21T10:00X",
                           "2026-11-21T10:00Z ",
                           "2026-11-21T10:00+2",
                           "1969-12-31",
                           "26-11-21",
                           "2026/11/21"}) {
    if (parse_since(text, kNow)) fail_msg("understood: %s", text);
  }
}

TEST("the agent's instants are shown in local time") {
  in_zone("CET-1");
  assert_string_equal(local_time("2026-11-21T10:51:09.123456Z").c_str(),
                      "2026-11-21 11:51:09");
  in_zone("UTC");
  assert_string_equal(local_time("soon").c_str(), "soon");
}

TEST("a duration is told in its two largest units") {
  const std::pair<std::int64_t, const char*> all[] = {
      {0, "0 s"},         {59, "59 s"},        {60, "1 min"},
      {90, "1 min 30 s"}, {3600, "1 h"},       {3661, "1 h 1 min"},
      {86400, "1 d"},     {273600, "3 d 4 h"}, {-5, "0 s"}};
  for (const auto& [seconds, text] : all) {
    assert_string_equal(duration(std::chrono::seconds(seconds)).c_str(), text);
  }
}

}  // namespace mfa::mfactl
