// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>
#include <unistd.h>

#include <fstream>

#include "mfactl/commands.h"
#include "tests/check.h"
#include "tests/unit/control/captured.h"

namespace mfa::mfactl {
namespace {

struct Outcome {
  int status = 0;
  std::string output;
  std::string error;
};

Outcome check(const char* config, bool json = false) {
  std::string path = "/tmp/mfactl-test-XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << config;
  Arguments arguments;
  arguments.verb = Verb::config_check;
  arguments.config_file = path;
  arguments.json = json;
  Captured output(STDOUT_FILENO);
  Captured error(STDERR_FILENO);
  Outcome outcome;
  outcome.status = run(arguments);
  outcome.error = error.text();
  outcome.output = output.text();
  unlink(path.c_str());
  return outcome;
}

constexpr char kNoSuchGroup[] =
    "roles: {Global Administrator: {groups: [no-such-group]}}\n";

}  // namespace

TEST("config check: a group that does not exist is an error, as in a reload") {
  const Outcome checked = check(kNoSuchGroup);
  assert_int_equal(checked.status, kFailed);
  assert_non_null(strstr(checked.error.c_str(), "\"no-such-group\""));
  assert_null(strstr(checked.error.c_str(), "\\x22"));
  assert_null(strstr(checked.output.c_str(), "no errors"));
}

TEST("config check: --json tells the same") {
  const Outcome checked = check(kNoSuchGroup, true);
  assert_int_equal(checked.status, kFailed);
  const Json reply = Json::parse(checked.output);
  assert_false(flag(reply, "/valid"));
  assert_non_null(strstr(text(reply, "/error").c_str(), "no-such-group"));
}

TEST("config check: a mistake is told with its place and its quotes") {
  const Outcome checked = check("admin_grup: x\n");
  assert_int_equal(checked.status, kFailed);
  assert_non_null(strstr(checked.error.c_str(), ":1:1: "));
  assert_non_null(strstr(checked.error.c_str(), "\"admin_grup\""));
}

TEST("config check: a good file is good, its warnings are on standard error") {
  const Outcome checked = check("emergency_access: []\n");
  assert_int_equal(checked.status, kDone);
  assert_non_null(strstr(checked.output.c_str(), "no errors"));
  assert_non_null(strstr(checked.error.c_str(), "warning: emergency_access"));
}

}  // namespace mfa::mfactl
