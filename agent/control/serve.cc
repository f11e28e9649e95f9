// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/serve.h"

#include <fmt/format.h>
#include <poll.h>

#include <asio/buffer.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/log.h"
#include "agent/control/access.h"
#include "agent/control/aside.h"
#include "agent/control/operation.h"
#include "agent/control/session.h"
#include "agent/control/varlink.h"
#include "wire/secret.h"

namespace mfa::control {
namespace {

// Takes a seat for as long as it lives, when there is one.
class Seat {
 public:
  Seat(std::shared_ptr<Load> load, const Seats& limits, const Peer& peer)
      : load_(std::move(load)), uid_(peer.uid), is_root_(peer.is_root()) {
    taken_ = has_room(limits);
    if (!taken_) return;
    ++load_->connections;
    if (!is_root_) ++load_->per_uid[uid_];
  }
  ~Seat() {
    if (!taken_) return;
    --load_->connections;
    if (is_root_) return;
    if (--load_->per_uid[uid_] == 0) load_->per_uid.erase(uid_);
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  bool taken() const { return taken_; }

 private:
  bool has_room(const Seats& limits) const {
    if (load_->connections >= limits.all) return false;
    if (is_root_) return true;
    if (load_->connections >= limits.ordinary) return false;
    const auto own = load_->per_uid.find(uid_);
    return own == load_->per_uid.end() || own->second < limits.per_uid;
  }

  std::shared_ptr<Load> load_;
  uid_t uid_;
  bool is_root_;
  bool taken_ = false;
};

// Closes the socket unless it ends before its time. The handler may already
// be queued when that happens, so it looks whether the deadline still stands.
class Deadline {
 public:
  Deadline(Socket& socket, std::chrono::milliseconds time)
      : timer_(socket.get_executor(), time),
        stands_(std::make_shared<bool>(true)) {
    timer_.async_wait([&socket, stands = stands_](asio::error_code) {
      asio::error_code ignored;
      if (*stands) socket.close(ignored);
    });
  }
  ~Deadline() { *stands_ = false; }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> stands_;
};

// Codes and new secrets pass through here, so what was read or written is
// wiped.
void wipe_texts(Json& json) {
  if (json.is_string()) wipe(json.get_ref<std::string&>());
  if (!json.is_structured()) return;
  for (Json& member : json) wipe_texts(member);
}

class Connection final : public ReplyStream {
 public:
  Connection(Socket socket, const Peer& peer, Context& context,
             const Endpoint& endpoint)
      : socket_(std::move(socket)),
        peer_(peer),
        context_(context),
        endpoint_(endpoint) {}
  ~Connection() override { wipe(received_); }

  asio::awaitable<void> run() {
    for (;;) {
      auto message = co_await read_message();
      if (!message) co_return;
      auto request = co_await parse(*message);
      wipe(*message);
      bool goes_on = false;
      if (request) {
        goes_on = co_await answer(std::move(*request));
      } else {
        goes_on = co_await refuse(request.error());
      }
      if (!goes_on) co_return;
    }
  }

  asio::awaitable<bool> send_more(const Json& parameters) override {
    if (oneway_) co_return true;
    co_return co_await write(encode_reply(parameters, true));
  }

  bool is_gone() const override {
    if (!received_.empty()) return true;
    pollfd caller{native(), POLLIN | POLLRDHUP, 0};
    return ::poll(&caller, 1, 0) > 0;
  }

 private:
  // poll does not change the socket, but Asio's accessor is not const.
  int native() const { return const_cast<Socket&>(socket_).native_handle(); }

  std::chrono::milliseconds idle() const {
    return context_.times.*endpoint_.idle;
  }

  asio::awaitable<VarlinkResult<Request>> parse(const std::string& message) {
    if (message.size() <= kMaxParsedHere) co_return parse_request(message);
    auto run = [&] { return parse_request(message); };
    auto parsed = co_await run_aside<VarlinkResult<Request>>(context_, run);
    if (!parsed) co_return failed(parsed.error());
    co_return std::move(*parsed);
  }

  // nullopt: the peer is gone, too slow, or sends too much.
  asio::awaitable<std::optional<std::string>> read_message() {
    const Deadline deadline(socket_, idle());
    asio::error_code failure;
    std::size_t searched = 0;  // there is no end before it
    for (;;) {
      const auto end = received_.find(kEndOfMessage, searched);
      if (end != std::string::npos) {
        std::string message = received_.substr(0, end);
        received_.erase(0, end + 1);
        co_return message;
      }
      if (received_.size() > endpoint_.max_message) {
        log_too_long();
        co_return std::nullopt;
      }
      searched = received_.size();
      const std::size_t n = co_await socket_.async_read_some(
          asio::buffer(chunk_),
          asio::redirect_error(asio::use_awaitable, failure));
      if (failure) co_return std::nullopt;
      received_.append(chunk_, n);
      wipe(chunk_, n);
    }
  }

  void log_too_long() const {
    log::write(log::Level::warning,
               fmt::format("{} connection of uid {} ended: its message is "
                           "longer than {} bytes",
                           endpoint_.name, peer_.uid, endpoint_.max_message));
  }

  asio::awaitable<bool> write(std::string message) {
    const Deadline deadline(socket_, idle());
    asio::error_code failure;
    co_await asio::async_write(
        socket_, asio::buffer(message),
        asio::redirect_error(asio::use_awaitable, failure));
    wipe(message);
    co_return !failure;
  }

  asio::awaitable<bool> answer(Request request) {
    oneway_ = request.oneway;
    Call call{context_, peer_, std::move(request), *this, endpoint_, session_};
    Reply reply = co_await dispatch(call, endpoint_);
    wipe_texts(call.request.parameters);
    if (oneway_) co_return true;
    std::string message =
        reply ? encode_reply(*reply, false)
              : encode_error(reply.error(), endpoint_.interface);
    if (reply) wipe_texts(*reply);
    co_return co_await write(std::move(message));
  }

  // What is no request ends the connection: nobody knows what comes next.
  asio::awaitable<bool> refuse(const VarlinkError& error) {
    co_await write(encode_error(error, endpoint_.interface));
    co_return false;
  }

  Socket socket_;
  const Peer& peer_;
  Context& context_;
  const Endpoint& endpoint_;
  Session session_;
  std::string received_;
  char chunk_[16384] = {};
  bool oneway_ = false;
};

// False: it was said a moment ago, or of too many accounts.
bool is_worth_logging(Load& load, uid_t uid, std::chrono::microseconds now) {
  auto& logged = load.refusal_logged;
  std::erase_if(logged, [&](const auto& item) {
    return now - item.second >= kRefusalLogInterval;
  });
  if (logged.size() >= kMaxRefusalsLogged) return false;
  return logged.emplace(uid, now).second;
}

void log_refusal(const Context& context, const Endpoint& endpoint, uid_t uid,
                 const char* why) {
  const auto now = context.desk.clock.now().since_boot;
  if (!is_worth_logging(*(context.*endpoint.load), uid, now)) return;
  log::write(log::Level::warning,
             fmt::format("{} connection refused: {}; uid={}; further ones are "
                         "not logged for a minute",
                         endpoint.name, why, uid));
}

asio::awaitable<void> nothing() { co_return; }

asio::awaitable<bool> may_enter(const Peer& peer, Context& context,
                                const Endpoint& endpoint) {
  if (endpoint.door == Privilege::anyone) co_return true;
  const bool may = co_await is_connector(peer, context);
  if (!may) {
    log_refusal(context, endpoint, peer.uid,
                "it is for root and connector_user alone");
  }
  co_return may;
}

// The parameters live in the coroutine; the seat is given up last.
asio::awaitable<void> converse(std::unique_ptr<const Seat> /*seat*/,
                               Socket socket, Peer peer, Context& context,
                               const Endpoint& endpoint) {
  const bool may = co_await may_enter(peer, context, endpoint);
  if (!may) co_return;
  Connection connection(std::move(socket), peer, context, endpoint);
  co_await connection.run();
}

}  // namespace

asio::awaitable<void> serve(Socket socket, Peer peer, Context& context,
                            const Endpoint& endpoint) {
  auto seat = std::make_unique<const Seat>(context.*endpoint.load,
                                           endpoint.seats, peer);
  if (!seat->taken()) {
    log_refusal(context, endpoint, peer.uid, "too many are open");
    return nothing();  // closes the socket
  }
  return converse(std::move(seat), std::move(socket), std::move(peer), context,
                  endpoint);
}

}  // namespace mfa::control
