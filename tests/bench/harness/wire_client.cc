// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/harness/wire_client.h"

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cstring>
#include <utility>
#include <vector>

#include "wire/codec.h"

namespace mfa::harness {
namespace {

// How long the person may take, as pam_mfa.so says it by default.
constexpr std::uint32_t kTimeLeftMs = 50000;

timeval as_timeval(std::chrono::milliseconds time) {
  return {time.count() / 1000, time.count() % 1000 * 1000};
}

}  // namespace

std::optional<WireClient> WireClient::connect(
    const std::string& socket, std::chrono::milliseconds patience) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, socket.data(), socket.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const timeval limit = as_timeval(patience);
  if (!fd ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ||
      ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) ||
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) != 0) {
    return std::nullopt;
  }
  return WireClient(std::move(fd));
}

bool WireClient::send(const wire::Message& message) const {
  const auto bytes = wire::encode(message);
  return bytes && ::send(fd_.get(), bytes->data(), bytes->size(),
                         MSG_NOSIGNAL) == static_cast<ssize_t>(bytes->size());
}

std::optional<wire::Message> WireClient::receive() const {
  std::vector<std::uint8_t> bytes(wire::kMaxDatagram);
  const ssize_t size = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
  if (size <= 0) return std::nullopt;
  return wire::decode({bytes.data(), static_cast<std::size_t>(size)}).message;
}

std::optional<wire::Ask> WireClient::begin(const std::string& user,
                                           const std::string& rhost) const {
  wire::Begin begin;
  if (::getrandom(begin.nonce.data(), begin.nonce.size(), 0) !=
      static_cast<ssize_t>(begin.nonce.size())) {
    return std::nullopt;
  }
  begin.user = user;
  begin.service = "sshd";
  begin.rhost = rhost;
  begin.tty = "ssh";
  begin.ssh_auth_info = "";  // keyboard-interactive
  begin.flags = wire::kFlagPasswordGiven;
  begin.time_left_ms = kTimeLeftMs;
  if (!send(begin)) return std::nullopt;
  auto reply = receive();
  if (!reply || !std::holds_alternative<wire::Ask>(*reply)) return std::nullopt;
  return std::get<wire::Ask>(std::move(*reply));
}

bool WireClient::send_answer(const wire::Ask& ask,
                             const std::string& code) const {
  wire::Answer answer;
  answer.ask_id = ask.id;
  answer.status = wire::AnswerStatus::given;
  answer.text = Secret(code);
  return send(std::move(answer));
}

std::optional<wire::Message> WireClient::answer(const wire::Ask& ask,
                                                const std::string& code) const {
  if (!send_answer(ask, code)) return std::nullopt;
  return receive();
}

}  // namespace mfa::harness
