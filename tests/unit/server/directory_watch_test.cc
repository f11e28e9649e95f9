// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/directory_watch.h"

#include "tests/check.h"

namespace mfa {
namespace {

CacheStatus status_of(bool soft, bool hard) {
  CacheStatus status;
  status.kinds.push_back({DirectoryKind::people, Instant(), soft, hard});
  status.kinds.push_back({DirectoryKind::risks, Instant(), false, false});
  return status;
}

const CacheStatus kFresh = status_of(false, false);
const CacheStatus kSoft = status_of(true, false);
const CacheStatus kHard = status_of(true, true);

TEST("a directory that is fresh is no news") {
  DirectoryWatch watch;
  assert_int_equal(watch.look(kFresh).size(), 0);
  assert_int_equal(watch.look(kFresh).size(), 0);
}

TEST("each age that a kind passes is said once, the hard one as an alert") {
  DirectoryWatch watch;
  auto lines = watch.look(kSoft);
  assert_int_equal(lines.size(), 1);
  assert_true(lines[0].level == log::Level::warning);
  assert_true(lines[0].text.find("kind=people") != std::string::npos);
  assert_int_equal(watch.look(kSoft).size(), 0);
  lines = watch.look(kHard);
  assert_int_equal(lines.size(), 1);
  assert_true(lines[0].level == log::Level::alert);
  assert_int_equal(watch.look(kHard).size(), 0);
}

TEST("that a kind is fresh again is said once") {
  DirectoryWatch watch;
  watch.look(kHard);
  const auto lines = watch.look(kFresh);
  assert_int_equal(lines.size(), 1);
  assert_true(lines[0].level == log::Level::notice);
  assert_true(lines[0].text.find("again") != std::string::npos);
  assert_int_equal(watch.look(kFresh).size(), 0);
}

TEST("what is too old when the agent starts is said at once") {
  DirectoryWatch watch;
  const auto lines = watch.look(kHard);
  assert_int_equal(lines.size(), 1);
  assert_true(lines[0].level == log::Level::alert);
}

TEST("that a change is held no more is said once") {
  DirectoryWatch watch;
  CacheStatus held = kFresh;
  held.held = HeldChange{Instant(), "everybody would be gone"};
  assert_int_equal(watch.look(held).size(), 0);
  assert_int_equal(watch.look(kFresh).size(), 1);
  assert_int_equal(watch.look(kFresh).size(), 0);
}

}  // namespace
}  // namespace mfa
