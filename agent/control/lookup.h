// SPDX-License-Identifier: BSD-3-Clause
//
// The lookups that several methods share.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>
#include <string>

#include "agent/control/operation.h"
#include "agent/model/sign_in.h"
#include "agent/model/sign_in_record.h"

namespace mfa::control {

// nullopt: surely no such account. Waits kLookupDeadline at most.
asio::awaitable<Result<std::optional<Person>>> find_account(Call& call,
                                                            std::string name);

// The name under which state is kept: the canonical one of the account, or
// the name as given when the account exists no more.
struct Subject {
  UserName name;
  std::optional<Person> account;
};
// Of parameter `user`.
asio::awaitable<Result<Subject>> find_subject(Call& call);

// What ShowUser says of a person; `not_found` when nothing is known.
asio::awaitable<Result<Json>> describe_user(Call& call, const Subject& subject);

// Parameter `since`, seconds since 1970 UTC.
Result<std::optional<Instant>> since_of(const Call& call);

// The one sign-in that parameter `id` names.
asio::awaitable<Result<SignInRecord>> find_record(Call& call);

}  // namespace mfa::control
