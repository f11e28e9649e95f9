// SPDX-License-Identifier: BSD-3-Clause
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
  return !subject.account && detail.state.methods.empty() &&
         !detail.state.grace_started && detail.throttled.empty();
}

// Unlocks or resets, and answers with the name that it was done for.
asio::awaitable<Reply> change_person(Call& call, const char* change,
                                     void (Store::*run)(const UserName&,
                                                        Done<void>)) {
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  auto start = [&](Done<void> done) {
    (call.context.store.*run)(subject->name, std::move(done));
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
    call.context.store.person_detail(subject.name, std::move(done));
  };
  const auto detail = co_await await_result<PersonDetail>(start);
  if (!detail) co_return tl::unexpected(detail.error());
  if (is_nobody(subject, *detail)) {
    co_return error(ErrorKind::not_found, "there is no account " +
                                              mfa::quoted(subject.name.str()) +
                                              " on this host");
  }
  co_return user_json(subject.name, subject.account, *detail,
                      call.config().security_defaults.registration_grace_days,
                      call.context.clock.now().wall);
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

}  // namespace mfa::control
