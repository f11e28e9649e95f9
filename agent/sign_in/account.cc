// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/account.h"

#include <utility>

#include "agent/base/log.h"
#include "agent/policy/policy_rows.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/refusal.h"
#include "agent/sign_in/risk_report.h"
#include "agent/sign_in/standing.h"
#include "agent/sign_in/steps.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

// A token that fits nothing: too old, another process, or made up.
asio::awaitable<Ending> refuse_token(Desk& desk, const wire::Begin& begin,
                                     const Caller& caller) {
  Case a_case = co_await open_case(desk, begin, caller);
  if (a_case.problem) co_return co_await refuse_problem(desk, a_case);
  const std::string id = a_case.sign_in.id;
  co_return co_await refuse(desk, a_case, Reason::token_refused,
                            wire::Outcome::policy_denies, words::refused(id));
}

// --- after an auth phase -----------------------------------------------------

// Time to think of a new password, type it twice, and have it refused once.
constexpr std::chrono::seconds kTimeForNewPassword{300};

// Asked again with fresh facts: the rules, the person's state and what an
// administrator required may have changed in between.
bool is_still_approved(Desk& desk, const Approval& approval, Case& fresh) {
  if (approval.record.reason == Reason::emergency_access) {
    return is_emergency_access(fresh);
  }
  if (fresh.problem || closed_account(fresh)) return false;
  const Decision& decision = settle(desk, fresh);
  if (decision.verdict != Verdict::challenge || !approval.by_grace) {
    return decision.verdict == Verdict::grant;
  }
  return !fresh.state.is_registered() && grace_is_enough(decision) &&
         grace_of(desk, fresh, true).allowed;
}

// `fresh`: the sign-in as it stands now; the record of the attempt still says
// how the policies stood before what came after it.
Confirmation confirmation_of(const Approval& approval, const Case& fresh,
                             bool new_password) {
  Confirmation confirmation;
  confirmation.id = approval.sign_in.id;
  confirmation.person = approval.record.user;
  auto policies = policy_rows(fresh.generation.rules->policies, fresh.decision);
  if (!policies.empty()) confirmation.policies = std::move(policies);
  // What others than root say makes nothing permanent.
  if (approval.sign_in.asker != Asker::root) return confirmation;
  confirmation.remember = approval.pending.remember;
  confirmation.terms = approval.pending.terms;
  confirmation.report = risk_report_of(fresh, new_password);
  confirmation.remediated_risk = risk_ended_by_second_factor(
      approval.sign_in, *fresh.generation.rules, confirmation.report);
  if (new_password && approval.pending.password_change) {
    confirmation.remediated_risk = approval.pending.password_change;
  }
  return confirmation;
}

asio::awaitable<Ending> confirm(Desk& desk, Approval& found, const Case& fresh,
                                bool new_password) {
  // A repeat (Apache runs the phase twice) is confirmed, but logged once.
  const bool repeated = std::exchange(found.redeemed, true);
  const Approval approval = found;
  const std::string id = approval.sign_in.id;
  const auto written = co_await await_result<void>([&](auto done) {
    desk.store.confirm(confirmation_of(approval, fresh, new_password),
                       std::move(done));
  });
  if (!written) {
    log::write(log::Level::error, written.error().what);
    if (approval.record.reason != Reason::emergency_access) {
      co_return Ending{
          wire::Outcome::unavailable, words::try_later(id), {}, id};
    }
  }
  SignInRecord record = approval.record;
  record.status = SignInStatus::success;
  if (!repeated) log_sign_in(record);
  co_return Ending{wire::Outcome::allow, "", {}, id};
}

// The fresh look refuses what was approved.
asio::awaitable<Ending> withdraw(Desk& desk, const wire::Begin& begin,
                                 const Approval& approval, Case& fresh) {
  desk.approvals.forget(*begin.commit_token);
  const std::string id = approval.sign_in.id;
  Case a_case;
  a_case.sign_in = approval.sign_in;
  a_case.record = approval.record;
  a_case.generation = std::move(fresh.generation);
  a_case.decision = std::move(fresh.decision);
  if (fresh.problem) {
    a_case.problem = fresh.problem;
    co_return co_await refuse_problem(desk, a_case);
  }
  const auto closed = closed_account(fresh);
  if (closed) a_case.record.detail = closed->detail;
  const Reason reason = closed ? closed->reason : Reason::policy_changed;
  co_return co_await refuse(desk, a_case, reason, wire::Outcome::policy_denies,
                            words::refused(id));
}

asio::awaitable<Ending> redeem(Desk& desk, const wire::Begin& begin,
                               const Caller& caller, const Approval& found) {
  // A copy: what was found may expire while this waits.
  const Approval approval = found;
  Case fresh = co_await reopen_case(desk, begin, caller, approval.sign_in,
                                    approval.pending);
  if (!is_still_approved(desk, approval, fresh)) {
    co_return co_await withdraw(desk, begin, approval, fresh);
  }
  Approval* present = desk.approvals.find(
      *begin.commit_token, caller, begin.user, begin.service, desk.clock.now());
  if (!present) co_return co_await refuse_token(desk, begin, caller);
  const bool changed = begin.phase == wire::Phase::password;
  if (changed || !present->pending.password_change || present->redeemed) {
    co_return co_await confirm(desk, *present, fresh, changed);
  }
  desk.approvals.extend(*begin.commit_token, kTimeForNewPassword,
                        desk.clock.now());
  co_return Ending{wire::Outcome::password_expired,
                   words::new_password_required(),
                   {},
                   approval.sign_in.id};
}

// --- without one -------------------------------------------------------------

asio::awaitable<Ending> let_in(Desk& desk, Case& a_case, const Step& step) {
  const std::string id = a_case.sign_in.id;
  // Not within the condition: g++ 12 destroys the arguments twice there.
  const bool written = co_await write_let_in(
      desk, a_case, step.reason, SignInStatus::success, step.grace.starts_now);
  if (!written) {
    co_return co_await refuse_problem(desk, a_case);
  }
  log_sign_in(a_case.record);
  const bool by_grace = step.reason == Reason::registration_grace;
  co_return Ending{wire::Outcome::allow,
                   by_grace ? words::days_left(step.grace.days_left) : "",
                   {},
                   id};
}

asio::awaitable<Ending> account_alone(Desk& desk, const wire::Begin& begin,
                                      const Caller& caller) {
  Case a_case = co_await open_case(desk, begin, caller);
  if (is_emergency_access(a_case)) {
    const Step step{Step::Kind::let_in, Reason::emergency_access};
    co_return co_await let_in(desk, a_case, step);
  }
  // Only root's word that authentication is complete counts.
  if (!a_case.problem && caller.uid != 0) {
    a_case.problem = Reason::asker_refused;
  }
  if (!a_case.problem && !a_case.sign_in.person) {
    a_case.problem = Reason::unknown_user;
  }
  if (a_case.problem) {
    co_return co_await refuse_problem(desk, a_case);
  }
  const Step step = only_step(desk, a_case);
  if (step.kind == Step::Kind::let_in) {
    co_return co_await let_in(desk, a_case, step);
  }
  a_case.record.detail = step.detail;
  co_return co_await refuse(desk, a_case, step.reason,
                            wire::Outcome::policy_denies,
                            refusal_text(a_case.sign_in, step.reason));
}

}  // namespace

asio::awaitable<Ending> confirm_account(Desk& desk, const wire::Begin& begin,
                                        const Caller& caller) {
  const bool password = begin.phase == wire::Phase::password;
  if (password && (caller.uid != 0 || !begin.commit_token)) {
    co_return co_await refuse_token(desk, begin, caller);
  }
  if (!begin.commit_token) {
    co_return co_await account_alone(desk, begin, caller);
  }
  Approval* approval = desk.approvals.find(
      *begin.commit_token, caller, begin.user, begin.service, desk.clock.now());
  if (approval) co_return co_await redeem(desk, begin, caller, *approval);
  co_return co_await refuse_token(desk, begin, caller);
}

}  // namespace mfa
