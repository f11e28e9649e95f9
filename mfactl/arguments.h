// SPDX-License-Identifier: BSD-3-Clause
//
// The command line as values. One tree of verbs and options (arguments.cc);
// the man page is checked against it. Nothing here is a secret: what is on a
// command line can be read by everybody.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/config/file.h"
#include "mfactl/qr.h"

namespace mfa::mfactl {

enum class Verb {
  none,
  status,
  method_add,
  method_list,
  method_remove,
  user_show,
  user_unlock,
  user_reset_grace,
  user_require_mfa,
  user_forget,
  sign_ins,
  explain,
  config_check,
  reload,
  policy_evaluate,
  policy_test,
  policy_lint,
  policy_what_if,
  policy_impact,
  directory_status,
  directory_sync,
  directory_show,
  directory_accept,
  directory_forget,
  directory_forget_kind,
};

// What `policy what-if` gives of a sign-in; the agent finds out the rest.
struct WhatIf {
  std::string service;
  std::optional<std::string> rhost;
  std::optional<std::string> tty;
  std::optional<std::string> device;
  std::optional<std::string> platform;
  std::optional<std::string> sign_in_risk;
  std::optional<std::string> user_risk;
  std::optional<std::string> country;
  std::optional<std::string> client_app;
  std::optional<std::string> first_factor;
  bool registering = false;
  bool account_only = false;
};

struct Arguments {
  Verb verb = Verb::none;
  std::string config_file = kDefaultConfigFile;
  bool config_given = false;  // on the command line
  bool json = false;

  std::string user;
  // Of a method or a sign-in; or a method's label. Since when a change is held.
  std::string id;

  std::string kind = "totp";
  std::string label;
  std::optional<QrStyle> qr;
  std::string algorithm = "SHA1";
  unsigned digits = 6;
  unsigned period = 30;
  bool no_confirm = false;

  std::optional<std::string> since;  // parse_since() understands it
  std::optional<unsigned> limit;
  bool follow = false;

  bool required = false;  // on|off
  WhatIf what_if;

  std::string policies;  // a file or a folder
  std::optional<std::string> named_locations;
  std::optional<bool> security_defaults;
  std::vector<std::string> files;  // of golden cases
};

// Exit statuses of mfactl.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;    // or refused
inline constexpr int kUsage = 2;     // the command line is wrong
inline constexpr int kUnusable = 2;  // a file of policies or cases is wrong

// Nothing to run: help or version was asked for, or the line is wrong.
struct Ending {
  int status = kUsage;
  std::string output;  // for standard output
  std::string error;   // for standard error
};

std::variant<Arguments, Ending> parse_arguments(int argc,
                                                const char* const* argv);

// The tree itself. It writes into `arguments`, which must outlive it.
std::unique_ptr<CLI::App> make_command_line(Arguments& arguments);

}  // namespace mfa::mfactl
