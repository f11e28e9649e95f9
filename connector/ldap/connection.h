// SPDX-License-Identifier: BSD-3-Clause
//
// One connection to one server: encrypted with a verified certificate, or to a
// socket on this machine; bound; without referrals; unmoved by ldap.conf,
// ldaprc and the environment. Every step ends in time.
#pragma once

#include <ldap.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "connector/config/config.h"
#include "connector/ldap/mapping.h"

namespace mfa::connector::ldap {

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

struct Control {
  std::string oid;
  std::optional<std::string> value;
  bool critical = true;
};

struct SearchRequest {
  std::string base;
  int scope = LDAP_SCOPE_SUBTREE;
  std::string filter;
  Names attributes;
  std::vector<Control> controls;
};

// How an operation ended.
struct Outcome {
  int code = LDAP_OTHER;
  std::string message;  // the server's, as it is
  std::vector<Control> controls;
};

class TimeLimit;

class Connection {
 public:
  // Errors say which server, and what to look at.
  static Result<std::unique_ptr<Connection>> open(const LdapConfig& config,
                                                  const std::string& server,
                                                  const Clock& clock);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Sends it; the number that its messages bear.
  Result<int> start(const SearchRequest& request);

  // The next message of any operation. Error (unavailable): none came in time.
  Result<Message> receive();
  // nullptr: none has come yet.
  Result<Message> receive_if_there();

  // All that is received until restart_deadline() is called again must have
  // come within kLongestRefresh.
  void restart_deadline();

  Result<Outcome> outcome_of(LDAPMessage* message) const;
  std::vector<Control> controls_of(LDAPMessage* entry) const;

  // What a result code means for us, with the server's words and our advice.
  Error failure(int code, std::string_view doing,
                std::string_view message) const;
  Error malformed(std::string_view what) const;

  LDAP* handle() const { return handle_; }
  int fd() const;
  const std::string& server() const { return server_; }

 private:
  Connection(std::string server, const LdapConfig& config, const Clock& clock);
  Result<> set_options(const LdapConfig& config);
  Result<> set_tls_options(const LdapConfig& config);
  Result<> connect();
  Result<> encrypt();
  Result<> check_encryption();
  Result<> set_socket_options();
  Result<Message> receive(std::chrono::milliseconds timeout);
  // Of the last call of libldap on this handle.
  tl::unexpected<Error> failed(int code, std::string_view doing) const;

  LDAP* handle_ = nullptr;
  std::unique_ptr<TimeLimit> limit_;
  std::string server_;
  const Clock& clock_;
  std::chrono::milliseconds message_timeout_;
  std::chrono::microseconds deadline_{};
};

}  // namespace mfa::connector::ldap
