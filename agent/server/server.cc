// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <csignal>
#include <exception>
#include <utility>

#include "agent/base/log.h"
#include "agent/base/peer.h"
#include "agent/control/aside.h"
#include "agent/control/serve.h"
#include "agent/directory/unresolved_record_names.h"
#include "agent/server/directory_watch.h"
#include "agent/server/limits.h"
#include "agent/server/service_manager.h"
#include "agent/server/sign_in_service.h"
#include "agent/sign_in/await.h"
#include "agent/sign_in/log_line.h"

namespace mfa {
namespace {

// Raises the soft limit to the hard one and leaves a reserve for the rest.
std::size_t root_connection_limit() {
  constexpr std::size_t kWanted = kMaxRootConnections + kReservedDescriptors;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur >= kWanted) return kMaxRootConnections;
  log::write(log::Level::warning,
             fmt::format("only {} files may be open; set LimitNOFILE={} to "
                         "serve {} sign-ins at once",
                         files.rlim_cur, kWanted, kMaxRootConnections));
  return std::max<std::size_t>(
      files.rlim_cur / 2,
      files.rlim_cur -
          std::min<std::size_t>(files.rlim_cur, kReservedDescriptors));
}

void log_unconfirmed(const Approval& approval) {
  SignInRecord record = approval.record;
  record.detail = approval.pending.password_change
                      ? "a new password was due and was not set"
                      : "the service has not run its account phase";
  log_sign_in(record);
}

std::string status_line(const LiveRules& rules) {
  return fmt::format("serving configuration generation {}",
                     rules.current().number);
}

// Loads the files as a reload may use them. Slow: asks NSS for every name.
Result<Rules> load_successor(const std::string& file,
                             const std::shared_ptr<const Rules>& present,
                             DirectoryCache* cache, Instant now) {
  auto rules = load_rules(file);
  if (!rules) return rules;
  if (rules->config.state_directory != present->config.state_directory ||
      rules->config.runtime_directory != present->config.runtime_directory) {
    return error(ErrorKind::refused,
                 file +
                     ": runtime_directory and state_directory cannot change "
                     "while the agent runs; restart it");
  }
  if (rules->config.connector_user.has_value() !=
      present->config.connector_user.has_value()) {
    return error(ErrorKind::refused,
                 file +
                     ": a central directory cannot come or go while the agent "
                     "runs (connector_user); restart it");
  }
  auto unresolved = unresolved_names(*rules);
  const auto central = unresolved_centrally(*rules, cache, now);
  unresolved.insert(unresolved.end(), central.errors.begin(),
                    central.errors.end());
  if (!unresolved.empty()) {
    return error(ErrorKind::malformed,
                 fmt::format("{}: {}", file, fmt::join(unresolved, "; ")));
  }
  return rules;
}

// After the reload, on its thread: rules that tighten do not wait for what is
// only worth a warning (a next reload does).
void warn_of_record_names(const std::shared_ptr<const Rules>& rules) {
  for (const std::string& name : unresolved_names(rules->records)) {
    log::write(log::Level::warning, name);
  }
}

}  // namespace

Server::Server(asio::io_context& io, LiveRules& rules, Store& store,
               Directory& directory, std::shared_ptr<DirectoryCache> cache,
               const Clock& clock, Random& random)
    : io_(io),
      rules_(rules),
      store_(store),
      clock_(clock),
      started_(clock.now().wall),
      approvals_(random, log_unconfirmed),
      desk_{store, directory, rules, clock, random, approvals_},
      control_{desk_,
               [this] {
                 return control::ServerStatus{started_, connections_->size(),
                                              control_.load->connections};
               },
               [this] { return reload(); }, std::move(cache)},
      connections_(std::make_shared<ConnectionTable>(root_connection_limit(),
                                                     kMaxUserConnections)),
      signals_(io, SIGHUP, SIGTERM, SIGINT),
      sign_ins_(io.get_executor(), SOCK_SEQPACKET,
                [this](UniqueFd fd) { welcome_sign_in(std::move(fd)); }),
      controls_(io.get_executor(), SOCK_STREAM,
                [this](UniqueFd fd) {
                  welcome_varlink(std::move(fd), control::control_endpoint());
                }),
      connectors_(io.get_executor(), SOCK_STREAM, [this](UniqueFd fd) {
        welcome_varlink(std::move(fd), control::connector_endpoint());
      }) {
  configure_cache();
}

Result<> Server::open() {
  auto given = service_manager::take_sockets();
  if (!given) return tl::unexpected(given.error());
  const std::string& directory = rules_.config().runtime_directory;
  const bool binds_connector = control_.directory_cache && !given->connector;
  if (!given->sign_in || !given->control || binds_connector) {
    if (auto ready = prepare_runtime_directory(directory); !ready) return ready;
  }
  auto opened =
      sign_ins_.open(std::move(given->sign_in), directory + "/sign-in.sock");
  if (!opened) return opened;
  opened =
      controls_.open(std::move(given->control), directory + "/control.sock");
  if (!opened) return opened;
  return open_connectors(std::move(given->connector));
}

// Without a central directory a socket of systemd's is closed: who connects
// there is refused, not left to wait.
Result<> Server::open_connectors(UniqueFd given) {
  if (control_.directory_cache) {
    return connectors_.open(
        std::move(given),
        rules_.config().runtime_directory + "/connector.sock");
  }
  if (given) {
    log::write(log::Level::warning,
               "nobody may bring a central directory, although systemd passed "
               "connector.sock; set connector_user, or disable "
               "mfa-agent-connector.socket");
  }
  return {};
}

void Server::configure_cache() {
  if (!control_.directory_cache) return;
  const Config& config = rules_.config();
  control_.directory_cache->configure(config.directory_age, config.mass_change,
                                      rules_.current().scope());
}

void Server::run() {
  spawn(sign_ins_.run());
  spawn(controls_.run());
  if (control_.directory_cache) spawn(connectors_.run());
  spawn(handle_signals());
  spawn(watch_over_store());
  spawn(watch_over_directory());
  spawn(every(kSocketCheckInterval, [this] {
    sign_ins_.mend();
    controls_.mend();
    if (control_.directory_cache) connectors_.mend();
  }));
  spawn(every(kApprovalSweep, [this] { approvals_.expire(clock_.now()); }));
  spawn(every(kMembershipCheck, [this] { keep_memberships_fresh(); }));
  keep_memberships_fresh();
  service_manager::ready(status_line(rules_));
  io_.run();
}

// A coroutine that throws is our bug or lack of memory: its connection ends,
// which denies; the others go on.
void Server::spawn(asio::awaitable<void> work) {
  asio::co_spawn(io_, std::move(work), [](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      log::write(log::Level::critical,
                 fmt::format("a connection was given up: {}", e.what()));
    }
  });
}

void Server::welcome_sign_in(UniqueFd fd) {
  auto peer = peer_of(fd.get());
  if (!peer) return log::write(log::Level::warning, peer.error().what);
  const auto rate =
      sign_in_rate_.ask(peer->uid, std::chrono::steady_clock::now());
  if (rate == RateLimit::Answer::refused) {
    log::audit(log::Level::warning,
               fmt::format("uid {} begins too many sign-ins; some are refused",
                           peer->uid));
  }
  if (rate != RateLimit::Answer::admitted) return;
  auto connection =
      std::make_shared<WireConnection>(io_.get_executor(), std::move(fd));
  auto place = connections_->enter(peer->uid, connection);
  if (!place) {
    return log::write(log::Level::warning,
                      fmt::format("uid {} has too many sign-ins under way; "
                                  "one more was refused",
                                  peer->uid));
  }
  spawn(serve_sign_in(desk_, std::move(connection), std::move(*peer),
                      std::move(place)));
}

void Server::welcome_varlink(UniqueFd fd, const control::Endpoint& endpoint) {
  auto peer = peer_of(fd.get());
  if (!peer) return log::write(log::Level::warning, peer.error().what);
  control::Socket socket(io_, asio::local::stream_protocol(), fd.release());
  spawn(
      control::serve(std::move(socket), std::move(*peer), control_, endpoint));
}

asio::awaitable<void> Server::every(std::chrono::milliseconds interval,
                                    std::function<void()> action) {
  asio::steady_timer timer(io_);
  while (true) {
    timer.expires_after(interval);
    co_await timer.async_wait(asio::use_awaitable);
    action();
  }
}

// Feeds systemd's watchdog only while the store answers too.
asio::awaitable<void> Server::watch_over_store() {
  const auto interval = service_manager::watchdog_interval();
  if (!interval) co_return;
  asio::steady_timer timer(io_);
  while (true) {
    timer.expires_after(*interval);
    co_await timer.async_wait(asio::use_awaitable);
    const auto answer = co_await await_result<PersonState>(
        [&](auto done) { store_.find_person("root", std::move(done)); });
    if (answer) service_manager::alive();
  }
}

// The cache reads a disk: not on this thread.
asio::awaitable<void> Server::watch_over_directory() {
  DirectoryWatch watch;
  asio::steady_timer timer(io_);
  while (control_.directory_cache) {
    const Instant now = clock_.now().wall;
    auto run = [&] { return control_.directory_cache->status(now); };
    const auto asked =
        co_await control::run_aside<Result<CacheStatus>>(control_, run);
    if (asked && *asked) {
      for (const auto& line : watch.look(**asked)) {
        log::audit(line.level, line.text);
      }
    }
    timer.expires_after(kDirectoryCheckInterval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> Server::handle_signals() {
  while (true) {
    const int signal = co_await signals_.async_wait(asio::use_awaitable);
    if (signal != SIGHUP) break;
    // Not awaited: a reload may wait for NSS, SIGTERM may not.
    spawn(reload_at_signal());
  }
  co_await stop();
}

void Server::keep_memberships_fresh() {
  desk_.directory.keep_fresh(rules_.current().scope());
}

asio::awaitable<void> Server::reload_at_signal() { co_await reload(); }

asio::awaitable<Result<void>> Server::reload() {
  service_manager::reloading();
  auto loaded = co_await await_result<Rules>([&](auto done) {
    asio::post(slow_work_,
               [done, file = rules_.file(), present = rules_.current().rules,
                cache = control_.directory_cache, now = clock_.now().wall] {
                 done(load_successor(file, present, cache.get(), now));
               });
  });
  Result<void> result;
  if (loaded) {
    store_.set_retention(loaded->config.sign_in_log.keep_days,
                         loaded->config.sign_in_log.keep_records);
    rules_.replace(std::move(*loaded), clock_.now().wall);
    configure_cache();
    asio::post(slow_work_, [present = rules_.current().rules] {
      warn_of_record_names(present);
    });
    keep_memberships_fresh();
    log::audit(log::Level::notice,
               fmt::format("loaded {} as generation {}", rules_.file(),
                           rules_.current().number));
  } else {
    log::audit(log::Level::alert,
               fmt::format("the configuration was not reloaded, generation {} "
                           "stays in force: {}",
                           rules_.current().number, loaded.error().what));
    rules_.keep_after(loaded.error().what);
    result = tl::unexpected(loaded.error());
  }
  service_manager::ready(status_line(rules_));
  co_return result;
}

asio::awaitable<void> Server::stop() {
  service_manager::stopping();
  log::write(log::Level::notice, "stopping");
  sign_ins_.stop();
  controls_.stop();
  if (control_.directory_cache) connectors_.stop();
  connections_->stop_all();
  asio::steady_timer timer(io_);
  const auto end = std::chrono::steady_clock::now() + kStopDeadline;
  while (connections_->size() != 0 && std::chrono::steady_clock::now() < end) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(asio::use_awaitable);
  }
  io_.stop();
}

}  // namespace mfa
