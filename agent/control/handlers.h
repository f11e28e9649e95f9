// SPDX-License-Identifier: BSD-3-Clause
//
// What runs for each row of the table in operations.cc; the interface file
// says what each one takes and gives.
#pragma once

#include "agent/control/operation.h"

namespace mfa::control {

asio::awaitable<Reply> get_info(Call& call);
asio::awaitable<Reply> get_interface_description(Call& call);

asio::awaitable<Reply> show_status(Call& call);
asio::awaitable<Reply> reload(Call& call);

asio::awaitable<Reply> add_method(Call& call);
asio::awaitable<Reply> confirm_method(Call& call);
asio::awaitable<Reply> list_methods(Call& call);
asio::awaitable<Reply> remove_method(Call& call);

asio::awaitable<Reply> show_user(Call& call);
asio::awaitable<Reply> unlock_user(Call& call);
asio::awaitable<Reply> reset_grace(Call& call);
asio::awaitable<Reply> require_mfa(Call& call);
asio::awaitable<Reply> forget_remembered(Call& call);

asio::awaitable<Reply> list_sign_ins(Call& call);
asio::awaitable<Reply> explain(Call& call);

asio::awaitable<Reply> show_directory(Call& call);
asio::awaitable<Reply> sync_directory(Call& call);
asio::awaitable<Reply> show_directory_user(Call& call);
asio::awaitable<Reply> accept_directory(Call& call);
asio::awaitable<Reply> forget_directory_user(Call& call);
asio::awaitable<Reply> forget_directory_kind(Call& call);

asio::awaitable<Reply> what_if(Call& call);
asio::awaitable<Reply> policy_impact(Call& call);

}  // namespace mfa::control
