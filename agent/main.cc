// SPDX-License-Identifier: BSD-3-Clause
//
// mfa-agent: wiring. What is made here lives as long as the program, and ends
// in the reverse order: the event loop last, for others post to it.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "agent/cache/cache.h"
#include "agent/cache/central_directory.h"
#include "agent/config/file.h"
#include "agent/directory/directory.h"
#include "agent/directory/unresolved_record_names.h"
#include "agent/rules/live_rules.h"
#include "agent/server/server.h"
#include "agent/server/state.h"

namespace {

using namespace mfa;

// sysexits are not used: systemd and scripts only need these (mfa-agent(8)).
constexpr int kFailed = 1;
constexpr int kBadConfiguration = 2;

struct Options {
  std::string config = kDefaultConfigFile;
  bool check_config = false;
  bool initialize = false;
  bool debug = false;
};

// Seeds pass through this process: no core may hold them, and no file it
// makes is for others.
void protect_process() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  umask(0077);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);   // until the server listens to it
  std::signal(SIGXFSZ, SIG_IGN);  // a full quota is an error, not the end
}

int fail(const Error& error, int status = kFailed) {
  log::audit(log::Level::alert, error.what);
  return status;
}

void warn_about(const Rules& rules, DirectoryCache* cache, Instant now) {
  for (const std::string& warning : warnings(rules)) {
    log::write(log::Level::warning, warning);
  }
  // Not fatal at a start: there is no earlier generation to fall back to, and
  // whose roles are not known is treated as holding them.
  for (const std::string& name : unresolved_names(rules)) {
    log::audit(log::Level::error, name);
  }
  const auto central = unresolved_centrally(rules, cache, now);
  for (const std::string& name : central.errors) {
    log::audit(log::Level::error, name);
  }
  for (const std::string& name : central.warnings) {
    log::write(log::Level::warning, name);
  }
}

int check_configuration(const Options& options, const Rules& rules) {
  for (const auto& list : {warnings(rules), unresolved_names(rules.records)}) {
    for (const std::string& warning : list) {
      fmt::print("warning: {}\n", warning);
    }
  }
  // The cache belongs to the agent that runs.
  const auto central =
      unresolved_centrally(rules, nullptr, SystemClock().now().wall);
  for (const std::string& warning : central.warnings) {
    fmt::print("warning: {}\n", warning);
  }
  const auto unresolved = unresolved_names(rules);
  for (const std::string& name : unresolved) {
    fmt::print(stderr, "{}: {}\n", options.config, name);
  }
  if (!unresolved.empty()) return kBadConfiguration;
  fmt::print("{}: no errors\n", options.config);
  return EXIT_SUCCESS;
}

int initialize(const Config& config) {
  const SystemClock clock;
  SystemRandom random;
  const auto store =
      open_state(config, StateMode::initialize, clock, random, [](Error) {});
  if (!store) return fail(store.error());
  fmt::print("the state in {} is ready\n", config.state_directory);
  return EXIT_SUCCESS;
}

// nullptr: the configuration wants no central directory.
Result<std::shared_ptr<DirectoryCache>> open_cache(const Config& config,
                                                   const Clock& clock) {
  if (!config.connector_user) return nullptr;
  auto cache = open_directory_cache(config.state_directory, clock);
  if (!cache) return tl::unexpected(cache.error());
  return std::shared_ptr<DirectoryCache>(std::move(*cache));
}

std::unique_ptr<Directory> open_directory(DirectoryCache* cache,
                                          const Clock& clock) {
  auto nss = make_nss_directory();
  if (!cache) return nss;
  return make_central_directory(std::move(nss), *cache, clock);
}

int serve(const Options& options, Rules rules) {
  const SystemClock clock;
  SystemRandom random;
  asio::io_context io(1);
  // After a failed commit nothing can be promised any more: what was not
  // acknowledged is denied, and a new process looks at what is on disk.
  const auto on_broken = [](const Error& error) {
    log::audit(log::Level::critical, error.what);
    std::_Exit(kFailed);
  };
  auto store =
      open_state(rules.config, StateMode::serve, clock, random, on_broken);
  if (!store) return fail(store.error());
  auto cache = open_cache(rules.config, clock);
  if (!cache) return fail(cache.error());
  warn_about(rules, cache->get(), clock.now().wall);
  LiveRules live(options.config, std::move(rules), clock.now().wall);
  const auto directory = open_directory(cache->get(), clock);
  Server server(io, live, **store, *directory, *cache, clock, random);
  if (const auto opened = server.open(); !opened) return fail(opened.error());
  log::write(log::Level::notice,
             fmt::format("mfa-agent {} serves {}", MFA_VERSION,
                         live.config().runtime_directory));
  server.run();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Decides sign-ins for pam_mfa.so; see mfa-agent(8).");
  app.add_option("--config", options.config, "configuration file")
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config,
               "read the configuration, say what is wrong, and end");
  app.add_flag("--init", options.initialize,
               "create an empty state if there is none, and end");
  app.add_flag("--debug", options.debug, "log more");
  app.set_version_flag("--version", std::string("mfa-agent ") + MFA_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? EXIT_SUCCESS : kBadConfiguration;
  }
  protect_process();
  log::enable_debug(options.debug);
  auto rules = load_rules(options.config);
  if (!rules) return fail(rules.error(), kBadConfiguration);
  if (options.check_config) return check_configuration(options, *rules);
  if (options.initialize) return initialize(rules->config);
  return serve(options, std::move(*rules));
}
