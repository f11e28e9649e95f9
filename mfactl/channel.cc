// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/channel.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>

#include "agent/base/peer.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

constexpr char kAgentAccount[] = "mfa-agent";
constexpr char kInterface[] = "org.pammfa.Control.";

// The agent answers within a commit or a directory lookup (1 s).
constexpr std::chrono::milliseconds kReplyDeadline = std::chrono::seconds(15);

// A page of the sign-in log is about 100 KiB.
constexpr std::size_t kMaxReply = 16 << 20;

Result<void> check_peer(int fd, const std::string& path) {
  const auto peer = peer_of(fd);
  if (!peer) return tl::unexpected(peer.error());
  if (peer->is_root() || peer->uid == geteuid()) return {};
  const passwd* agent = getpwnam(kAgentAccount);
  if (agent && agent->pw_uid == peer->uid) return {};
  return error(ErrorKind::refused, words::impostor(path, peer->uid));
}

Result<void> connect_to(int fd, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return error(ErrorKind::malformed, words::path_too_long(path));
  }
  path.copy(address.sun_path, path.size());
  if (::connect(
          fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)),
          sizeof address) == 0) {
    return {};
  }
  const int failure = errno;
  if (failure == ENOENT || failure == ECONNREFUSED) {
    return error(ErrorKind::unavailable, words::agent_not_running(path));
  }
  return error(ErrorKind::unavailable,
               words::cannot_connect(path, strerror(failure)));
}

// What the agent refused, in this program's words where it has better ones.
Error to_error(const std::string& name, const Json& parameters) {
  const std::string message = text(parameters, "/message");
  if (name == "org.varlink.service.PermissionDenied") {
    return {ErrorKind::refused, words::permission_denied()};
  }
  if (name == "org.varlink.service.MethodNotFound" ||
      name == "org.varlink.service.InvalidParameter") {
    return {ErrorKind::conflict, words::other_version(name)};
  }
  constexpr std::pair<const char*, ErrorKind> kKinds[] = {
      {"Malformed", ErrorKind::malformed},
      {"Unavailable", ErrorKind::unavailable},
      {"NotFound", ErrorKind::not_found},
      {"Conflict", ErrorKind::conflict},
      {"Refused", ErrorKind::refused},
      {"Damaged", ErrorKind::damaged}};
  for (const auto& [known, kind] : kKinds) {
    if (name == std::string(kInterface) + known) return {kind, message};
  }
  return {ErrorKind::unavailable, name + ' ' + message};
}

Json request(const std::string& method, const Json& parameters) {
  Json message = Json::object();
  message["method"] = kInterface + method;
  message["parameters"] = parameters;
  return message;
}

}  // namespace

Result<Channel> Channel::open(const std::string& socket_path) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) {
    return error(ErrorKind::unavailable,
                 words::cannot_connect(socket_path, strerror(errno)));
  }
  if (auto ok = connect_to(fd.get(), socket_path); !ok) {
    return tl::unexpected(ok.error());
  }
  if (auto ok = check_peer(fd.get(), socket_path); !ok) {
    return tl::unexpected(ok.error());
  }
  return Channel(std::move(fd), socket_path);
}

Result<Json> Channel::call(const std::string& method, const Json& parameters) {
  auto sent = send(request(method, parameters));
  if (!sent) return tl::unexpected(sent.error());
  auto reply = receive(false);
  if (!reply) return reply;
  return member(*reply, "/parameters");
}

Result<void> Channel::stream(const std::string& method, const Json& parameters,
                             const Take& take) {
  Json message = request(method, parameters);
  message["more"] = true;
  auto sent = send(message);
  if (!sent) return sent;
  for (;;) {
    const auto reply = receive(flag(parameters, "/follow"));
    if (!reply) return tl::unexpected(reply.error());
    take(member(*reply, "/parameters"));
    if (!flag(*reply, "/continues")) return {};
  }
}

Result<void> Channel::send(const Json& message) {
  std::string bytes =
      message.dump(-1, ' ', false, Json::error_handler_t::replace);
  bytes += '\0';
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t n = ::send(fd_.get(), left.data(), left.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  const bool complete = left.empty();
  wipe(bytes);  // may hold a code
  if (complete) return {};
  return error(ErrorKind::unavailable, words::agent_hung_up(path_));
}

Result<Json> Channel::receive(bool patient) {
  auto message = receive_message(patient);
  if (!message) return tl::unexpected(message.error());
  Json reply = Json::parse(*message, nullptr, false);
  wipe(*message);
  if (!reply.is_object()) {
    return error(ErrorKind::malformed, words::other_version("JSON"));
  }
  const std::string name = text(reply, "/error");
  if (name.empty()) return reply;
  return tl::unexpected(to_error(name, member(reply, "/parameters")));
}

Result<std::string> Channel::receive_message(bool patient) {
  const int wait = patient ? -1 : static_cast<int>(kReplyDeadline.count());
  char chunk[16384];
  for (;;) {
    const auto end = received_.find('\0');
    if (end != std::string::npos) {
      std::string message = received_.substr(0, end);
      received_.erase(0, end + 1);
      return message;
    }
    if (received_.size() > kMaxReply) {
      return error(ErrorKind::malformed, words::other_version("size"));
    }
    pollfd readable{fd_.get(), POLLIN, 0};
    const int ready = poll(&readable, 1, wait);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      return error(ErrorKind::unavailable, words::agent_silent(path_));
    }
    const ssize_t n = ::recv(fd_.get(), chunk, sizeof chunk, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      return error(ErrorKind::unavailable, words::agent_hung_up(path_));
    }
    received_.append(chunk, static_cast<std::size_t>(n));
    wipe(chunk, static_cast<std::size_t>(n));
  }
}

}  // namespace mfa::mfactl
