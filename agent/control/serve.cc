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
#include "agent/control/operation.h"
#include "agent/control/varlink.h"
#include "wire/secret.h"

namespace mfa::control {
namespace {

// Takes a seat for as long as it lives, when there is one.
class Seat {
 public:
  Seat(std::shared_ptr<Load> load, const Peer& peer)
      : load_(std::move(load)), uid_(peer.uid), is_root_(peer.is_root()) {
    taken_ = has_room();
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
  bool has_room() const {
    if (load_->connections >= kMaxConnections) return false;
    if (is_root_) return true;
    if (load_->connections >= kMaxOrdinaryConnections) return false;
    const auto own = load_->per_uid.find(uid_);
    return own == load_->per_uid.end() || own->second < kMaxConnectionsPerUid;
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
  Connection(Socket socket, const Peer& peer, Context& context)
      : socket_(std::move(socket)), peer_(peer), context_(context) {}
  ~Connection() override { wipe(received_); }

  asio::awaitable<void> run() {
    for (;;) {
      auto message = co_await read_message();
      if (!message) co_return;
      auto request = parse_request(*message);
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

  // nullopt: the peer is gone, too slow, or sends too much.
  asio::awaitable<std::optional<std::string>> read_message() {
    const Deadline deadline(socket_, context_.times.idle);
    asio::error_code failure;
    for (;;) {
      const auto end = received_.find(kEndOfMessage);
      if (end != std::string::npos) {
        std::string message = received_.substr(0, end);
        received_.erase(0, end + 1);
        co_return message;
      }
      if (received_.size() > kMaxMessage) co_return std::nullopt;
      const std::size_t n = co_await socket_.async_read_some(
          asio::buffer(chunk_),
          asio::redirect_error(asio::use_awaitable, failure));
      if (failure) co_return std::nullopt;
      received_.append(chunk_, n);
      wipe(chunk_, n);
    }
  }

  asio::awaitable<bool> write(std::string message) {
    const Deadline deadline(socket_, context_.times.idle);
    asio::error_code failure;
    co_await asio::async_write(
        socket_, asio::buffer(message),
        asio::redirect_error(asio::use_awaitable, failure));
    wipe(message);
    co_return !failure;
  }

  asio::awaitable<bool> answer(Request request) {
    oneway_ = request.oneway;
    Call call{context_, peer_, std::move(request), *this};
    Reply reply = co_await dispatch(call);
    wipe_texts(call.request.parameters);
    if (oneway_) co_return true;
    std::string message =
        reply ? encode_reply(*reply, false) : encode_error(reply.error());
    if (reply) wipe_texts(*reply);
    co_return co_await write(std::move(message));
  }

  // What is no request ends the connection: nobody knows what comes next.
  asio::awaitable<bool> refuse(const VarlinkError& error) {
    co_await write(encode_error(error));
    co_return false;
  }

  Socket socket_;
  const Peer& peer_;
  Context& context_;
  std::string received_;
  char chunk_[4096] = {};
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

void log_refusal(const Context& context, uid_t uid) {
  const auto now = context.desk.clock.now().since_boot;
  if (!is_worth_logging(*context.load, uid, now)) return;
  log::write(log::Level::warning,
             fmt::format("control connection refused: too many are open; "
                         "uid={}; further ones are not logged for a minute",
                         uid));
}

asio::awaitable<void> nothing() { co_return; }

// The parameters live in the coroutine; the seat is given up last.
asio::awaitable<void> converse(std::unique_ptr<const Seat> /*seat*/,
                               Socket socket, Peer peer, Context& context) {
  Connection connection(std::move(socket), peer, context);
  co_await connection.run();
}

}  // namespace

asio::awaitable<void> serve(Socket socket, Peer peer, Context& context) {
  auto seat = std::make_unique<const Seat>(context.load, peer);
  if (!seat->taken()) {
    log_refusal(context, peer.uid);
    return nothing();  // closes the socket
  }
  return converse(std::move(seat), std::move(socket), std::move(peer), context);
}

}  // namespace mfa::control
