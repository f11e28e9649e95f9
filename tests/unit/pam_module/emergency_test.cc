// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/emergency.h"

#include "tests/check.h"

using mfa::pam::is_console;
using mfa::pam::is_emergency_user;

TEST("the console is login on a terminal of the machine itself") {
  for (const char* tty : {"tty1", "/dev/tty63", "ttyS0", "/dev/ttySAC2",
                          "console", "/dev/console"}) {
    assert_true(is_console("login", tty, std::nullopt));
    assert_true(is_console("login", tty, ""));
  }
}

TEST("no remote host does not make a console") {
  assert_false(is_console("login", std::nullopt, std::nullopt));
  assert_false(is_console("sshd", "tty1", std::nullopt));
  assert_false(is_console("login", "pts/3", std::nullopt));
  assert_false(is_console("login", "tty", std::nullopt));
  assert_false(is_console("login", "tty1/../pts/0", std::nullopt));
}

TEST("a remote host is no console, whatever the terminal") {
  assert_false(is_console("login", "tty1", "localhost"));
}

TEST("an emergency account is named exactly") {
  mfa::pam::Arguments arguments;
  assert_false(is_emergency_user(arguments, ""));
  arguments.emergency_users = {"root", "ann"};
  assert_true(is_emergency_user(arguments, "ann"));
  assert_false(is_emergency_user(arguments, "Ann"));
  assert_false(is_emergency_user(arguments, "ann "));
  assert_false(is_emergency_user(arguments, ""));
}
