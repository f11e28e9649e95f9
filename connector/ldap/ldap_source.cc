// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/ldap_source.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "connector/ldap/limits.h"
#include "connector/ldap/syncrepl.h"
#include "connector/ldap/timestamp.h"
#include "connector/ldap/usn.h"

namespace mfa::connector {
namespace ldap {
namespace {

using std::chrono::milliseconds;
using Sync = LdapConfig::Sync;

struct Readable {
  bool directory = false;
  bool other = false;
};

// `directory` -1: there is none to wait for.
Readable wait_for(int directory, int other, milliseconds timeout) {
  pollfd fds[2] = {{directory, POLLIN, 0}, {other, POLLIN, 0}};
  const auto limit = std::max<milliseconds::rep>(timeout.count(), 0);
  poll(fds, 2, static_cast<int>(std::min<milliseconds::rep>(limit, 1 << 30)));
  return {fds[0].revents != 0, fds[1].revents != 0};
}

class LdapSource final : public Source {
 public:
  LdapSource(const LdapConfig& config, Mapping mapping, const Clock& clock)
      : config_(config),
        mapping_(std::move(mapping)),
        clock_(clock),
        session_{config_, mapping_, clock_} {}

  Result<> refresh(Receiver& agent, Position position) override;
  Result<Wake> wait(Receiver& agent, milliseconds timeout, int other) override;
  std::chrono::seconds interval() const override { return config_.interval; }
  // An LDAP directory keeps no risks.
  Result<bool> report(const Remediation&) override { return false; }

 private:
  Result<std::unique_ptr<Connection>> connect();
  Result<> confirm(Receiver& agent);
  Result<> bring(Receiver& agent, const Position& position,
                 std::unique_ptr<Connection> connection);
  Result<> bring_in(Sync mode, Receiver& agent, const Position& position,
                    std::unique_ptr<Connection> connection,
                    const RootDse& root);
  Result<Refreshed> bring_once(Sync mode, Receiver& agent,
                               const Standing& standing,
                               std::unique_ptr<Connection>& connection,
                               const RootDse& root);
  Result<Refreshed> poll_timestamp(Receiver& agent, const Standing& standing,
                                   Connection& connection);
  Sync mode_for(const RootDse& root) const;
  Standing standing_of(const Position& position, std::string_view mode) const;
  Result<bool> gather(Receiver& agent);
  Result<bool> gather_once(Receiver& agent);
  void rotate() { current_ = (current_ + 1) % config_.servers.size(); }

  std::chrono::microseconds since_boot() const {
    return clock_.now().since_boot;
  }

  LdapConfig config_;
  Mapping mapping_;
  const Clock& clock_;
  Session session_;
  std::size_t current_ = 0;  // of config_.servers
  // A search for changes that goes on; nullptr: none.
  std::unique_ptr<Syncrepl> live_;
  // The server names syncrepl, but not for this base.
  bool syncrepl_refused_ = false;
  // timestamp: the newest change, and when we first knew of it.
  std::string newest_;
  std::chrono::microseconds newest_since_{};
};

std::string_view name_of(Sync mode) {
  switch (mode) {
    case Sync::syncrepl:
      return kSyncrepl;
    case Sync::usn:
      return kUsn;
    case Sync::timestamp:
      return kTimestamp;
    case Sync::automatic:
      break;
  }
  return "";
}

Result<> LdapSource::refresh(Receiver& agent, Position position) {
  if (live_ && live_->generation() == position.generation &&
      live_->token() == position.token &&
      !is_full_due(session_, parse_token(live_->token()).value_or(Token()))) {
    const auto confirmed = confirm(agent);
    const bool is_gone =
        !confirmed && confirmed.error().kind == ErrorKind::unavailable;
    if (!is_gone) return confirmed;
  }
  live_.reset();
  auto connection = connect();
  if (!connection) return tl::unexpected(connection.error());
  const auto brought = bring(agent, position, std::move(*connection));
  if (!brought) {
    live_.reset();
    // The next try is another server's.
    rotate();
  }
  return brought;
}

// The first server that can be reached, beginning with the last good one.
Result<std::unique_ptr<Connection>> LdapSource::connect() {
  std::string failures;
  ErrorKind kind = ErrorKind::unavailable;
  for (std::size_t i = 0; i < config_.servers.size(); ++i) {
    auto connection =
        Connection::open(config_, config_.servers[current_], clock_);
    if (connection) return connection;
    kind = connection.error().kind;
    failures += (failures.empty() ? "" : "; ") + connection.error().what;
    rotate();
  }
  return error(kind, failures);
}

Result<> LdapSource::confirm(Receiver& agent) {
  Delivery delivery(agent, mapping_, clock_, false, live_->generation());
  auto done = live_->confirm(delivery);
  if (done && live_->is_outdated()) {
    done = error(ErrorKind::unavailable, "the containers have changed");
  }
  if (done) {
    done = delivery.is_open() ? live_->commit(delivery)
                              : agent.up_to_date(kinds_of(mapping_));
  }
  if (!done) live_.reset();
  return done;
}

Sync LdapSource::mode_for(const RootDse& root) const {
  if (config_.sync != Sync::automatic) return config_.sync;
  if (root.is_active_directory) return Sync::usn;
  const bool told =
      root.has_syncrepl && !mapping_.own_ids && !syncrepl_refused_;
  return told ? Sync::syncrepl : Sync::timestamp;
}

Standing LdapSource::standing_of(const Position& position,
                                 std::string_view mode) const {
  Standing standing{position.generation, std::nullopt, std::nullopt};
  if (!position.token) return standing;
  const auto token = parse_token(*position.token);
  if (token && token->mode == mode) {
    standing.token = standing.before = token;
  }
  return standing;
}

Result<> LdapSource::bring(Receiver& agent, const Position& position,
                           std::unique_ptr<Connection> connection) {
  // Which not everybody may read.
  const bool is_needed =
      config_.sync == Sync::automatic || config_.sync == Sync::usn;
  const auto root =
      is_needed ? read_root_dse(*connection) : Result<RootDse>(RootDse());
  if (!root) return tl::unexpected(root.error());
  return bring_in(mode_for(*root), agent, position, std::move(connection),
                  *root);
}

Result<> LdapSource::bring_in(Sync mode, Receiver& agent,
                              const Position& position,
                              std::unique_ptr<Connection> connection,
                              const RootDse& root) {
  const std::string server = connection->server();
  Standing standing = standing_of(position, name_of(mode));
  auto brought = bring_once(mode, agent, standing, connection, root);
  if (brought && *brought == Refreshed::full_wanted && standing.token) {
    // On a connection where no answer to the first question is under way.
    live_.reset();
    auto fresh = Connection::open(config_, server, clock_);
    if (!fresh) return tl::unexpected(fresh.error());
    standing.token.reset();
    brought = bring_once(mode, agent, standing, *fresh, root);
  }
  if (!brought) return tl::unexpected(brought.error());
  if (*brought == Refreshed::done) return {};
  if (*brought == Refreshed::not_offered && config_.sync == Sync::automatic &&
      !syncrepl_refused_) {
    syncrepl_refused_ = true;
    return refresh(agent, position);
  }
  return error(ErrorKind::malformed,
               fmt::format("{}: the server does not bring the directory by "
                           "{}; set sync to another value",
                           escaped(server), name_of(mode)));
}

Result<Refreshed> LdapSource::bring_once(
    Sync mode, Receiver& agent, const Standing& standing,
    std::unique_ptr<Connection>& connection, const RootDse& root) {
  if (mode == Sync::syncrepl) {
    live_ = std::make_unique<Syncrepl>(session_, std::move(connection));
    return live_->refresh(agent, standing);
  }
  if (mode == Sync::timestamp) {
    return poll_timestamp(agent, standing, *connection);
  }
  auto poll = plan_usn(session_, *connection, root, standing.token);
  if (!poll) return tl::unexpected(poll.error());
  return run_poll(session_, *connection, agent, standing.generation,
                  std::move(*poll));
}

Result<Refreshed> LdapSource::poll_timestamp(Receiver& agent,
                                             const Standing& standing,
                                             Connection& connection) {
  const auto newest = standing.token ? standing.token->value(kNewest) : "";
  if (newest != newest_) {
    newest_ = newest;
    newest_since_ = since_boot();
  }
  const auto since =
      std::chrono::floor<std::chrono::seconds>(since_boot() - newest_since_);
  return run_poll(session_, connection, agent, standing.generation,
                  plan_timestamp(session_, standing.token, since));
}

Result<Wake> LdapSource::wait(Receiver& agent, milliseconds timeout,
                              int other) {
  const auto end = since_boot() + timeout;
  for (;;) {
    if (live_) {
      // Before the socket is looked at: what came with the last answer waits
      // inside libldap.
      const auto gathered = gather(agent);
      if (!gathered) return tl::unexpected(gathered.error());
      if (!*gathered) return Wake::broken;
      if (live_->is_outdated()) {
        live_.reset();
        return Wake::changed;
      }
    }
    const auto left = std::chrono::ceil<milliseconds>(end - since_boot());
    const Readable readable = wait_for(live_ ? live_->fd() : -1, other, left);
    if (readable.other) return Wake::work;
    if (since_boot() >= end) return Wake::changed;
  }
}

// Brings what has come, until nothing more comes. False: the connection is
// gone.
Result<bool> LdapSource::gather(Receiver& agent) {
  for (;;) {
    const auto brought = gather_once(agent);
    if (brought && *brought) continue;
    if (brought) return true;
    live_.reset();
    if (brought.error().kind == ErrorKind::unavailable) return false;
    return tl::unexpected(brought.error());
  }
}

// One generation; changes that belong together mostly come together. False:
// there was nothing.
Result<bool> LdapSource::gather_once(Receiver& agent) {
  Delivery delivery(agent, mapping_, clock_, false, live_->generation());
  const auto begun = since_boot();
  for (;;) {
    const auto something = live_->take_changes(delivery);
    if (!something) return tl::unexpected(something.error());
    if (!delivery.is_open() || live_->is_outdated()) return false;
    const bool is_enough = delivery.changes() >= kMostGathered ||
                           since_boot() - begun >= kLongestGathering;
    if (!is_enough && wait_for(live_->fd(), -1, kQuiet).directory) continue;
    const auto committed = live_->commit(delivery);
    if (!committed) return tl::unexpected(committed.error());
    return !live_->is_outdated();
  }
}

}  // namespace
}  // namespace ldap

Result<std::unique_ptr<Source>> make_ldap_source(const LdapConfig& config,
                                                 const Clock& clock) {
  auto mapping = ldap::make_mapping(config);
  if (!mapping) return tl::unexpected(mapping.error());
  if (mapping->own_ids && config.sync == LdapConfig::Sync::syncrepl) {
    return error(ErrorKind::malformed,
                 "attributes: id and deviceId cannot be chosen with sync: "
                 "syncrepl, where the server names what is gone by its own id; "
                 "leave them out, or set sync: timestamp");
  }
  if (config.servers.empty()) {
    return error(ErrorKind::malformed, "servers: there is none");
  }
  return std::make_unique<ldap::LdapSource>(config, std::move(*mapping), clock);
}

}  // namespace mfa::connector
