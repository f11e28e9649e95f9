// SPDX-License-Identifier: BSD-3-Clause
#include "varlink/client.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <climits>
#include <optional>

#include "agent/base/peer.h"

namespace mfa::varlink {
namespace {

using Kind = CallError::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr char kAgentAccount[] = "mfa-agent";
constexpr char kEndOfMessage = '\0';

// A page of the sign-in log is about 100 KiB.
constexpr std::size_t kMaxReply = 16 << 20;

// A backlog that stays full so long belongs to an agent that is stuck.
constexpr std::chrono::seconds kConnectDeadline{10};
// A call that is streamed back is small; the agent takes it at once.
constexpr milliseconds kStreamSendDeadline = std::chrono::seconds(15);

tl::unexpected<CallError> failed(Kind kind, std::string what = {}) {
  CallError error;
  error.kind = kind;
  error.what = std::move(what);
  return tl::unexpected(std::move(error));
}

CallResult<void> check_peer(int fd) {
  const auto peer = peer_of(fd);
  if (!peer) return failed(Kind::cannot_connect, peer.error().what);
  if (peer->is_root() || peer->uid == geteuid()) return {};
  const passwd* agent = getpwnam(kAgentAccount);
  if (agent && agent->pw_uid == peer->uid) return {};
  CallError impostor;
  impostor.kind = Kind::impostor;
  impostor.uid = peer->uid;
  return tl::unexpected(std::move(impostor));
}

// A Unix socket's connect() waits for room in the backlog, no longer than a
// send may take.
void bound_connect(int fd) {
  const timeval time{kConnectDeadline.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

CallResult<void> connect_to(int fd, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return failed(Kind::path_too_long);
  }
  path.copy(address.sun_path, path.size());
  bound_connect(fd);
  if (::connect(
          fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
          sizeof address) == 0) {
    return {};
  }
  const int failure = errno;
  if (failure == ENOENT || failure == ECONNREFUSED) {
    return failed(Kind::not_running);
  }
  return failed(Kind::cannot_connect, strerror(failure));
}

// When waiting ends; nullopt: never.
using End = std::optional<steady_clock::time_point>;

int milliseconds_left(const End& end) {
  if (!end) return -1;
  const auto left =
      std::chrono::ceil<milliseconds>(*end - steady_clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

// False: the time is over.
bool wait_for(int fd, short events, const End& end) {
  for (;;) {
    pollfd ready{fd, events, 0};
    const int n = ::poll(&ready, 1, milliseconds_left(end));
    if (n < 0 && errno == EINTR) continue;
    return n != 0;
  }
}

CallResult<void> send_all(int fd, std::string_view left, const End& end) {
  while (!left.empty()) {
    const ssize_t n =
        ::send(fd, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      left.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      if (!wait_for(fd, POLLOUT, end)) return failed(Kind::silent);
    } else if (errno != EINTR) {
      return failed(Kind::hung_up);
    }
  }
  return {};
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json object_member(Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_object()) return Json::object();
  return std::move(*found);
}

// A reply as it came, or the error in it.
CallResult<Client::StreamReply> read_reply(Json reply) {
  if (!reply.is_object()) return failed(Kind::not_varlink, "JSON");
  Json parameters = object_member(reply, "parameters");
  const auto name = reply.find("error");
  if (name != reply.end() && name->is_string()) {
    CallError error;
    error.kind = Kind::from_agent;
    error.name = name->get<std::string>();
    error.parameters = std::move(parameters);
    return tl::unexpected(std::move(error));
  }
  const auto continues = reply.find("continues");
  return Client::StreamReply{std::move(parameters),
                             continues != reply.end() &&
                                 continues->is_boolean() &&
                                 continues->get<bool>()};
}

}  // namespace

CallResult<Client> Client::open(const std::string& socket_path) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return failed(Kind::cannot_connect, strerror(errno));
  if (auto ok = connect_to(fd.get(), socket_path); !ok) {
    return tl::unexpected(std::move(ok.error()));
  }
  if (auto ok = check_peer(fd.get()); !ok) {
    return tl::unexpected(std::move(ok.error()));
  }
  return Client(std::move(fd));
}

CallResult<Json> Client::call(std::string_view method, const Json& parameters,
                              milliseconds deadline) {
  std::string text = text_of(parameters);
  auto reply = call_with_text(method, text, deadline);
  wipe(text);
  return reply;
}

CallResult<Json> Client::call_with_text(std::string_view method,
                                        std::string_view parameters,
                                        milliseconds deadline) {
  if (auto sent = send(method, parameters, false, deadline); !sent) {
    return tl::unexpected(std::move(sent.error()));
  }
  auto reply = receive(deadline);
  if (!reply) return tl::unexpected(std::move(reply.error()));
  return std::move(reply->parameters);
}

CallResult<void> Client::begin_stream(std::string_view method,
                                      const Json& parameters) {
  return send(method, text_of(parameters), true, kStreamSendDeadline);
}

CallResult<void> Client::send(std::string_view method,
                              std::string_view parameters, bool more,
                              milliseconds deadline) {
  std::string message;
  // Known beforehand, so that no half of it stays behind in memory.
  message.reserve(method.size() + parameters.size() + 64);
  message.append(R"({"method":")").append(method);
  message.append(R"(","parameters":)").append(parameters);
  message.append(more ? R"(,"more":true})" : "}");
  message += kEndOfMessage;
  auto sent = send_all(fd_.get(), message, steady_clock::now() + deadline);
  wipe(message);
  return sent;
}

CallResult<Client::StreamReply> Client::receive(milliseconds deadline) {
  auto message = receive_message(deadline);
  if (!message) return tl::unexpected(std::move(message.error()));
  Json reply = Json::parse(*message, nullptr, false);
  wipe(*message);
  return read_reply(std::move(reply));
}

bool Client::has_message() const {
  return received_.find(kEndOfMessage, searched_) != received_.npos;
}

bool Client::is_stale() const {
  pollfd other{fd_.get(), POLLIN | POLLRDHUP, 0};
  return !received_.empty() || ::poll(&other, 1, 0) != 0;
}

std::string Client::take_message(std::size_t end) {
  std::string message = received_.substr(0, end);
  received_.erase(0, end + 1);
  searched_ = 0;
  return message;
}

CallResult<std::string> Client::receive_message(milliseconds deadline) {
  const End end = deadline == milliseconds::zero()
                      ? End()
                      : End(steady_clock::now() + deadline);
  char chunk[16384];
  for (;;) {
    const auto found = received_.find(kEndOfMessage, searched_);
    if (found != received_.npos) return take_message(found);
    searched_ = received_.size();
    if (received_.size() > kMaxReply) return failed(Kind::not_varlink, "size");
    if (!wait_for(fd_.get(), POLLIN, end)) return failed(Kind::silent);
    const ssize_t n = ::recv(fd_.get(), chunk, sizeof chunk, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return failed(Kind::hung_up);
    received_.append(chunk, static_cast<std::size_t>(n));
    wipe(chunk, static_cast<std::size_t>(n));
  }
}

}  // namespace mfa::varlink
