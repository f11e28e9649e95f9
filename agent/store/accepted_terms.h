// SPDX-License-Identifier: BSD-3-Clause
//
// Table `accepted_terms`: the terms of use a person has accepted, and in which
// version.
#pragma once

#include <string>
#include <vector>

#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

// By id.
std::vector<AcceptedTerms> load_accepted_terms(Transaction& transaction,
                                               const std::string& person);
// Replaces those with the same id. The person has a row in `people`.
void accept_terms(Transaction& transaction, const std::string& person,
                  const AcceptedTerms& terms);

}  // namespace mfa
