// SPDX-License-Identifier: BSD-3-Clause
#include "agent/sign_in/account.h"

#include <utility>

#include "agent/base/log.h"
#include "agent/policy/evaluate.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"
#include "agent/sign_in/words.h"

namespace mfa {
namespace {

// --- after an auth phase -----------------------------------------------------

bool is_still_emergency(const Config& config, const Approval& approval) {
  const auto name = UserName::parse(approval.sign_in.user_name);
  return approval.record.reason == Reason::emergency_access && name &&
         config.is_emergency(*name);
}

// A configuration that was loaded between the two phases may ask for more.
bool is_still_approved(const Desk& desk, const Approval& approval) {
  const ConfigGeneration& now = desk.config.current();
  if (now.number == approval.generation) return true;
  if (is_still_emergency(*now.config, approval)) return true;
  if (approval.by_grace &&
      now.config->security_defaults.registration_grace_days > 0) {
    return true;
  }
  return evaluate({now.config->security_defaults.enabled}, approval.sign_in)
             .verdict == Verdict::grant;
}

asio::awaitable<Ending> refuse_approval(Desk& desk, const Approval& approval,
                                        Reason reason) {
  Case a_case;  // a copy: the approval may expire while this waits
  a_case.sign_in = approval.sign_in;
  a_case.record = approval.record;
  const std::string id = a_case.sign_in.id;
  co_return co_await refuse(desk, a_case, reason, wire::Outcome::policy_denies,
                            words::refused(id));
}

asio::awaitable<Ending> redeem(Desk& desk, Approval& approval) {
  const std::string id = approval.sign_in.id;
  if (!is_still_approved(desk, approval)) {
    co_return co_await refuse_approval(desk, approval, Reason::policy_changed);
  }
  // A repeat (Apache runs the phase twice) is confirmed, but logged once.
  // `approval` may be gone after the wait below.
  const bool repeated = std::exchange(approval.redeemed, true);
  SignInRecord record = approval.record;
  const auto written = co_await await_result<void>(
      [&](auto done) { desk.store.confirm(id, std::move(done)); });
  if (!written) {
    log::write(log::Level::error, written.error().what);
    if (record.reason != Reason::emergency_access) {
      co_return Ending{
          wire::Outcome::unavailable, words::try_later(id), {}, id};
    }
  }
  record.status = SignInStatus::success;
  if (!repeated) log_sign_in(record);
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
  if (approval) co_return co_await redeem(desk, *approval);
  co_return co_await refuse_token(desk, begin, caller);
}

}  // namespace mfa
