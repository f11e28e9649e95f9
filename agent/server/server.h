// SPDX-License-Identifier: BSD-3-Clause
//
// The running agent: its sockets, signals, timers and reloads. Everything
// here happens on one thread; the store, NSS and slow work have their own.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/thread_pool.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/cache/cache.h"
#include "agent/control/context.h"
#include "agent/control/endpoint.h"
#include "agent/directory/directory.h"
#include "agent/rules/live_rules.h"
#include "agent/server/acceptor.h"
#include "agent/server/connection_table.h"
#include "agent/server/limits.h"
#include "agent/server/rate_limit.h"
#include "agent/sign_in/approvals.h"
#include "agent/sign_in/desk.h"
#include "agent/store/store.h"

namespace mfa {

class Server {
 public:
  // What is handed in outlives the server. `io` is run by run(). `cache`:
  // nullptr where there is no central directory, and no socket to bring it by.
  Server(asio::io_context& io, LiveRules& rules, Store& store,
         Directory& directory, std::shared_ptr<DirectoryCache> cache,
         const Clock& clock, Random& random);

  // Opens the sockets (systemd's, where it passed some).
  Result<> open();
  // Serves until SIGTERM or SIGINT, ends what is under way, and returns.
  void run();

 private:
  asio::awaitable<void> handle_signals();
  asio::awaitable<void> watch_over_store();
  asio::awaitable<void> watch_over_directory();
  asio::awaitable<void> every(std::chrono::milliseconds interval,
                              std::function<void()> action);
  void keep_memberships_fresh();
  asio::awaitable<void> reload_at_signal();
  asio::awaitable<Result<void>> reload();
  asio::awaitable<void> stop();

  void welcome_sign_in(UniqueFd fd);
  void welcome_varlink(UniqueFd fd, const control::Endpoint& endpoint);
  Result<> open_connectors(UniqueFd given);
  void configure_cache();
  void spawn(asio::awaitable<void> work);

  asio::io_context& io_;
  LiveRules& rules_;
  Store& store_;
  const Clock& clock_;
  Instant started_;
  Approvals approvals_;
  Desk desk_;
  control::Context control_;
  std::shared_ptr<ConnectionTable> connections_;
  RateLimit sign_in_rate_{kUserSignInsPerSecond, kUserSignInBurst};
  asio::thread_pool slow_work_{1};
  asio::signal_set signals_;
  Acceptor sign_ins_;
  Acceptor controls_;
  Acceptor connectors_;
};

}  // namespace mfa
