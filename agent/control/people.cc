// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/control/change_log.h"
#include "agent/control/handlers.h"
#include "agent/control/lookup.h"
#include "agent/control/person_json.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

// An account that is gone may have left state, which an administrator must
// still be able to see; a name without either is a typing error.
bool is_nobody(const Subject& subject, const PersonDetail& detail) {
  const PersonState& state = detail.state;
  return !subject.account && state.methods.empty() && !state.grace_started &&
         !state.mfa_required && state.remembered.empty() &&
         state.terms.empty() && detail.throttled.empty();
}

// Unlocks or resets, and answers with the name that it was done for.
asio::awaitable<Reply> change_person(Call& call, const char* change,
                                     void (Store::*run)(const UserName&,
                                                        Done<void>)) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  auto start = [&](Done<void> done) {
    (call.context.desk.store.*run)(subject->name, std::move(done));
  };
  const auto changed = co_await await_result<void>(start);
  if (!changed) co_return failed(changed.error());
  log_change(call, change, subject->name.str());
  co_return Json{{"user", subject->name.str()}};
}

}  // namespace

asio::awaitable<Result<Json>> describe_user(Call& call,
                                            const Subject& subject) {
  auto start = [&](Done<PersonDetail> done) {
    call.context.desk.store.person_detail(subject.name, std::move(done));
  };
  const auto detail = co_await await_result<PersonDetail>(start);
  if (!detail) co_return tl::unexpected(detail.error());
  if (is_nobody(subject, *detail)) {
    co_return error(ErrorKind::not_found, "there is no account " +
                                              mfa::quoted(subject.name.str()) +
                                              " on this host");
  }
  co_return user_json(subject.name, subject.account, *detail,
                      *call.context.desk.rules.current().rules,
                      call.context.desk.clock.now());
}

asio::awaitable<Reply> show_user(Call& call) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  const auto user = co_await describe_user(call, *subject);
  if (!user) co_return failed(user.error());
  Json reply = Json::object();
  reply["user"] = *user;
  co_return reply;
}

asio::awaitable<Reply> unlock_user(Call& call) {
  return change_person(call, "unlock", &Store::unlock);
}

asio::awaitable<Reply> reset_grace(Call& call) {
  return change_person(call, "reset_grace", &Store::reset_grace);
}

// For an account that does not exist it can be taken back, not begun.
asio::awaitable<Reply> require_mfa(Call& call) {
  const bool required = call.flag("required", true);
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  if (required && !subject->account) {
    co_return failed({ErrorKind::not_found,
                      "there is no account " +
                          mfa::quoted(subject->name.str()) + " on this host"});
  }
  Store& store = call.context.desk.store;
  const auto changed = co_await await_result<void>([&](auto done) {
    store.set_mfa_required(subject->name, required, std::move(done));
  });
  if (!changed) co_return failed(changed.error());
  log_change(call, "require_mfa", subject->name.str(),
             required ? "required=yes" : "required=no");
  const auto state = co_await await_result<PersonState>([&](auto done) {
    store.find_person(subject->name.str(), std::move(done));
  });
  if (!state) co_return failed(state.error());
  co_return Json{{"user", subject->name.str()},
                 {"perUserMfaState", per_user_mfa_state(*state)}};
}

asio::awaitable<Reply> forget_remembered(Call& call) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  const auto forgotten = co_await await_result<std::uint64_t>([&](auto done) {
    call.context.desk.store.forget_remembered(subject->name, std::move(done));
  });
  if (!forgotten) co_return failed(forgotten.error());
  log_change(call, "forget_remembered", subject->name.str(),
             fmt::format("forgotten={}", *forgotten));
  co_return Json{{"user", subject->name.str()}, {"forgotten", *forgotten}};
}

}  // namespace mfa::control
