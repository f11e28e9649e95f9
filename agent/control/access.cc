// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/access.h"

#include <asio/post.hpp>

#include "agent/control/admin_group.h"
#include "agent/control/lookup.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

// Whose account the call is about; "" when nobody can be named.
asio::awaitable<std::string> person_asked_about(About about, Call& call) {
  if (about == About::user) co_return call.text("user").value_or("");
  if (about != About::record) co_return "";
  const auto record = co_await find_record(call);
  if (!record || !record->user_known) co_return "";
  co_return record->user;
}

// Looked up once for each configuration; a group that does not exist (yet) is
// looked up again.
asio::awaitable<std::optional<gid_t>> admin_gid(Context& context) {
  const Generation& current = context.desk.rules.current();
  AdminGroup& known = context.admin_group;
  if (known.generation == current.number && known.gid) co_return known.gid;
  const std::uint64_t generation = current.number;
  auto start = [&](auto done) {
    asio::post(known.thread, [done, name = current.config().admin_group] {
      done(find_group(name));
    });
  };
  const auto gid = co_await await_result_within<std::optional<gid_t>>(
      kLookupDeadline, start);
  if (!gid) co_return std::nullopt;
  known.generation = generation;
  known.gid = *gid;
  co_return *gid;
}

}  // namespace

asio::awaitable<bool> is_admin(const Peer& peer, Context& context) {
  if (peer.is_root()) co_return true;
  const auto gid = co_await admin_gid(context);
  co_return gid&& peer.is_member_of(*gid);
}

asio::awaitable<bool> may_call(const Operation& operation, Call& call) {
  if (operation.privilege == Privilege::anyone) co_return true;
  const bool admin = co_await is_admin(call.peer, call.context);
  if (admin) co_return true;
  if (operation.privilege != Privilege::self) co_return false;
  const std::string name = co_await person_asked_about(operation.about, call);
  if (name.empty()) co_return false;
  const auto person = co_await find_account(call, name);
  if (!person || !*person) co_return false;
  co_return (*person)->uid == call.peer.uid;
}

}  // namespace mfa::control
