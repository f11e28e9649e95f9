// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent asks of a connector, and what a connector says went wrong.
#include <fmt/format.h>

#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <map>

#include "agent/base/escape.h"
#include "agent/base/log.h"
#include "agent/control/aside.h"
#include "agent/control/connector_call.h"
#include "agent/control/connector_handlers.h"

namespace mfa::control {
namespace {

using Reports = std::vector<DirectoryReport>;
using SteadyTime = std::chrono::microseconds;  // Now::since_boot

// Ids of reports begin at 1.
constexpr std::int64_t kSyncId = 0;
constexpr std::size_t kMaxTroubleText = 1024;

Json work_json(Json work) { return {{"work", std::move(work)}}; }

Json sync_json() {
  return work_json({{"id", kSyncId},
                    {"action", "sync"},
                    {"person", nullptr},
                    {"happenedDateTime", nullptr}});
}

std::string_view action_name(DirectoryReport::Action action) {
  switch (action) {
    case DirectoryReport::Action::confirm_safe:
      return "confirmSafe";
    case DirectoryReport::Action::dismiss_risk:
      return "dismissRisk";
  }
  return {};
}

Json report_json(const DirectoryReport& report) {
  return work_json({{"id", report.id},
                    {"action", action_name(report.action)},
                    {"person", report.person_id},
                    {"happenedDateTime", to_iso8601(report.happened)}});
}

// Counts a connection that waits for as long as it lives.
class Listening {
 public:
  explicit Listening(std::shared_ptr<ConnectorState> connector)
      : connector_(std::move(connector)) {
    ++connector_->waiting_for_work;
  }
  ~Listening() { --connector_->waiting_for_work; }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;

 private:
  std::shared_ptr<ConnectorState> connector_;
};

// One connector that waits. Each look() tells it what there is by then.
class WorkStream {
 public:
  explicit WorkStream(Call& call) : call_(call) {}

  // False: the connector is gone.
  asio::awaitable<bool> look() {
    const SteadyTime now = call_.context.desk.clock.now().since_boot;
    bool sent = co_await ask_for_sync();
    if (sent && is_due(looked_, call_.context.times.work_poll, now)) {
      looked_ = now;
      sent = co_await tell_reports(now);
      if (sent) co_await look_at_ages();
    }
    if (sent && is_due(spoke_, call_.context.times.work_alive, now)) {
      sent = co_await send(work_json(nullptr), now);
    }
    co_return sent;
  }

 private:
  static bool is_due(const std::optional<SteadyTime>& last,
                     std::chrono::milliseconds interval, SteadyTime now) {
    return !last || now - *last >= interval;
  }

  asio::awaitable<bool> send(Json work, SteadyTime now) {
    spoke_ = now;
    co_return co_await call_.replies.send_more(work);
  }

  asio::awaitable<bool> ask_for_sync() {
    bool& wanted = call_.context.connector->sync_wanted;
    if (!wanted) co_return true;
    wanted = false;
    const auto now = call_.context.desk.clock.now().since_boot;
    const bool sent = co_await send(sync_json(), now);
    if (!sent) call_.context.connector->sync_wanted = true;
    co_return sent;
  }

  // A report that was not finished comes again after a while.
  asio::awaitable<bool> tell_reports(SteadyTime now) {
    auto start = [&](Done<Reports> done) {
      call_.context.desk.store.list_directory_reports(std::move(done));
    };
    const auto reports = co_await await_result<Reports>(start);
    if (!reports) co_return true;  // the store says itself what ails it
    std::map<std::int64_t, SteadyTime> told;
    for (const DirectoryReport& report : *reports) {
      const auto last = told_.find(report.id);
      const bool again = last == told_.end() ||
                         now - last->second >= call_.context.times.work_again;
      told[report.id] = again ? now : last->second;
      if (!again) continue;
      const bool sent = co_await send(report_json(report), now);
      if (!sent) co_return false;
    }
    told_ = std::move(told);
    co_return true;
  }

  // Asks for a sync once for each time that something grows too old.
  asio::awaitable<void> look_at_ages() {
    const Instant now = call_.context.desk.clock.now().wall;
    auto run = [&] { return call_.context.directory_cache->status(now); };
    const auto asked =
        co_await run_aside<Result<CacheStatus>>(call_.context, run);
    if (!asked || !*asked) co_return;
    DirectoryKinds old;
    for (const KindStatus& kind : (*asked)->kinds) {
      if (kind.soft_expired) old.insert(kind.kind);
    }
    if (!old_.contains_all(old)) call_.context.connector->sync_wanted = true;
    old_ = old;
  }

  Call& call_;
  std::optional<SteadyTime> looked_;
  std::optional<SteadyTime> spoke_;
  std::map<std::int64_t, SteadyTime> told_;  // by id of the report
  DirectoryKinds old_;
};

// Work that the directory will never take is not tried again.
void log_given_up(const Call& call, std::int64_t id) {
  if (call.flag("done", true)) return;
  log::audit(log::Level::warning,
             fmt::format("the directory was not told of a risk dealt with "
                         "here: report={} message={}",
                         id, mfa::quoted(call.text("message").value_or(""))));
}

}  // namespace

asio::awaitable<Reply> wait_for_work(Call& call) {
  note_call(call);
  const auto cache = directory_cache(call);
  if (!cache) co_return tl::unexpected(cache.error());
  if (!call.request.more) {
    co_return tl::unexpected(VarlinkError{"org.varlink.service.ExpectedMore"});
  }
  const Listening listening(call.context.connector);
  WorkStream stream(call);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (!call.replies.is_gone()) {
    const bool sent = co_await stream.look();
    if (!sent) break;
    timer.expires_after(call.context.times.poll);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return work_json(nullptr);
}

asio::awaitable<Reply> finish_work(Call& call) {
  note_call(call);
  const std::int64_t id = call.number("id").value_or(0);
  if (id == kSyncId) co_return Json::object();
  auto start = [&](Done<bool> done) {
    call.context.desk.store.finish_directory_report(id, std::move(done));
  };
  const auto finished = co_await await_result<bool>(start);
  if (!finished) co_return failed(finished.error());
  if (!*finished) {
    co_return failed({ErrorKind::not_found,
                      fmt::format("there is no work with the id {}", id)});
  }
  log_given_up(call, id);
  co_return Json::object();
}

asio::awaitable<Reply> report_trouble(Call& call) {
  note_call(call);
  const auto source = source_of(call);
  if (!source) co_return tl::unexpected(source.error());
  const auto next = call.text("nextTryDateTime");
  ConnectorState::Trouble trouble;
  trouble.next_try = next ? parse_iso8601(*next) : std::nullopt;
  if (next && !trouble.next_try) {
    co_return tl::unexpected(invalid_parameter("nextTryDateTime"));
  }
  trouble.source = *source;
  trouble.message =
      call.text("message").value_or("").substr(0, kMaxTroubleText);
  trouble.at = call.context.desk.clock.now().wall;
  ConnectorState& connector = *call.context.connector;
  auto& last = connector.trouble;
  // A connector that tries again every minute is logged once.
  trouble.is_logged =
      last && last->is_logged && last->message == trouble.message;
  if (!trouble.is_logged &&
      connector.trouble_pace.is_due(call.context.desk.clock.now().since_boot)) {
    trouble.is_logged = true;
    log::write(log::Level::warning,
               fmt::format("directory source={} trouble={}",
                           mfa::quoted(trouble.source),
                           mfa::quoted(trouble.message, kMaxTroubleText)));
  }
  last = std::move(trouble);
  co_return Json::object();
}

}  // namespace mfa::control
