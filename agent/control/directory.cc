// SPDX-License-Identifier: BSD-3-Clause
//
// The central directory, for administrators: what is known, how old it is, and
// what only a person may decide.
#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/control/aside.h"
#include "agent/control/change_log.h"
#include "agent/control/connector_call.h"
#include "agent/control/directory_json.h"
#include "agent/control/handlers.h"
#include "agent/control/lookup.h"

namespace mfa::control {
namespace {

using Reports = std::vector<DirectoryReport>;

asio::awaitable<Result<CacheStatus>> status_of(Call& call,
                                               DirectoryCache& cache) {
  const Instant now = call.context.desk.clock.now().wall;
  auto run = [&] { return cache.status(now); };
  auto asked = co_await run_aside<Result<CacheStatus>>(call.context, run);
  if (!asked) co_return tl::unexpected(asked.error());
  co_return std::move(*asked);
}

Json show_json(const Person& person) {
  return {{"user", person.name.str()},
          {"uid", person.uid},
          {"groups", person.groups},
          {"uncertainGroups", person.uncertain_groups},
          {"roles", person.roles},
          {"uncertainRoles", person.uncertain_roles},
          {"directory", central_json(person)}};
}

}  // namespace

asio::awaitable<Reply> show_directory(Call& call) {
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const auto status = co_await status_of(call, **cache);
  if (!status) co_return failed(status.error());
  auto start = [&](Done<Reports> done) {
    call.context.desk.store.list_directory_reports(std::move(done));
  };
  const auto reports = co_await await_result<Reports>(start);
  if (!reports) co_return failed(reports.error());
  co_return directory_status_json(*status, *call.context.connector,
                                  reports->size());
}

asio::awaitable<Reply> sync_directory(Call& call) {
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const bool connected = call.context.connector->request_sync();
  log_change(call, "directory_sync", "");
  co_return Json{{"connected", connected}};
}

asio::awaitable<Reply> show_directory_user(Call& call) {
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  if (!subject->account) {
    co_return failed({ErrorKind::not_found,
                      "there is no account " +
                          mfa::quoted(subject->name.str()) + " on this host"});
  }
  co_return show_json(*subject->account);
}

// The generation itself is gone: the connector is asked to bring it again.
asio::awaitable<Reply> accept_directory(Call& call) {
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const auto since = parse_iso8601(call.text("sinceDateTime").value_or(""));
  if (!since) co_return tl::unexpected(invalid_parameter("sinceDateTime"));
  auto start = [&](DirectoryCache::Done<HeldChange> done) {
    (*cache)->accept_held(*since, std::move(done));
  };
  const auto accepted = co_await await_result<HeldChange>(start);
  if (!accepted) co_return failed(accepted.error());
  log_change(call, "directory_accept", "",
             fmt::format("what={}", mfa::quoted(accepted->what)));
  const bool connected = call.context.connector->request_sync();
  co_return Json{{"what", accepted->what}, {"connected", connected}};
}

asio::awaitable<Reply> forget_directory_kind(Call& call) {
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const auto kind = kind_named(call.text("kind").value_or(""));
  if (!kind || *kind == DirectoryKind::people) {
    co_return tl::unexpected(invalid_parameter("kind"));
  }
  auto start = [&](DirectoryCache::Done<bool> done) {
    (*cache)->forget_kind(*kind, std::move(done));
  };
  const auto forgotten = co_await await_result<bool>(start);
  if (!forgotten) co_return failed(forgotten.error());
  if (!*forgotten) {
    co_return failed({ErrorKind::not_found,
                      fmt::format("the directory never brought {}: there is "
                                  "nothing to forget",
                                  name_of(*kind))});
  }
  log_change(call, "directory_forget_kind", "",
             fmt::format("kind={}", name_of(*kind)));
  co_return Json{{"kind", name_of(*kind)}};
}

asio::awaitable<Reply> forget_directory_user(Call& call) {
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const auto subject = co_await find_subject(call);
  if (!subject) co_return failed(subject.error());
  auto start = [&](DirectoryCache::Done<bool> done) {
    (*cache)->forget_account(subject->name.str(), std::move(done));
  };
  const auto forgotten = co_await await_result<bool>(start);
  if (!forgotten) co_return failed(forgotten.error());
  if (!*forgotten) {
    co_return failed(
        {ErrorKind::not_found,
         fmt::format("the directory still has {}, or never had: there is "
                     "nothing to forget",
                     mfa::quoted(subject->name.str()))});
  }
  log_change(call, "directory_forget", subject->name.str());
  co_return Json{{"user", subject->name.str()}};
}

}  // namespace mfa::control
