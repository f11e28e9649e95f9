// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/control/stage.h"

#include <errno.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <future>

#include "tests/check.h"

namespace mfa::control {

Peer root() { return Peer{0, 0, 1, {}}; }
Peer administrator() { return Peer{1005, 1005, 2, {kAdminGid}}; }
Peer somebody(uid_t uid) { return Peer{uid, uid, 3, {uid}}; }

ControlStage::ControlStage()
    : context{agent.desk,
              [this] {
                return ServerStatus{agent.now(), 3, 1};
              },
              [this]() -> asio::awaitable<Result<void>> {
                ++reloads;
                agent.reload(Config{});
                co_return Result<void>();
              }} {
  // As if it had been looked up.
  context.admin_group.generation = agent.live.current().number;
  context.admin_group.id = kAdminGid;
}

ControlStage::~ControlStage() {
  const auto connections = [this] {
    return context.load->connections + context.connector_load->connections;
  };
  while (!ends_at_once && connections() > 0) turn();
}

ControlStage::Client::Client(ControlStage& stage, const Peer& peer,
                             int buffer_bytes, const Endpoint& endpoint)
    : stage_(stage), endpoint_(endpoint) {
  int pair[2] = {-1, -1};
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
  fd_.reset(pair[0]);
  if (buffer_bytes > 0) {
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &buffer_bytes,
               sizeof buffer_bytes);
  }
  Socket socket(stage.io, asio::local::stream_protocol(), pair[1]);
  asio::co_spawn(stage.io,
                 serve(std::move(socket), peer, stage.context, endpoint),
                 asio::detached);
}

void ControlStage::Client::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    // Closed: the test will see it.
    if (n < 0 && errno != EAGAIN) return stage_.turn();
    stage_.turn();
  }
}

void ControlStage::Client::send(const std::string& method,
                                const Json& parameters, const Json& more) {
  Json message = more;
  message["method"] = method.find('.') == std::string::npos
                          ? std::string(endpoint_.interface) + '.' + method
                          : method;
  if (!parameters.is_null()) message["parameters"] = parameters;
  send_bytes(message.dump() + '\0');
}

bool ControlStage::Client::read_some() {
  char chunk[65536];
  const ssize_t n = ::recv(fd_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
  if (n > 0) received_.append(chunk, static_cast<std::size_t>(n));
  if (n == 0 || (n < 0 && errno != EAGAIN)) end_ = true;
  return n > 0;
}

std::string ControlStage::Client::receive_bytes() {
  // Not in turns, which are short while another thread works on an answer: far
  // longer than one takes, under a sanitizer on a busy machine too.
  constexpr std::chrono::seconds kPatience{60};
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    const auto length = received_.find('\0');
    if (length != std::string::npos) {
      std::string message = received_.substr(0, length);
      received_.erase(0, length + 1);
      return message;
    }
    if (end_) return "";
    if (!read_some()) stage_.turn();
  }
  fail_msg("the agent neither answers nor closes");
  return "";
}

Json ControlStage::Client::receive() {
  const std::string message = receive_bytes();
  assert_false(message.empty());
  return Json::parse(message);
}

Json ControlStage::Client::call(const std::string& method,
                                const Json& parameters) {
  send(method, parameters);
  return receive();
}

bool ControlStage::Client::closed_by_agent() {
  return receive_bytes().empty() && end_;
}

Json ControlStage::call(const Peer& peer, const std::string& method,
                        const Json& parameters) {
  return connect(peer).call(method, parameters);
}

void ControlStage::turn() {
  if (io.stopped()) io.restart();
  io.run_one_for(std::chrono::milliseconds(5));
}

std::string ControlStage::log_sign_in(const std::string& user, Reason reason,
                                      SignInStatus status) {
  SignInRecord record;
  record.id = fmt::format("{:08x}-0000-4000-8000-000000000000", ++sign_ins_);
  record.created = agent.now();
  record.user = user;
  record.user_known = agent.people.people.contains(user);
  record.application = "sshd";
  record.source = "192.0.2.1";
  record.ip_address = "192.0.2.1";
  record.reason = reason;
  record.status = status;
  std::promise<bool> logged;
  agent.store->finish({record, false},
                      [&](const Result<void>& r) { logged.set_value(!!r); });
  assert_true(logged.get_future().get());
  return record.id;
}

void ControlStage::confirm_sign_in(const std::string& id) {
  std::promise<bool> confirmed;
  Confirmation confirmation;
  confirmation.id = id;
  confirmation.person = "alice";
  agent.store->confirm(std::move(confirmation), [&](const Result<void>& r) {
    confirmed.set_value(!!r);
  });
  assert_true(confirmed.get_future().get());
}

std::string error_of(const Json& reply) {
  const std::string name = reply.value("error", "");
  return name.substr(name.rfind('.') + 1);
}

}  // namespace mfa::control
