// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/arguments.h"

#include <initializer_list>
#include <string>

#include "tests/check.h"

using mfa::pam::parse_arguments;
using mfa::pam::ParsedArguments;

namespace {

using Names = std::vector<std::string_view>;

ParsedArguments parsed(std::initializer_list<const char*> words) {
  return parse_arguments(std::span(words.begin(), words.size()));
}

}  // namespace

TEST("no arguments: the defaults of pam_mfa(8)") {
  const auto [arguments, refused] = parsed({});
  assert_true(refused.empty());
  assert_true(arguments.socket == "/run/mfa-agent/sign-in.sock");
  assert_int_equal(arguments.timeout.count(), 50);
  assert_true(arguments.emergency_users.empty());
  assert_true(arguments.enforce_account == Names{"sshd"});
  assert_false(arguments.debug);
}

TEST("each argument sets its value") {
  const auto [arguments, refused] =
      parsed({"socket=/tmp/s", "timeout=110", "emergency_user=a,b",
              "emergency_user=c", "enforce_account=sshd,cockpit", "debug"});
  assert_true(refused.empty());
  assert_true(arguments.socket == "/tmp/s");
  assert_int_equal(arguments.timeout.count(), 110);
  assert_true((arguments.emergency_users == Names{"a", "b", "c"}));
  assert_true((arguments.enforce_account == Names{"sshd", "cockpit"}));
  assert_true(arguments.debug);
}

TEST("an empty enforce_account= enforces nowhere") {
  const auto [arguments, refused] = parsed({"enforce_account="});
  assert_true(refused.empty());
  assert_true(arguments.enforce_account.empty());
}

TEST("every wrong word is returned, in order") {
  const auto refused = parsed({"nullok", "debug", "timeout=0", ""}).refused;
  assert_true((refused == Names{"nullok", "timeout=0", ""}));
}

TEST("a list with an empty name is refused as a whole") {
  for (const char* word : {"emergency_user=", "emergency_user=,a",
                           "emergency_user=a,", "enforce_account=a,,b"}) {
    const auto [arguments, refused] = parsed({word});
    assert_int_equal(refused.size(), 1);
    assert_true(arguments.emergency_users.empty());
    assert_true(arguments.enforce_account == Names{"sshd"});
  }
}
