// SPDX-License-Identifier: BSD-3-Clause
//
// What `make bench` measures, one function for each table. Each returns
// whether every right code was accepted; times are reported, never asserted.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/case.h"

namespace mfa::bench {

struct Plan {
  Programs programs;
  std::size_t people = 3000;      // accounts in /etc/passwd
  unsigned rounds = 9;            // of every measurement, interleaved
  std::size_t largest = 1000000;  // enrolled people beside those who sign in
  std::size_t dialogs = 5000;     // held open; root's cap is 8,192
};

// A whole sign-in beside google-authenticator, pam_oath and the floor.
bool compare(const Plan& plan, const harness::Workspace& workspace,
             const std::vector<harness::Account>& accounts);

// A sign-in, and the agent's memory, against the number of enrolled people.
bool growth(const Plan& plan, const harness::Workspace& workspace,
            const std::vector<harness::Account>& accounts);

// Memory of a dialog that waits for a person, and one more sign-in beside
// thousands of them.
bool dialogs(const Plan& plan, const harness::Workspace& workspace,
             const std::vector<harness::Account>& accounts);

// The policy evaluator alone, against policies and groups.
bool policies(const Plan& plan);

}  // namespace mfa::bench
