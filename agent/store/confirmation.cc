// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/confirmation.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/store/accepted_terms.h"
#include "agent/store/limits.h"
#include "agent/store/people.h"
#include "agent/store/remembered_mfa.h"
#include "agent/store/sign_in_log.h"

namespace mfa {
namespace {

bool fits(const RememberedMfa& remembered) {
  const auto parts = {&remembered.target_user, &remembered.service,
                      &remembered.source,      &remembered.device,
                      &remembered.terminal,    &remembered.boot_id,
                      &remembered.policy_hash, &remembered.methods};
  return std::all_of(parts.begin(), parts.end(), [](const std::string* part) {
    return part->size() <= kMaxRememberedBytes;
  });
}

bool fits(const AcceptedTerms& terms) {
  return !terms.id.empty() && terms.id.size() <= kMaxAcceptedTermsBytes &&
         terms.version.size() <= kMaxAcceptedTermsBytes;
}

bool fits(const DirectoryReport& report) {
  return !report.person_id.empty() &&
         report.person_id.size() <= kMaxDirectoryIdBytes &&
         report.risk_stamp.size() <= kMaxRiskStampBytes;
}

bool is_well_formed(const Confirmation& confirmation) {
  const auto& remember = confirmation.remember;
  const auto& terms = confirmation.terms;
  const auto& risk = confirmation.remediated_risk;
  const auto& report = confirmation.report;
  return confirmation.person.size() <= kMaxPersonBytes &&
         (!remember || fits(*remember)) && terms.size() <= kMaxTermsPerPerson &&
         std::all_of(terms.begin(), terms.end(),
                     [](const AcceptedTerms& each) { return fits(each); }) &&
         (!risk || risk->size() <= kMaxRiskStampBytes) &&
         (!report || fits(*report));
}

void keep(Transaction& transaction, const Confirmation& confirmation) {
  const std::string& person = confirmation.person;
  add_person(transaction, person);
  if (confirmation.remember) {
    remember_mfa(transaction, person, *confirmation.remember);
  }
  for (const AcceptedTerms& terms : confirmation.terms) {
    accept_terms(transaction, person, terms);
  }
  if (confirmation.remediated_risk) {
    save_remediated_risk(transaction, person, *confirmation.remediated_risk);
  }
  if (confirmation.report) {
    queue_directory_report(transaction, *confirmation.report);
  }
}

}  // namespace

Result<> run_confirmation(Transaction& transaction,
                          const Confirmation& confirmation) {
  if (!is_well_formed(confirmation)) {
    return error(ErrorKind::malformed,
                 fmt::format("the sign-in {} would keep more than the state "
                             "holds of one person",
                             escaped(confirmation.id)));
  }
  const auto user =
      confirm_sign_in(transaction, confirmation.id, confirmation.policies);
  if (!user) return tl::unexpected(user.error());
  const bool is_repeat = !user->has_value();
  if (is_repeat || !confirmation.keeps_anything()) return {};
  if (**user != confirmation.person) {
    return error(ErrorKind::refused,
                 fmt::format("the sign-in {} is {}'s, not {}'s",
                             escaped(confirmation.id), quoted(**user),
                             quoted(confirmation.person)));
  }
  keep(transaction, confirmation);
  return {};
}

}  // namespace mfa
