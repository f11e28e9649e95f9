// SPDX-License-Identifier: BSD-3-Clause
//
// The server tells (RFC 4533, refreshAndPersist). One search for each of
// people, groups and devices, side by side on one connection; each first
// refreshes what we have by its cookie, then goes on with every change as it
// happens.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "connector/ldap/containers.h"
#include "connector/ldap/delivery.h"
#include "connector/ldap/session.h"
#include "connector/ldap/sync_control.h"

namespace mfa::connector::ldap {

inline constexpr char kSyncrepl[] = "syncrepl";

class Syncrepl {
 public:
  Syncrepl(const Session& session, std::unique_ptr<Connection> connection);

  // Brings the agent up to date, in full if the token lacks a cookie.
  // Afterwards changes come by themselves.
  Result<Refreshed> refresh(Receiver& agent, const Standing& standing);

  // What has come is put into `delivery`; true: something had. Never waits.
  Result<bool> take_changes(Delivery& delivery);
  // Commits what `delivery` holds, unless is_outdated() then.
  Result<> commit(Delivery& delivery, bool remove_absent = false);

  // The server answers, and all that it said before is in `delivery`.
  Result<> confirm(Delivery& delivery);

  // Containers are others than they were: everything has to be read again.
  bool is_outdated() const { return is_outdated_; }

  int fd() const { return connection_->fd(); }
  // What the agent was last told.
  std::uint64_t generation() const { return generation_; }
  const std::string& token() const { return token_; }

 private:
  struct Stream {
    const Scope* scope = nullptr;
    int id = -1;
    std::optional<std::string> cookie;
    bool refreshed = false;
    // What the refresh did not mention is gone, not unchanged.
    bool absent_are_gone = false;
  };

  Result<> check_not_behind(const std::optional<Token>& token) const;
  Result<Refreshed> start(Delivery& delivery,
                          const std::optional<Token>& token);
  Result<> start_one(Stream& stream);
  Result<Refreshed> read_refresh(Delivery& delivery);
  Result<Refreshed> handle(Delivery& delivery, LDAPMessage* message);
  Result<Refreshed> end(LDAPMessage* message);
  Result<> take_entry(Delivery& delivery, Stream& stream, LDAPMessage* message);
  Result<> take_info(Delivery& delivery, Stream& stream, LDAPMessage* message);
  Result<> take_ids(Delivery& delivery, const Stream& stream,
                    const SyncInfo& info);
  Result<> take_change(Delivery& delivery, LDAPMessage* message);
  Result<Containers> list_containers(Delivery& delivery);
  Result<> take_container(Containers& containers, LDAPMessage* message) const;
  Result<> check_answer(LDAPMessage* message, std::string_view doing) const;
  Result<> check_containers(Delivery& delivery);
  Result<> watch_containers();
  std::string cookie_for(const Stream& stream) const;
  Result<> list_unmentioned(Delivery& delivery);
  Stream* stream_of(int id);
  bool has_all_cookies(const Token& token) const;
  bool all_refreshed() const;
  bool some_are_gone() const;
  std::string token_now() const;

  const Session& session_;
  std::unique_ptr<Connection> connection_;
  std::vector<Stream> streams_;
  Containers containers_;
  std::vector<int> watches_;  // searches for containers that go on
  bool containers_touched_ = false;
  bool is_outdated_ = false;
  std::uint64_t generation_ = 0;
  std::string token_;
  std::string read_in_full_;  // when; as the token says it
};

}  // namespace mfa::connector::ldap
