// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/lookup.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "agent/base/escape.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

std::string list_ids(const std::vector<SignInRecord>& records) {
  std::string ids;
  for (const auto& record : records) ids += ' ' + record.id;
  return ids;
}

}  // namespace

asio::awaitable<Result<std::optional<Person>>> find_account(Call& call,
                                                            std::string name) {
  // A name that no account can have is not worth NSS's time.
  if (!UserName::parse(name)) co_return std::nullopt;
  auto start = [&](Directory::Found done) {
    call.context.desk.directory.find(std::move(name),
                                     call.context.desk.rules.current().scope(),
                                     std::move(done));
  };
  auto found = co_await await_result_within<std::optional<Person>>(
      kLookupDeadline, start);
  if (!found) {
    co_return error(
        ErrorKind::unavailable,
        "the account could not be looked up: " + found.error().what +
            "; see whether getent passwd NAME answers quickly");
  }
  co_return std::move(*found);
}

asio::awaitable<Result<Subject>> find_subject(Call& call) {
  const std::string given = call.text("user").value_or("");
  const auto name = UserName::parse(given);
  if (!name) {
    co_return error(ErrorKind::malformed,
                    mfa::quoted(given) + " cannot be the name of an account");
  }
  auto account = co_await find_account(call, given);
  if (!account) co_return tl::unexpected(account.error());
  if (!*account) co_return Subject{*name, std::nullopt};
  const UserName canonical = (*account)->name;
  co_return Subject{canonical, std::move(*account)};
}

Result<std::optional<Instant>> since_of(const Call& call) {
  constexpr std::int64_t kYear9999 = 253402300799;  // seconds
  const auto since = call.number("since");
  if (!since) return std::nullopt;
  if (*since < 0 || *since > kYear9999) {
    return error(ErrorKind::malformed, "since is no time");
  }
  return Instant(std::chrono::seconds(*since));
}

asio::awaitable<Result<SignInRecord>> find_record(Call& call) {
  const std::string prefix = call.text("id").value_or("");
  auto start = [&](Done<std::vector<SignInRecord>> done) {
    call.context.desk.store.find_sign_in(prefix, std::move(done));
  };
  auto records = co_await await_result<std::vector<SignInRecord>>(start);
  if (!records) co_return tl::unexpected(records.error());
  if (records->empty()) {
    co_return error(ErrorKind::not_found,
                    "no sign-in has the id " + mfa::quoted(prefix, 64) +
                        "; it may be older than the sign-in log keeps "
                        "(sign_in_log in mfa-agent.yaml)");
  }
  if (records->size() > 1) {
    co_return error(ErrorKind::conflict,
                    "several sign-ins begin with " + mfa::quoted(prefix, 64) +
                        "; give more of the id:" + list_ids(*records));
  }
  co_return std::move(records->front());
}

}  // namespace mfa::control
