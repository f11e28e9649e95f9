// SPDX-License-Identifier: BSD-3-Clause
//
// Control connections over real sockets against the real store; only the
// peer's identity, the directory and the clock are the test's. Everything
// runs on the test's thread, so nothing waits for time to pass.
#pragma once

#include <asio/io_context.hpp>
#include <string>
#include <vector>

#include "agent/base/unique_fd.h"
#include "agent/control/context.h"
#include "agent/control/endpoint.h"
#include "agent/control/serve.h"
#include "agent/control/varlink.h"
#include "tests/unit/sign_in/stage.h"

namespace mfa::control {

inline constexpr gid_t kAdminGid = 4242;

Peer root();
Peer administrator();  // not root, member of the admin group
Peer somebody(uid_t uid);

class ControlStage {
 public:
  ControlStage();
  // Callers are gone by now; lets the agent notice, unless it `ends_at_once`
  // as a program does: first the context goes, then the loop and what runs.
  ~ControlStage();

  // A caller's end of one connection.
  class Client {
   public:
    Client(ControlStage& stage, const Peer& peer, int buffer_bytes = 0,
           const Endpoint& endpoint = control_endpoint());

    void send_bytes(std::string_view bytes);
    void send(const std::string& method, const Json& parameters = {},
              const Json& more = Json::object());
    // The next message without its NUL; "" when the agent has closed.
    std::string receive_bytes();
    Json receive();
    Json call(const std::string& method, const Json& parameters = {});
    bool closed_by_agent();
    void hang_up() { fd_.reset(); }

   private:
    bool read_some();

    ControlStage& stage_;
    const Endpoint& endpoint_;
    UniqueFd fd_;
    std::string received_;
    bool end_ = false;
  };

  Client connect(const Peer& peer) { return Client(*this, peer); }
  // The same on connector.sock.
  Client connect_as_connector(const Peer& peer) {
    return Client(*this, peer, 0, connector_endpoint());
  }
  // One call on a connection of its own.
  Json call(const Peer& peer, const std::string& method,
            const Json& parameters = {});
  // Lets the agent do what it can do now, or waits a little for its threads.
  void turn();

  std::string log_sign_in(const std::string& user, Reason reason,
                          SignInStatus status = SignInStatus::failure);
  void confirm_sign_in(const std::string& id);

  asio::io_context io;  // outlives the store's thread, which posts to it
  stage::Agent agent;
  int reloads = 0;
  bool ends_at_once = false;
  Context context;

 private:
  int sign_ins_ = 0;
};

// "NotFound" of "org.pammfa.Control.NotFound"; "" for a reply that is none.
std::string error_of(const Json& reply);

}  // namespace mfa::control
