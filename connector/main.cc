// SPDX-License-Identifier: BSD-3-Clause
//
// mfa-connector: wiring. The program keeps nothing: what it brought is in the
// agent, and from where to go on, too. So it may be ended at any moment, and
// is, by SIGTERM.
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "agent/base/clock.h"
#include "agent/base/escape.h"
#include "agent/base/log.h"
#include "agent/base/random.h"
#include "connector/agent/agent_link.h"
#include "connector/config/config.h"
#include "connector/config/secret_file.h"
#include "connector/graph/graph_source.h"
#include "connector/ldap/ldap_source.h"
#include "connector/loop/loop.h"
#include "connector/loop/signals.h"

namespace {

using namespace mfa;
using namespace mfa::connector;

// systemd and scripts need these (mfa-connector(8)).
constexpr int kFailed = 1;
constexpr int kBadConfiguration = 2;

struct Options {
  std::string config = kDefaultConfigFile;
  bool check_config = false;
  bool once = false;
  bool debug = false;
};

// Nothing here needs to be finished, and a library may be in the middle of a
// wait for the network.
void end_at_once(int) { _exit(EXIT_SUCCESS); }

// Passwords and tokens pass through this process: no core may hold them.
void protect_process() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  umask(0077);
  signal(SIGPIPE, SIG_IGN);
  struct sigaction end {};
  end.sa_handler = end_at_once;
  sigaction(SIGTERM, &end, nullptr);
  sigaction(SIGINT, &end, nullptr);
}

int fail(const Error& error, int status = kFailed) {
  log::write(log::Level::error, error.what);
  return status;
}

struct Outside {
  const Clock& clock;
  Random& random;
  Signals& signals;
};

// Throttling may ask for a longer pause than the watchdog's.
void pause_alive(std::chrono::milliseconds time, Signals& signals) {
  constexpr std::chrono::milliseconds kSlice{1000};
  for (; time > kSlice; time -= kSlice) {
    sleep_for(kSlice);
    signals.alive();
  }
  sleep_for(time);
}

Result<std::unique_ptr<Source>> make_source(const Config& config,
                                            const Outside& outside) {
  if (config.ldap) return make_ldap_source(*config.ldap, outside.clock);
  Signals& signals = outside.signals;
  return make_graph_source(
      *config.graph, outside.clock, outside.random,
      [&signals](auto time) { pause_alive(time, signals); },
      [&signals] { signals.alive(); });
}

// A configuration by which a source can be made.
Result<Config> load_checked(const Options& options, const Outside& outside) {
  auto config = load_config(options.config);
  if (!config) return config;
  const auto source = make_source(*config, outside);
  if (!source) return tl::unexpected(source.error());
  return config;
}

AgentLink make_link(const Config& config, Signals& signals) {
  return AgentLink({config.agent_socket, config.name, fingerprint(config)},
                   [&signals] { signals.alive(); });
}

// Files that are read later, too: what is wrong with them is known now.
// Credentials are there for the service alone.
Result<> check_secret(const SecretFile& file) {
  if (file.empty() || file.starts_with(kCredentialPrefix)) return {};
  const auto secret = read_secret_file(file);
  if (!secret) return tl::unexpected(secret.error());
  return {};
}

Result<> check_keytab(const SecretFile& file) {
  if (file.empty() || file.starts_with(kCredentialPrefix)) return {};
  const auto keytab = keytab_path(file);
  if (!keytab) return tl::unexpected(keytab.error());
  return {};
}

Result<> check_secrets(const Config& config) {
  if (config.ldap) {
    if (auto ok = check_secret(config.ldap->password_file); !ok) return ok;
    if (auto ok = check_keytab(config.ldap->keytab_file); !ok) return ok;
    return check_secret(config.ldap->key_file);
  }
  if (auto ok = check_secret(config.graph->secret_file); !ok) return ok;
  return check_secret(config.graph->key_file);
}

int check_configuration(const Options& options, const Config& config) {
  const auto secrets = check_secrets(config);
  if (!secrets) return fail(secrets.error(), kBadConfiguration);
  fmt::print("{}: no errors\n", options.config);
  return EXIT_SUCCESS;
}

int bring_once(const Config& config, const Outside& outside) {
  const auto source = make_source(config, outside);
  if (!source) return fail(source.error(), kBadConfiguration);
  AgentLink agent = make_link(config, outside.signals);
  Loop loop(agent, **source, outside.signals, outside.clock, outside.random);
  const auto done = loop.run_once();
  return done ? EXIT_SUCCESS : fail(done.error());
}

// Until there is another good configuration, which it returns.
Result<Config> serve(const Options& options, const Config& config,
                     const Outside& outside) {
  const auto source = make_source(config, outside);
  if (!source) return tl::unexpected(source.error());
  AgentLink agent = make_link(config, outside.signals);
  log::write(log::Level::notice,
             fmt::format("mfa-connector {} brings {}", MFA_VERSION,
                         mfa::quoted(config.name)));
  sd_notify(0, "READY=1");
  for (;;) {
    // A new one each time: somebody who reloads has mended something.
    Loop loop(agent, **source, outside.signals, outside.clock, outside.random);
    loop.run();
    auto next = load_checked(options, outside);
    if (next) return next;
    log::write(log::Level::error,
               next.error().what + " (the last good configuration stays)");
  }
}

int serve_for_ever(const Options& options, Config config,
                   const Outside& outside) {
  for (;;) {
    auto next = serve(options, config, outside);
    if (!next) return fail(next.error(), kBadConfiguration);
    config = std::move(*next);
  }
}

int run(const Options& options) {
  std::uint64_t watchdog = 0;
  sd_watchdog_enabled(0, &watchdog);
  auto signals = Signals::open(
      [](const std::string& state) { sd_notify(0, state.c_str()); },
      std::chrono::microseconds(watchdog));
  if (!signals) return fail(signals.error());
  const SystemClock clock;
  SystemRandom random;
  const Outside outside{clock, random, *signals};
  auto config = load_checked(options, outside);
  if (!config) return fail(config.error(), kBadConfiguration);
  if (options.check_config) {
    return check_configuration(options, *config);
  }
  if (options.once) return bring_once(*config, outside);
  return serve_for_ever(options, std::move(*config), outside);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Brings a central directory to mfa-agent; see mfa-connector(8).");
  app.add_option("--config", options.config, "configuration file")
      ->capture_default_str();
  app.add_flag("--check-config", options.check_config,
               "read the configuration, say what is wrong, and end");
  app.add_flag("--once", options.once, "bring what is new once, and end");
  app.add_flag("--debug", options.debug, "log more");
  app.set_version_flag("--version",
                       std::string("mfa-connector ") + MFA_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? EXIT_SUCCESS : kBadConfiguration;
  }
  protect_process();
  log::enable_debug(options.debug);
  return run(options);
}
