// SPDX-License-Identifier: BSD-3-Clause
//
// What runs for each row of the table in connector_operations.cc; the
// interface file says what each one takes and gives.
#pragma once

#include "agent/control/operation.h"

namespace mfa::control {

asio::awaitable<Reply> get_state(Call& call);

asio::awaitable<Reply> begin_generation(Call& call);
asio::awaitable<Reply> commit_generation(Call& call);
asio::awaitable<Reply> abort_generation(Call& call);

asio::awaitable<Reply> put_people(Call& call);
asio::awaitable<Reply> put_groups(Call& call);
asio::awaitable<Reply> put_role_assignments(Call& call);
asio::awaitable<Reply> put_risks(Call& call);
asio::awaitable<Reply> put_devices(Call& call);

asio::awaitable<Reply> add_members(Call& call);
asio::awaitable<Reply> remove_members(Call& call);
asio::awaitable<Reply> remove_records(Call& call);
asio::awaitable<Reply> remove_role_assignments(Call& call);
asio::awaitable<Reply> note_present(Call& call);

asio::awaitable<Reply> confirm_up_to_date(Call& call);
asio::awaitable<Reply> report_trouble(Call& call);
asio::awaitable<Reply> wait_for_work(Call& call);
asio::awaitable<Reply> finish_work(Call& call);

}  // namespace mfa::control
