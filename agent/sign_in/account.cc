// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/account.h"

#include <utility>

#include "agent/base/log.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

// --- after an auth phase -----------------------------------------------------

// Asked again with fresh facts when the configuration changed in between, and
// always for the grace, which ends at once when a method is registered.
asio::awaitable<bool> is_still_approved(Desk& desk, const wire::Begin& begin,
                                        const Caller& caller,
                                        const Approval& approval) {
  const bool same = desk.config.current().number == approval.generation;
  if (same && !approval.by_grace) co_return true;
  Case fresh = co_await open_case(desk, begin, caller);
  if (approval.record.reason == Reason::emergency_access) {
    co_return is_emergency_access(fresh);
  }
  if (fresh.problem) co_return false;
  fresh.sign_in.satisfied_controls = approval.sign_in.satisfied_controls;
  const Verdict verdict = decide(fresh).verdict;
  if (verdict != Verdict::challenge || !approval.by_grace) {
    co_return verdict == Verdict::grant;
  }
  const PersonState state = co_await person_state(desk, fresh);
  if (fresh.problem || state.is_registered()) co_return false;
  co_return grace_of(desk, fresh, state, true).allowed;
}

asio::awaitable<Ending> redeem(Desk& desk, const wire::Begin& begin,
                               const Caller& caller, Approval& found) {
  // A repeat (Apache runs the phase twice) is confirmed, but logged once.
  const bool repeated = std::exchange(found.redeemed, true);
  // A copy: what was found may expire while this waits.
  const Approval approval = found;
  const std::string id = approval.sign_in.id;
  Case a_case;
  a_case.sign_in = approval.sign_in;
  a_case.record = approval.record;
  const bool approved =
      co_await is_still_approved(desk, begin, caller, approval);
  if (!approved) {
    co_return co_await refuse(desk, a_case, Reason::policy_changed,
                              wire::Outcome::policy_denies, words::refused(id));
  }
  const auto written = co_await await_result<void>(
      [&](auto done) { desk.store.confirm(id, std::move(done)); });
  if (!written) {
    log::write(log::Level::error, written.error().what);
    if (approval.record.reason != Reason::emergency_access) {
      co_return Ending{
          wire::Outcome::unavailable, words::try_later(id), {}, id};
    }
  }
  a_case.record.status = SignInStatus::success;
  if (!repeated) log_sign_in(a_case.record);
  co_return Ending{wire::Outcome::allow, "", {}, id};
}

// --- without one -------------------------------------------------------------

asio::awaitable<Ending> let_in(Desk& desk, Case& a_case, Reason reason,
                               bool start_grace, std::string text) {
  const std::string id = a_case.sign_in.id;
  // Not within the condition: g++ 12 destroys the arguments twice there.
  const bool written = co_await write_let_in(
      desk, a_case, reason, SignInStatus::success, start_grace);
  if (!written) {
    co_return co_await refuse_problem(desk, a_case);
  }
  log_sign_in(a_case.record);
  co_return Ending{wire::Outcome::allow, std::move(text), {}, id};
}

asio::awaitable<Ending> without_second_factor(Desk& desk, Case& a_case) {
  const std::string id = a_case.sign_in.id;
  const PersonState state = co_await person_state(desk, a_case);
  if (a_case.problem) co_return co_await refuse_problem(desk, a_case);
  if (state.is_registered()) {
    co_return co_await refuse(desk, a_case, Reason::second_factor_missing,
                              wire::Outcome::policy_denies,
                              words::second_factor_missing(id));
  }
  // The application runs this phase only after its own authentication is
  // complete, so the first factor counts as proved.
  const Grace grace = grace_of(desk, a_case, state, true);
  if (!grace.allowed) {
    co_return co_await refuse(desk, a_case, Reason::not_registered,
                              wire::Outcome::policy_denies,
                              words::not_registered(id));
  }
  co_return co_await let_in(desk, a_case, Reason::registration_grace,
                            grace.starts_now,
                            words::days_left(grace.days_left));
}

asio::awaitable<Ending> account_alone(Desk& desk, const wire::Begin& begin,
                                      const Caller& caller) {
  Case a_case = co_await open_case(desk, begin, caller);
  if (is_emergency_access(a_case)) {
    co_return co_await let_in(desk, a_case, Reason::emergency_access, false,
                              "");
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
  const Decision decision = decide(a_case);
  if (decision.verdict == Verdict::grant) {
    co_return co_await let_in(desk, a_case, Reason::nothing_required, false,
                              "");
  }
  if (decision.verdict == Verdict::challenge) {
    co_return co_await without_second_factor(desk, a_case);
  }
  const std::string id = a_case.sign_in.id;
  co_return co_await refuse(desk, a_case, Reason::policy_denied,
                            wire::Outcome::policy_denies, words::refused(id));
}

// A token that fits nothing: too old, another process, or made up.
asio::awaitable<Ending> refuse_token(Desk& desk, const wire::Begin& begin,
                                     const Caller& caller) {
  Case a_case = co_await open_case(desk, begin, caller);
  const std::string id = a_case.sign_in.id;
  co_return co_await refuse(desk, a_case, Reason::token_refused,
                            wire::Outcome::policy_denies, words::refused(id));
}

}  // namespace

asio::awaitable<Ending> confirm_account(Desk& desk, const wire::Begin& begin,
                                        const Caller& caller) {
  if (!begin.commit_token) {
    co_return co_await account_alone(desk, begin, caller);
  }
  Approval* approval = desk.approvals.find(
      *begin.commit_token, caller, begin.user, begin.service, desk.clock.now());
  if (approval) co_return co_await redeem(desk, begin, caller, *approval);
  co_return co_await refuse_token(desk, begin, caller);
}

}  // namespace mfa
