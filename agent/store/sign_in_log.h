// SPDX-License-Identifier: BSD-3-Clause
//
// Table `sign_ins`: one record a sign-in, ascending by sequence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/sign_in_record.h"
#include "agent/store/store.h"
#include "agent/store/transaction.h"

namespace mfa {

// What an attempt adds to the record of its sign-in. Sets the record's
// sequence and the number of attempts so far.
void log_attempt(Transaction& transaction, SignInRecord& record,
                 bool evaluated);
// How a sign-in ended. A confirmed success is never overwritten.
void log_end(Transaction& transaction, const SignInRecord& record);

// Makes an unconfirmed sign-in a success, with `policies` if there are any, and
// returns whose it is; nullopt when it was a success before. Errors as of
// Store::confirm.
Result<std::optional<std::string>> confirm_sign_in(
    Transaction& transaction, const std::string& id,
    const std::optional<std::vector<PolicyRow>>& policies);

std::vector<SignInRecord> find_sign_ins(Transaction& transaction,
                                        const SignInQuery& query);
Result<std::vector<SignInRecord>> find_sign_ins_by_prefix(
    Transaction& transaction, const std::string& prefix);

struct Retention {
  unsigned keep_days = 90;
  std::uint64_t keep_records = 1000000;
};
// Drops at most `limit` of the oldest records that are too many or too old.
// The newest stays, so that a sequence number is never given twice. Returns
// how many were dropped.
std::int64_t trim_sign_ins(Transaction& transaction, const Retention& retention,
                           std::int64_t limit);

}  // namespace mfa
