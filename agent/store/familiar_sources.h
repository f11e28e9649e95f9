// SPDX-License-Identifier: BSD-3-Clause
//
// Table `familiar_sources`: from where a person has signed in before.
#pragma once

#include <string>
#include <vector>

#include "agent/model/sign_in.h"
#include "agent/store/transaction.h"

namespace mfa {

// A source of kind `self` never is: any program of the person can be it.
bool is_familiar(Transaction& transaction, const std::string& person,
                 const Source& source);
// Keeps the newest kMaxFamiliarSources.
void remember_source(Transaction& transaction, const std::string& person,
                     const Source& source);
// Newest first.
std::vector<std::string> load_familiar_sources(Transaction& transaction,
                                               const std::string& person);

}  // namespace mfa
