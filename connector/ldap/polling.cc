// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/polling.h"

#include <fmt/format.h>

#include <algorithm>

#include "connector/ldap/account_state.h"
#include "connector/ldap/containers.h"
#include "connector/ldap/limits.h"
#include "connector/ldap/member_range.h"
#include "connector/ldap/read_records.h"
#include "connector/ldap/search.h"

namespace mfa::connector::ldap {
namespace {

// One poll while it runs.
class Run {
 public:
  Run(const Session& session, Connection& connection, Receiver& agent,
      std::uint64_t base, Poll poll)
      : session_(session),
        connection_(connection),
        agent_(agent),
        poll_(std::move(poll)),
        newest_(poll_.token.value(kNewest)),
        delivery_(agent, session.mapping, session.clock, poll_.full, base) {}

  Result<Refreshed> run() {
    const auto same = check_containers();
    if (!same) return tl::unexpected(same.error());
    if (!*same) return Refreshed::full_wanted;
    if (!poll_.full) {
      const auto listed = list_changed();
      if (!listed) return tl::unexpected(listed.error());
      if (too_much_) return Refreshed::full_wanted;
    }
    for (const Scope& scope : session_.mapping.scopes) {
      const auto brought = bring(scope);
      if (!brought) return tl::unexpected(brought.error());
      if (too_much_) return Refreshed::full_wanted;
    }
    for (const std::string& id : changed_) {
      // What is still there was just brought.
      if (delivery_.has(id)) continue;
      const auto removed = delivery_.gone(Scope::What::people, id);
      if (!removed) return tl::unexpected(removed.error());
    }
    if (poll_.lists_ids) {
      const auto listed = list_present();
      if (!listed) return tl::unexpected(listed.error());
    }
    const auto ended = end();
    if (!ended) return tl::unexpected(ended.error());
    return Refreshed::done;
  }

 private:
  SearchRequest request_for(const Scope& scope) const {
    SearchRequest request;
    request.base = scope.base;
    request.filter = scope.filter;
    if (!poll_.full) {
      const bool expiring = scope.what == Scope::What::people;
      request.filter = fmt::format("(&{}(|{}{}))", scope.filter, poll_.changed,
                                   expiring ? poll_.expired : "");
    }
    request.attributes = scope.attributes;
    if (poll_.wants_newest) request.attributes.push_back(kChangeTime);
    return request;
  }

  Result<> bring(const Scope& scope) {
    return search_all(
        connection_, request_for(scope),
        [&](const Entry& entry) { return take(scope, entry); },
        [&] { return read_rest_of_members(); });
  }

  Result<> take(const Scope& scope, const Entry& entry) {
    const auto id = read_id(session_.mapping, entry);
    if (!id) return tl::unexpected(id.error());
    newest_ = std::max(newest_, std::string(entry.first(kChangeTime)));

    too_much_ = delivery_.named() > kMostChanges;
    if (too_much_) return {};
    remember_rest(scope, entry, *id);
    return delivery_.put(scope.what, entry, *id);
  }

  // A group whose members came in part only; the rest is asked for when the
  // page is over.
  struct Rest {
    std::string dn, id, piece;
  };

  void remember_rest(const Scope& scope, const Entry& entry,
                     const std::string& id) {
    if (scope.what != Scope::What::groups) return;
    for (const std::string& attribute : session_.mapping.members) {
      if (const auto piece = next_piece(entry, attribute)) {
        rest_.push_back({std::string(entry.dn), id, *piece});
      }
    }
  }

  Result<> read_rest_of_members() {
    for (const Rest& rest : std::exchange(rest_, {})) {
      if (const auto read = read_rest(rest); !read) return read;
    }
    return {};
  }

  Result<> read_rest(Rest rest) {
    for (std::size_t pieces = 0; pieces < kMostRanges; ++pieces) {
      std::optional<std::string> next;
      const auto read =
          search_one(connection_, rest.dn, {rest.piece},
                     [&](const Entry& entry) -> Result<> {
                       next = next_piece(entry, rest.piece);
                       return delivery_.add_members(rest.id, entry);
                     });
      if (!read || !next) return read;
      rest.piece = *next;
    }
    return tl::unexpected(
        connection_.malformed("an attribute in pieces without an end"));
  }

  // False: there are others than when everything was read. Before anything
  // else is: what is renamed in between is noticed the next time.
  Result<bool> check_containers() {
    const auto now = digest_of_containers(connection_, session_.mapping);
    if (!now) return tl::unexpected(now.error());
    const std::string before =
        std::exchange(poll_.token.values[kContainers], *now);
    return poll_.full || before == *now;
  }

  // Before people and groups are asked for: what changes in between is among
  // them, and is not taken for gone.
  Result<> list_changed() {
    return search_all(connection_, poll_.gone,
                      [&](const Entry& entry) -> Result<> {
                        too_much_ = changed_.size() >= kMostChanges;
                        if (too_much_) return {};
                        // What has no id was never brought.
                        auto id = read_id(session_.mapping, entry);
                        if (id) changed_.push_back(std::move(*id));
                        return {};
                      });
  }

  // After people and groups were brought: who comes in between is not known
  // yet, and is brought the next time.
  Result<> list_present() {
    for (const Scope& scope : session_.mapping.scopes) {
      if (scope.what == Scope::What::devices) continue;
      const auto listed =
          search_all(connection_, request_for_ids(session_.mapping, scope),
                     [&](const Entry& entry) -> Result<> {
                       auto id = read_id(session_.mapping, entry);
                       if (!id) return tl::unexpected(id.error());
                       return delivery_.present(std::move(*id));
                     });
      if (!listed) return listed;
    }
    return {};
  }

  Result<> end() {
    if (!poll_.full && !delivery_.is_open()) {
      return agent_.up_to_date(kinds_of(session_.mapping));
    }
    if (poll_.wants_newest) poll_.token.values[kNewest] = newest_;
    const auto committed =
        delivery_.commit(to_text(poll_.token), poll_.lists_ids);
    if (!committed) return tl::unexpected(committed.error());
    return {};
  }

  const Session& session_;
  Connection& connection_;
  Receiver& agent_;
  Poll poll_;
  std::string newest_;
  Delivery delivery_;

  bool too_much_ = false;
  std::vector<std::string> changed_;  // ids, wherever they are now
  std::vector<Rest> rest_;
};

}  // namespace

Result<Refreshed> run_poll(const Session& session, Connection& connection,
                           Receiver& agent, std::uint64_t base, Poll poll) {
  connection.restart_deadline();
  return Run(session, connection, agent, base, std::move(poll)).run();
}

std::int64_t seconds_since_1970(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant)
      .time_since_epoch()
      .count();
}

bool is_due(const Session& session, const Token& token, const char* name,
            std::chrono::seconds interval) {
  const auto last = parse_number(token.value(name));
  const auto now = seconds_since_1970(session.clock.now().wall);
  // A clock that was set back must not put it off.
  return !last || *last > now || now - *last >= interval.count();
}

bool is_full_due(const Session& session, const Token& token) {
  return is_due(session, token, kReadInFull, session.config.full_interval);
}

}  // namespace mfa::connector::ldap
