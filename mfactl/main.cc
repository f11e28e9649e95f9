// SPDX-License-Identifier: BSD-3-Clause
//
// mfactl: an administrator's (and a person's own) view of mfa-agent. It asks
// the agent over its control socket and decides nothing: who may do what is
// the agent's business.
#include <stdio.h>

#include "mfactl/arguments.h"
#include "mfactl/commands.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

int main(int argc, char** argv) {
  mfa::mfactl::words::use_locale();
  const auto parsed = mfa::mfactl::parse_arguments(argc, argv);
  if (const auto* ending = std::get_if<mfa::mfactl::Ending>(&parsed)) {
    mfa::mfactl::print(ending->output);
    fputs(ending->error.c_str(), stderr);
    return ending->status;
  }
  return mfa::mfactl::run(std::get<mfa::mfactl::Arguments>(parsed));
}
