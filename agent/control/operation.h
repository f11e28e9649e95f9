// SPDX-License-Identifier: BSD-3-Clause
//
// What can be called on a socket of the agent. One table each (operations.cc,
// connector_operations.cc) says of each method who may call it, which
// parameters it takes and what runs; a method that is not in it does not
// exist, and what a row does not declare is refused.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/base/peer.h"
#include "agent/control/context.h"
#include "agent/control/varlink.h"

namespace mfa::control {

// `admin` is the default. Root and members of admin_group may do everything.
enum class Privilege {
  admin,
  self,  // also the person whom the call is about, by uid
  anyone,
  connector,  // root and the configuration's connector_user alone
};

// Whom a call with Privilege::self is about.
enum class About {
  nobody,
  user,    // parameter `user`; without it the call is the administrators'
  record,  // the person of the sign-in that parameter `id` names
};

enum class Type { text, number, boolean, list };

struct Parameter {
  std::string_view name;
  Type type = Type::text;
  bool required = false;
  std::string_view item = {};  // of a list: what the interface file calls it
};

// The caller's end of the socket, for methods that answer more than once.
class ReplyStream {
 public:
  virtual ~ReplyStream() = default;
  // False: the caller is gone; stop.
  virtual asio::awaitable<bool> send_more(const Json& parameters) = 0;
  // The caller hung up, or spoke although it is not its turn: stop, too.
  virtual bool is_gone() const = 0;
};

struct Endpoint;
struct Session;

// One call: parameters are checked against the table before anybody sees it.
struct Call {
  Context& context;
  const Peer& peer;
  Request request;
  ReplyStream& replies;
  const Endpoint& endpoint;
  Session& session;  // of the connection

  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> number(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise) const;
  // Moves a parameter out; null when it was not given.
  Json take(std::string_view name);
  const Config& config() const { return context.desk.rules.config(); }
};

using Reply = VarlinkResult<Json>;

inline tl::unexpected<VarlinkError> failed(const Error& error) {
  return tl::unexpected(to_varlink(error));
}

struct Operation {
  std::string_view name;  // "org.pammfa.Control.Status"
  Privilege privilege = Privilege::admin;
  About about = About::nobody;
  asio::awaitable<Reply> (*run)(Call& call) = nullptr;
  std::span<const Parameter> parameters = {};
};

}  // namespace mfa::control
