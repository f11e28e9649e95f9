// SPDX-License-Identifier: BSD-3-Clause
//
// The life of a generation: where it begins from, and how it ends.
#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/base/log.h"
#include "agent/control/aside.h"
#include "agent/control/connector_call.h"
#include "agent/control/connector_handlers.h"

namespace mfa::control {
namespace {

Json null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json totals_json(const CacheStatus& status) {
  return {{"generation", status.generation},
          {"people", status.people},
          {"groups", status.groups},
          {"devices", status.devices}};
}

VarlinkResult<BeginGeneration> wanted_generation(Call& call) {
  BeginGeneration wanted;
  auto source = source_of(call);
  if (!source) return tl::unexpected(source.error());
  wanted.source = std::move(*source);
  const auto kinds = kinds_of(call, "kinds");
  if (!kinds) return tl::unexpected(kinds.error());
  if (kinds->empty()) return tl::unexpected(invalid_parameter("kinds"));
  wanted.kinds = *kinds;
  wanted.full = call.flag("full", false);
  const auto base = call.number("base").value_or(-1);
  if (base < 0) return tl::unexpected(invalid_parameter("base"));
  wanted.base = static_cast<std::uint64_t>(base);
  if (call.session.generation) {
    return failed({ErrorKind::conflict,
                   fmt::format("generation {} is still open; commit it or "
                               "abort it first",
                               call.session.generation->number())});
  }
  return wanted;
}

// nullopt: parameter `token` is not given, and the last one stays.
VarlinkResult<std::optional<std::string>> token_of(const Call& call) {
  auto token = call.text("token");
  if (token && token->size() > kMaxToken) {
    return tl::unexpected(invalid_parameter("token"));
  }
  return token;
}

// Once for each change: the connector tries again and again.
void log_held(Call& call, const OpenGeneration& generation,
              const std::string& why) {
  ConnectorState& connector = *call.context.connector;
  if (connector.held == why) return;
  const auto now = call.context.desk.clock.now().since_boot;
  if (!connector.held_pace.is_due(now)) return;
  connector.held = why;
  log::audit(log::Level::alert,
             fmt::format("directory generation={} source={} refused, the last "
                         "one stays in force: {}; see mfactl directory status",
                         generation.number(),
                         mfa::quoted(generation.begun().source), why));
}

void log_commit(const OpenGeneration& generation, const CacheStatus& status) {
  const bool full = generation.begun().full;
  log::write(full ? log::Level::notice : log::Level::info,
             fmt::format("directory generation={} source={} full={} people={} "
                         "groups={} devices={} refused={}",
                         status.generation, mfa::quoted(status.source),
                         full ? "yes" : "no", status.people, status.groups,
                         status.devices, status.refused_records));
}

tl::unexpected<VarlinkError> not_committed(Call& call,
                                           const OpenGeneration& generation,
                                           const Error& error) {
  if (error.kind != ErrorKind::refused) return failed(error);
  log_held(call, generation, error.what);
  return tl::unexpected(VarlinkError{".Held", {{"message", error.what}}});
}

}  // namespace

asio::awaitable<Reply> get_state(Call& call) {
  note_call(call);
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  const Instant now = call.context.desk.clock.now().wall;
  auto run = [&] { return (*cache)->status(now); };
  const auto asked = co_await run_aside<Result<CacheStatus>>(call.context, run);
  if (!asked) co_return failed(asked.error());
  if (!*asked) co_return failed(asked->error());
  const CacheStatus& status = **asked;
  co_return Json{{"source", null_if_empty(status.source)},
                 {"generation", status.generation},
                 {"token", null_if_empty(status.token)},
                 {"fullSyncWanted", status.full_sync_wanted},
                 {"people", status.people},
                 {"groups", status.groups},
                 {"devices", status.devices}};
}

asio::awaitable<Reply> begin_generation(Call& call) {
  note_call(call);
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  auto wanted = wanted_generation(call);
  if (!wanted) co_return tl::unexpected(wanted.error());
  auto start = [&](DirectoryCache::Done<std::uint64_t> done) {
    (*cache)->begin(*wanted, std::move(done));
  };
  const auto number = co_await await_result<std::uint64_t>(start);
  if (!number) co_return failed(number.error());
  call.session.generation = std::make_unique<OpenGeneration>(
      call.context.directory_cache, *number, std::move(*wanted));
  co_return Json{{"generation", *number}};
}

asio::awaitable<Reply> commit_generation(Call& call) {
  note_call(call);
  const auto open = open_generation(call);
  if (!open) co_return tl::unexpected(open.error());
  auto token = token_of(call);
  if (!token) co_return tl::unexpected(token.error());
  const auto up_to_date = kinds_of(call, "upToDate");
  if (!up_to_date) co_return tl::unexpected(up_to_date.error());
  auto start = [&](DirectoryCache::Done<CacheStatus> done) {
    call.context.directory_cache->commit(
        (*open)->number(),
        {std::move(*token), call.flag("removeAbsent", false), *up_to_date},
        std::move(done));
  };
  const auto status = co_await await_result<CacheStatus>(start);
  // Over, one way or the other; giving it up once more does no harm.
  const auto generation = std::move(call.session.generation);
  if (!status) co_return not_committed(call, *generation, status.error());
  generation->end();
  call.context.connector->trouble.reset();
  call.context.connector->held.clear();
  log_commit(*generation, *status);
  co_return totals_json(*status);
}

asio::awaitable<Reply> abort_generation(Call& call) {
  note_call(call);
  const auto open = open_generation(call);
  if (!open) co_return tl::unexpected(open.error());
  call.session.generation.reset();
  co_return Json::object();
}

asio::awaitable<Reply> confirm_up_to_date(Call& call) {
  note_call(call);
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  auto source = source_of(call);
  if (!source) co_return tl::unexpected(source.error());
  const auto kinds = kinds_of(call, "kinds");
  if (!kinds) co_return tl::unexpected(kinds.error());
  auto start = [&](DirectoryCache::Done<void> done) {
    (*cache)->up_to_date(std::move(*source), *kinds, std::move(done));
  };
  const auto noted = co_await await_result<void>(start);
  if (!noted) co_return failed(noted.error());
  call.context.connector->trouble.reset();
  co_return Json::object();
}

}  // namespace mfa::control
