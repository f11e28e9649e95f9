// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/syncrepl.h"

#include <fmt/format.h>

#include <algorithm>

#include "connector/ldap/binary_ids.h"
#include "connector/ldap/limits.h"
#include "connector/ldap/polling.h"
#include "connector/ldap/read_records.h"
#include "connector/ldap/search.h"
#include "connector/ldap/sync_cookie.h"
#include "connector/ldap/sync_message.h"

namespace mfa::connector::ldap {
namespace {

std::string name_of(Scope::What what) {
  switch (what) {
    case Scope::What::people:
      return "people";
    case Scope::What::groups:
      return "groups";
    case Scope::What::devices:
      return "devices";
  }
  return "";
}

std::optional<std::string> cookie_of(const std::optional<Token>& token,
                                     Scope::What what) {
  if (!token) return std::nullopt;
  auto cookie = from_hex(token->value(name_of(what)));
  return cookie && !cookie->empty() ? cookie : std::nullopt;
}

// The cookie is none that this server knows.
bool wants_everything(int code, bool had_cookie) {
  return code == LDAP_SYNC_REFRESH_REQUIRED ||
         (code == LDAP_PROTOCOL_ERROR && had_cookie);
}

}  // namespace

Syncrepl::Syncrepl(const Session& session,
                   std::unique_ptr<Connection> connection)
    : session_(session), connection_(std::move(connection)) {}

Result<Refreshed> Syncrepl::refresh(Receiver& agent, const Standing& standing) {
  if (standing.token && (!has_all_cookies(*standing.token) ||
                         is_full_due(session_, *standing.token))) {
    return Refreshed::full_wanted;
  }
  read_in_full_ =
      standing.token
          ? standing.token->value(kReadInFull)
          : std::to_string(seconds_since_1970(session_.clock.now().wall));
  generation_ = standing.generation;
  Delivery delivery(agent, session_.mapping, session_.clock,
                    !standing.token.has_value(), standing.generation);
  const auto started = start(delivery, standing.token);
  if (!started || *started != Refreshed::done) return started;
  const auto read = read_refresh(delivery);
  if (!read || *read != Refreshed::done) return read;
  if (const auto watched = watch_containers(); !watched) {
    return tl::unexpected(watched.error());
  }
  if (const auto known = check_not_behind(standing.before); !known) {
    return tl::unexpected(known.error());
  }
  const bool remove_absent = !delivery.is_full() && some_are_gone();
  if (remove_absent) {
    if (const auto listed = list_unmentioned(delivery); !listed) {
      return tl::unexpected(listed.error());
    }
  }
  if (!delivery.is_open() && standing.token &&
      to_text(*standing.token) == token_now()) {
    token_ = token_now();
    const auto told = agent.up_to_date(kinds_of(session_.mapping));
    if (!told) return tl::unexpected(told.error());
    return Refreshed::done;
  }
  if (const auto done = commit(delivery, remove_absent); !done) {
    return tl::unexpected(done.error());
  }
  return is_outdated_ ? Refreshed::full_wanted : Refreshed::done;
}

// A replica that lags, or a backup: an account that was just disabled would be
// enabled again.
Result<> Syncrepl::check_not_behind(const std::optional<Token>& token) const {
  for (const Stream& stream : streams_) {
    const auto before = cookie_of(token, stream.scope->what);
    if (!before || !is_behind(stream.cookie.value_or(""), *before)) continue;
    return tl::unexpected(connection_->failure(
        LDAP_BUSY, "go on with sync by syncrepl",
        "the server knows less than was brought before: a replica that lags, "
        "or a restored backup; if that is meant, ask for a full sync"));
  }
  return {};
}

Result<Refreshed> Syncrepl::start(Delivery& delivery,
                                  const std::optional<Token>& token) {
  // Before anything else is asked for: what is renamed in between is noticed
  // the next time.
  auto containers = list_containers(delivery);
  if (!containers) return tl::unexpected(containers.error());
  containers_ = std::move(*containers);
  if (token && token->value(kContainers) != containers_.digest()) {
    return Refreshed::full_wanted;
  }
  connection_->restart_deadline();
  for (const Scope& scope : session_.mapping.scopes) {
    Stream& stream = streams_.emplace_back();
    stream.scope = &scope;
    stream.cookie = cookie_of(token, scope.what);
    const auto started = start_one(stream);
    if (!started) return tl::unexpected(started.error());
  }
  return Refreshed::done;
}

Result<> Syncrepl::start_one(Stream& stream) {
  SearchRequest request;
  request.base = stream.scope->base;
  request.filter = stream.scope->filter;
  request.attributes = stream.scope->attributes;
  request.controls = {
      {LDAP_CONTROL_SYNC, encode_sync_request(stream.cookie), true}};
  const auto id = connection_->start(request);
  if (!id) return tl::unexpected(id.error());
  stream.id = *id;
  return {};
}

Result<Refreshed> Syncrepl::read_refresh(Delivery& delivery) {
  while (!all_refreshed()) {
    const auto message = connection_->receive();
    if (!message) return tl::unexpected(message.error());
    const auto handled = handle(delivery, message->get());
    if (!handled || *handled != Refreshed::done) return handled;
    // So many changes cost less read in full, where none has to be kept.
    if (delivery.named() > kMostChanges && !delivery.is_full()) {
      return Refreshed::full_wanted;
    }
    if (delivery.changes() > kMostEntries) {
      return tl::unexpected(connection_->malformed(
          fmt::format("more than {} entries; narrow the base or the filter",
                      kMostEntries)));
    }
  }
  // Devices that are gone cannot be told from those that are not.
  const bool devices_are_gone =
      std::ranges::any_of(streams_, [](const Stream& stream) {
        return stream.absent_are_gone &&
               stream.scope->what == Scope::What::devices;
      });
  return devices_are_gone && !delivery.is_full() ? Refreshed::full_wanted
                                                 : Refreshed::done;
}

Result<Refreshed> Syncrepl::handle(Delivery& delivery, LDAPMessage* message) {
  if (std::ranges::count(watches_, ldap_msgid(message)) > 0) {
    containers_touched_ |= ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY;
    return Refreshed::done;
  }
  Stream* stream = stream_of(ldap_msgid(message));
  if (!stream) return Refreshed::done;
  Result<> taken;
  switch (ldap_msgtype(message)) {
    case LDAP_RES_SEARCH_RESULT:
      return end(message);
    case LDAP_RES_SEARCH_ENTRY:
      taken = take_entry(delivery, *stream, message);
      break;
    case LDAP_RES_INTERMEDIATE:
      taken = take_info(delivery, *stream, message);
      break;
    default:
      break;  // a reference to another server
  }
  if (!taken) return tl::unexpected(taken.error());
  return Refreshed::done;
}

// A search that persists does not end, unless the server wants it.
Result<Refreshed> Syncrepl::end(LDAPMessage* message) {
  const auto outcome = connection_->outcome_of(message);
  if (!outcome) return tl::unexpected(outcome.error());
  const Stream* stream = stream_of(ldap_msgid(message));
  if (wants_everything(outcome->code, stream->cookie.has_value())) {
    return Refreshed::full_wanted;
  }
  if (outcome->code == LDAP_UNAVAILABLE_CRITICAL_EXTENSION) {
    return Refreshed::not_offered;
  }
  const int code =
      outcome->code == LDAP_SUCCESS ? LDAP_UNAVAILABLE : outcome->code;
  return tl::unexpected(connection_->failure(
      code, "go on with sync by syncrepl", outcome->message));
}

Result<> Syncrepl::take_entry(Delivery& delivery, Stream& stream,
                              LDAPMessage* message) {
  const auto state = state_of(connection_->controls_of(message));
  const ReceivedEntry received(*connection_, message);
  if (!state || !received.is_whole()) {
    return tl::unexpected(connection_->malformed(
        "an entry cannot be read, or its sync state (RFC 4533)"));
  }
  if (state->cookie) stream.cookie = state->cookie;
  switch (state->what) {
    case SyncState::What::present:
      return delivery.present(state->id);
    case SyncState::What::gone:
      return delivery.gone(stream.scope->what, state->id);
    case SyncState::What::add:
    case SyncState::What::modify:
      break;
  }
  return delivery.put(stream.scope->what, received.entry(), state->id);
}

Result<> Syncrepl::take_info(Delivery& delivery, Stream& stream,
                             LDAPMessage* message) {
  const auto info = info_of(connection_->handle(), message);
  if (!info) {
    return tl::unexpected(
        connection_->malformed("a sync message is not what RFC 4533 says"));
  }
  if (info->cookie) stream.cookie = info->cookie;
  switch (info->what) {
    case SyncInfo::What::new_cookie:
      return {};
    case SyncInfo::What::ids:
      return take_ids(delivery, stream, *info);
    case SyncInfo::What::present_phase_over:
      stream.absent_are_gone = true;
      break;
    case SyncInfo::What::delete_phase_over:
      break;
  }
  stream.refreshed = stream.refreshed || info->refresh_done;
  return {};
}

Result<> Syncrepl::take_ids(Delivery& delivery, const Stream& stream,
                            const SyncInfo& info) {
  for (const std::string& id : info.ids) {
    const auto taken = info.ids_are_deleted
                           ? delivery.gone(stream.scope->what, id)
                           : delivery.present(id);
    if (!taken) return taken;
  }
  return {};
}

// One search was refreshed by naming what is there, another by naming what is
// gone; the agent is told all that is there. On a connection of its own:
// changes go on coming on this one.
Result<> Syncrepl::list_unmentioned(Delivery& delivery) {
  auto connection =
      Connection::open(session_.config, connection_->server(), session_.clock);
  if (!connection) return tl::unexpected(connection.error());
  for (const Stream& stream : streams_) {
    if (stream.absent_are_gone || stream.scope->what == Scope::What::devices) {
      continue;
    }
    const auto listed = search_all(
        **connection, request_for_ids(session_.mapping, *stream.scope),
        [&](const Entry& entry) -> Result<> {
          const auto id = read_id(session_.mapping, entry);
          if (!id) return tl::unexpected(id.error());
          return delivery.present(*id);
        });
    if (!listed) return listed;
  }
  return {};
}

Result<bool> Syncrepl::take_changes(Delivery& delivery) {
  bool something = false;
  while (delivery.changes() < kMostGathered) {
    const auto message = connection_->receive_if_there();
    if (!message) return tl::unexpected(message.error());
    if (!*message) break;
    const auto taken = take_change(delivery, message->get());
    if (!taken) return tl::unexpected(taken.error());
    something = true;
  }
  if (containers_touched_) {
    const auto checked = check_containers(delivery);
    if (!checked) return tl::unexpected(checked.error());
  }
  return something;
}

// Where nothing can be begun anew.
Result<> Syncrepl::take_change(Delivery& delivery, LDAPMessage* message) {
  const auto handled = handle(delivery, message);
  if (!handled) return tl::unexpected(handled.error());
  if (*handled == Refreshed::done) return {};
  return tl::unexpected(connection_->failure(LDAP_UNAVAILABLE,
                                             "go on with sync by syncrepl",
                                             "the server wants to begin anew"));
}

// On this connection, where some servers let few wait for changes; these go on
// coming meanwhile.
Result<Containers> Syncrepl::list_containers(Delivery& delivery) {
  Containers containers;
  connection_->restart_deadline();
  for (const SearchRequest& request : container_searches(session_.mapping)) {
    const auto id = connection_->start(request);
    if (!id) return tl::unexpected(id.error());
    for (bool is_over = false; !is_over;) {
      const auto message = connection_->receive();
      if (!message) return tl::unexpected(message.error());
      const bool is_answer = ldap_msgid(message->get()) == *id;
      const auto taken = is_answer ? take_container(containers, message->get())
                                   : take_change(delivery, message->get());
      if (!taken) return tl::unexpected(taken.error());
      is_over =
          is_answer && ldap_msgtype(message->get()) == LDAP_RES_SEARCH_RESULT;
    }
  }
  return containers;
}

Result<> Syncrepl::take_container(Containers& containers,
                                  LDAPMessage* message) const {
  if (ldap_msgtype(message) == LDAP_RES_SEARCH_RESULT) {
    return check_answer(message, "list the containers");
  }
  if (ldap_msgtype(message) != LDAP_RES_SEARCH_ENTRY) return {};
  const ReceivedEntry received(*connection_, message);
  if (!received.is_whole()) {
    return tl::unexpected(connection_->malformed("an entry cannot be read"));
  }
  if (containers.put(received.entry())) return {};
  return tl::unexpected(too_many_containers(*connection_));
}

Result<> Syncrepl::check_answer(LDAPMessage* message,
                                std::string_view doing) const {
  const auto outcome = connection_->outcome_of(message);
  if (!outcome) return tl::unexpected(outcome.error());
  if (outcome->code == LDAP_SUCCESS) return {};
  return tl::unexpected(
      connection_->failure(outcome->code, doing, outcome->message));
}

// OpenLDAP says at once when something happens to a container, and does not
// say what its refint overlay then does to groups. Other servers let few
// searches wait for changes (389 Directory Server ten, of all its clients):
// there it is noticed with the next change, or the next refresh.
Result<> Syncrepl::watch_containers() {
  if (!streams_.front().cookie.value_or("").starts_with("rid=")) return {};
  for (SearchRequest& request : container_searches(session_.mapping)) {
    request.attributes = {LDAP_NO_ATTRS};
    request.controls = {
        {LDAP_CONTROL_SYNC, encode_sync_request(std::nullopt), true}};
    const auto id = connection_->start(request);
    if (!id) return tl::unexpected(id.error());
    watches_.push_back(*id);
  }
  return {};
}

Result<> Syncrepl::check_containers(Delivery& delivery) {
  containers_touched_ = false;
  auto now = list_containers(delivery);
  if (!now) return tl::unexpected(now.error());
  is_outdated_ = !now->follow(containers_);
  if (!is_outdated_) containers_ = std::move(*now);
  return {};
}

// Members of groups that were renamed along with a container are among the
// changes; so it is listed after them.
Result<> Syncrepl::commit(Delivery& delivery, bool remove_absent) {
  if (!delivery.is_full()) {
    const auto checked = check_containers(delivery);
    if (!checked || is_outdated_) return checked;
  }
  const std::string token = token_now();
  const auto generation = delivery.commit(token, remove_absent);
  if (!generation) return tl::unexpected(generation.error());
  generation_ = *generation;
  token_ = token;
  return {};
}

Result<> Syncrepl::confirm(Delivery& delivery) {
  connection_->restart_deadline();
  SearchRequest request;
  // Not the root DSE: an account that may no longer read the directory reads
  // that one all the same.
  request.base = streams_.front().scope->base;
  request.scope = LDAP_SCOPE_BASE;
  request.filter = "(objectClass=*)";
  request.attributes = {LDAP_NO_ATTRS};
  const auto id = connection_->start(request);
  if (!id) return tl::unexpected(id.error());
  for (;;) {
    const auto message = connection_->receive();
    if (!message) return tl::unexpected(message.error());
    const bool answer = ldap_msgid(message->get()) == *id;
    if (answer && ldap_msgtype(message->get()) == LDAP_RES_SEARCH_RESULT) {
      const auto good =
          check_answer(message->get(), "go on with sync by syncrepl");
      return good ? check_containers(delivery) : good;
    }
    const auto taken = take_change(delivery, message->get());
    if (!taken) return taken;
  }
}

Syncrepl::Stream* Syncrepl::stream_of(int id) {
  const auto found = std::ranges::find(streams_, id, &Stream::id);
  return found == streams_.end() ? nullptr : &*found;
}

bool Syncrepl::has_all_cookies(const Token& token) const {
  return std::ranges::all_of(session_.mapping.scopes, [&](const Scope& scope) {
    return cookie_of(token, scope.what).has_value();
  });
}

bool Syncrepl::all_refreshed() const {
  return std::ranges::all_of(streams_, &Stream::refreshed);
}

bool Syncrepl::some_are_gone() const {
  return std::ranges::any_of(streams_, &Stream::absent_are_gone);
}

// OpenLDAP's cookies say where its database stands, whatever was searched for,
// and it says "gone" of every changed entry that a filter does not match. So
// all searches go on from what all of them have seen: what one calls gone is
// then named by the one that has it.
std::string Syncrepl::cookie_for(const Stream& stream) const {
  std::string cookie = stream.cookie.value_or("");
  for (const Stream& one : streams_) {
    const std::string other = one.cookie.value_or("");
    if (other.find("csn=") == other.npos) return stream.cookie.value_or("");
    cookie = common_of(cookie, other);
  }
  return cookie;
}

std::string Syncrepl::token_now() const {
  Token token;
  token.mode = kSyncrepl;
  token.values[kReadInFull] = read_in_full_;
  token.values[kContainers] = containers_.digest();
  for (const Stream& stream : streams_) {
    token.values[name_of(stream.scope->what)] = to_hex(cookie_for(stream));
  }
  return to_text(token);
}

}  // namespace mfa::connector::ldap
