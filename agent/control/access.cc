// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/access.h"

#include <asio/post.hpp>

#include "agent/control/lookup.h"
#include "agent/control/name_ids.h"
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

// What a name of the configuration stands for. Looked up once for each
// configuration; what does not exist (yet) is looked up again.
template <class Id>
asio::awaitable<std::optional<Id>> id_of(
    KnownId<Id>& known, std::string name, Context& context,
    std::optional<Id> (*find)(const std::string&)) {
  const std::uint64_t generation = context.desk.rules.current().number;
  if (known.generation == generation && known.id) co_return known.id;
  auto start = [&](auto done) {
    asio::post(context.names_thread,
               [done, find, name = std::move(name)] { done(find(name)); });
  };
  const auto id =
      co_await await_result_within<std::optional<Id>>(kLookupDeadline, start);
  if (!id) co_return std::nullopt;
  known.generation = generation;
  known.id = *id;
  co_return *id;
}

}  // namespace

asio::awaitable<bool> is_admin(const Peer& peer, Context& context) {
  if (peer.is_root()) co_return true;
  const auto gid = co_await id_of<gid_t>(
      context.admin_group, context.desk.rules.config().admin_group, context,
      find_group);
  co_return gid&& peer.is_member_of(*gid);
}

asio::awaitable<bool> is_connector(const Peer& peer, Context& context) {
  if (peer.is_root()) co_return true;
  const auto& user = context.desk.rules.config().connector_user;
  if (!user) co_return false;
  const auto uid = co_await id_of<uid_t>(context.connector_account, user->str(),
                                         context, find_account_id);
  co_return uid == peer.uid;
}

asio::awaitable<bool> may_call(const Operation& operation, Call& call) {
  if (operation.privilege == Privilege::anyone) co_return true;
  if (operation.privilege == Privilege::connector) {
    co_return co_await is_connector(call.peer, call.context);
  }
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
