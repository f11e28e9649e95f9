// SPDX-License-Identifier: BSD-3-Clause
//
// Table `throttles`: failures of one person (or unknown name) at one source.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/methods/throttle.h"
#include "agent/store/transaction.h"

namespace mfa {

// Under which name somebody is counted. A name without an account gets a
// mark that no account name can hold, so it never meets a person's counter.
std::string throttle_name(const std::string& person, bool account_known);

Throttle load_throttle(Transaction& transaction, const std::string& name,
                       const std::string& source);
void save_throttle(Transaction& transaction, const std::string& name,
                   const std::string& source, const Throttle& throttle);
void clear_throttle(Transaction& transaction, const std::string& name,
                    const std::string& source);
void clear_throttles(Transaction& transaction, const std::string& name);

struct SourceThrottle {
  std::string source;
  Throttle throttle;
};
std::vector<SourceThrottle> load_throttles(Transaction& transaction,
                                           const std::string& name);

// Drops what may be forgotten; beyond `keep` rows also the oldest others,
// those in a pause last.
void trim_throttles(Transaction& transaction, std::int64_t keep);

}  // namespace mfa
