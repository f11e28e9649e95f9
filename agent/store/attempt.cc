// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/attempt.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "agent/methods/throttle.h"
#include "agent/methods/totp.h"
#include "agent/store/familiar_sources.h"
#include "agent/store/limits.h"
#include "agent/store/method_table.h"
#include "agent/store/people.h"
#include "agent/store/remembered_mfa.h"
#include "agent/store/sign_in_log.h"
#include "agent/store/throttle_table.h"

namespace mfa {
namespace {

// How an attempt ended. Deny is the default value.
struct Ending {
  Reason reason = Reason::wrong_code;
  std::string detail;
  bool evaluated = false;
  std::string method_id;  // whose code it was
  std::string method_label;

  void belongs_to(const Method& method) {
    method_id = method.id;
    method_label = method.label;
  }
};

// A method a code was tried against, and what came of it.
struct Try {
  Method method;
  TotpCheck check;
};

bool is_well_formed(const Attempt& attempt) {
  return !attempt.person.empty() && attempt.person.size() <= kMaxPersonBytes &&
         attempt.source.key().size() <= kMaxSourceBytes &&
         !attempt.record.id.empty();
}

// The attempt in front of what is known of its person and source.
class Verification {
 public:
  Verification(Transaction& transaction, const Attempt& attempt)
      : transaction_(transaction),
        attempt_(attempt),
        name_(throttle_name(attempt.person, attempt.account_known)),
        source_(attempt.source.key()),
        throttle_(load_throttle(transaction, name_, source_)) {}

  Result<Ending> run();

 private:
  std::optional<Ending> in_pause();
  std::optional<Reason> nothing_to_verify();
  Result<std::vector<Try>> try_code();
  Ending accept(Try& right);
  Ending reject(std::vector<Try>& tries);
  Ending count(Reason reason);

  Transaction& transaction_;
  const Attempt& attempt_;
  std::string name_;
  std::string source_;
  Throttle throttle_;
  std::vector<Method> methods_;
  bool familiar_ = false;
};

// Neither evaluated nor counted, and no code is consumed.
std::optional<Ending> Verification::in_pause() {
  const auto left = pause_left(throttle_, transaction_.now);
  if (left.count() == 0) return std::nullopt;
  if (throttle_.boot_id != transaction_.now.boot_id) {
    save_throttle(transaction_, name_, source_,
                  carried_over(throttle_, transaction_.now));
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  Ending ending;
  ending.reason = Reason::paused;
  ending.detail = fmt::format("{} failures from {}; the pause lasts {} s more",
                              throttle_.failures, source_, seconds);
  return ending;
}

// Counts on the throttle and denies, without a look at the code.
Ending Verification::count(Reason reason) {
  save_throttle(transaction_, name_, source_,
                after_failure(throttle_, transaction_.now));
  Ending ending;
  ending.reason = reason;
  return ending;
}

std::optional<Reason> Verification::nothing_to_verify() {
  if (!attempt_.account_known) return Reason::unknown_user;
  methods_ = load_methods(transaction_, attempt_.person);
  const auto reason = why_no_code_is_right(
      methods_, load_person(transaction_, attempt_.person).uid, attempt_.uid);
  std::erase_if(methods_, [](const Method& method) {
    return method.state == MethodState::pending;
  });
  return reason;
}

Result<std::vector<Try>> Verification::try_code() {
  std::vector<Try> tries;
  for (Method& method : methods_) {
    if (!may_try(method, familiar_)) continue;
    const Result<Secret> seed = open_seed(transaction_, method);
    if (!seed) return tl::unexpected(seed.error());
    const TotpCheck check =
        check_totp(seed->reveal(), method.totp, attempt_.code.reveal(),
                   transaction_.now.wall, spent_through(transaction_, method),
                   attempt_.accepted_steps);
    tries.push_back({std::move(method), check});
  }
  return tries;
}

Ending Verification::accept(Try& right) {
  right.method = after_success(right.method, familiar_, right.check.step,
                               transaction_.now.wall);
  Ending ending;
  ending.evaluated = true;
  ending.belongs_to(right.method);
  ending.reason = spend_step(transaction_, right.method)
                      ? Reason::verified
                      : Reason::replayed_code;
  if (ending.reason != Reason::verified) return ending;
  if (throttle_.failures != 0) clear_throttle(transaction_, name_, source_);
  if (!attempt_.makes_permanent) return ending;
  remember_source(transaction_, attempt_.person, attempt_.source);
  // The days count from the first sign-in, with a code or without: whoever
  // loses the last method later does not get them a second time.
  start_grace(transaction_, attempt_.person);
  return ending;
}

Ending Verification::reject(std::vector<Try>& tries) {
  Ending ending = count(Reason::wrong_code);
  ending.evaluated = true;
  for (Try& tried : tries) {
    save_failures(transaction_, after_failure(tried.method, familiar_));
    if (tried.check.match == CodeMatch::spent) {
      ending.reason = Reason::replayed_code;
      ending.belongs_to(tried.method);
    }
    if (tried.check.match == CodeMatch::skewed &&
        ending.reason == Reason::wrong_code) {
      const std::int64_t off = tried.check.off_seconds;
      ending.reason = Reason::clock_skew;
      ending.detail =
          fmt::format("the code is right for {} s {}", off < 0 ? -off : off,
                      off < 0 ? "ago" : "from now");
      ending.belongs_to(tried.method);
    }
  }
  return ending;
}

Result<Ending> Verification::run() {
  if (auto paused = in_pause()) return std::move(*paused);
  if (const auto reason = nothing_to_verify()) {
    // Whatever is remembered is of whoever had the name before.
    if (*reason == Reason::account_changed) {
      forget_remembered(transaction_, attempt_.person);
    }
    return count(*reason);
  }
  familiar_ = is_familiar(transaction_, attempt_.person, attempt_.source);
  auto tries = try_code();
  if (!tries) return tl::unexpected(tries.error());
  if (tries->empty()) {
    Ending ending;
    ending.reason = Reason::paused;
    ending.detail = fmt::format(
        "places where the person never succeeded have used up their {} "
        "failures; mfactl user unlock {} allows them again",
        kMaxUnfamiliarFailures, attempt_.person);
    return ending;
  }
  const auto right = std::find_if(
      tries->begin(), tries->end(),
      [](const Try& tried) { return tried.check.match == CodeMatch::right; });
  return right == tries->end() ? reject(*tries) : accept(*right);
}

}  // namespace

std::optional<Reason> why_no_code_is_right(
    const std::vector<Method>& methods,
    std::optional<std::uint32_t> registered_uid, std::uint32_t uid) {
  const auto any = [&](auto wanted) {
    return std::any_of(methods.begin(), methods.end(), wanted);
  };
  if (!any([](const Method& m) { return m.state != MethodState::pending; })) {
    return Reason::not_registered;
  }
  if (registered_uid != uid) return Reason::account_changed;
  if (!any([](const Method& m) { return m.state == MethodState::active; })) {
    return Reason::method_disabled;
  }
  return std::nullopt;
}

std::int64_t spent_through(const Transaction& transaction,
                           const Method& method) {
  if (!transaction.spent_before || method.created > *transaction.spent_before) {
    return method.last_accepted_step;
  }
  const auto seconds = std::chrono::floor<std::chrono::seconds>(
      transaction.spent_before->time_since_epoch());
  return std::max<std::int64_t>(method.last_accepted_step,
                                seconds.count() / method.totp.period);
}

Result<AttemptResult> run_attempt(Transaction& transaction,
                                  const Attempt& attempt) {
  if (!is_well_formed(attempt)) {
    return error(ErrorKind::malformed, "an attempt without a name or an id");
  }
  if (attempt.account_known) drop_expired_methods(transaction, attempt.person);
  const Result<Ending> ending = Verification(transaction, attempt).run();
  if (!ending) return tl::unexpected(ending.error());
  const bool right = ending->reason == Reason::verified;
  SignInRecord record = attempt.record;
  record.status = right ? SignInStatus::unconfirmed : SignInStatus::failure;
  record.reason = ending->reason;
  record.detail = ending->detail;
  record.method_id = ending->method_id;
  record.method_label = ending->method_label;
  if (!right) record.methods_used.clear();
  log_attempt(transaction, record, ending->evaluated);
  return AttemptResult{ending->reason, ending->method_id, ending->method_label,
                       std::move(record)};
}

}  // namespace mfa
