// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/sign_in_service.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "agent/base/log.h"
#include "agent/base/unique_fd.h"
#include "agent/server/limits.h"
#include "agent/server/wire_terminal.h"
#include "agent/sign_in/account.h"
#include "agent/sign_in/authenticate.h"

namespace mfa {
namespace {

// Field 22 of /proc/PID/stat. The command name (field 2) may hold anything,
// so the fields are counted from its closing parenthesis. 0: not readable.
std::uint64_t start_time_of(std::int32_t pid) {
  const UniqueFd file(
      ::open(fmt::format("/proc/{}/stat", pid).c_str(), O_RDONLY | O_CLOEXEC));
  char text[1024] = "";
  const ssize_t size = file ? read(file.get(), text, sizeof text - 1) : 0;
  const std::string_view stat(text,
                              size > 0 ? static_cast<std::size_t>(size) : 0);
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != std::string::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string::npos) return 0;
  return std::strtoull(text + at, nullptr, 10);
}

void log_breach(const Peer& peer, const char* breach) {
  log::write(log::Level::warning,
             fmt::format("connection of pid {} uid {} ended: {}", peer.pid,
                         peer.uid, breach));
}

Deadline deadline_for(const wire::Begin& begin) {
  const std::chrono::milliseconds left(begin.time_left_ms);
  return std::chrono::steady_clock::now() +
         std::max(std::min(left, kMaxCall) - kVerdictMargin,
                  std::chrono::milliseconds::zero());
}

asio::awaitable<Ending> run_phase(Desk& desk, const wire::Begin& begin,
                                  const Caller& caller,
                                  WireTerminal& terminal) {
  if (begin.phase == wire::Phase::authenticate) {
    return authenticate(desk, begin, caller, terminal);
  }
  return confirm_account(desk, begin, caller);
}

wire::Verdict verdict_of(Ending ending, const wire::Nonce& nonce) {
  wire::Verdict verdict;
  verdict.nonce = nonce;
  verdict.outcome = ending.outcome;
  if (!ending.text.empty()) verdict.text = std::move(ending.text);
  verdict.commit_token = ending.commit_token;
  verdict.correlation_id = std::move(ending.id);
  return verdict;
}

}  // namespace

asio::awaitable<void> serve_sign_in(Desk& desk,
                                    std::shared_ptr<WireConnection> connection,
                                    Peer peer, ConnectionTable::Place place) {
  auto received = co_await connection->receive(
      std::chrono::steady_clock::now() + kBeginDeadline);
  auto* begin = std::get_if<wire::Begin>(&received.message);
  if (received.status == WireConnection::Status::malformed) {
    log_breach(peer, received.error);
    co_return;
  }
  if (received.status != WireConnection::Status::message || !begin) {
    if (received.status == WireConnection::Status::message) {
      log_breach(peer, "its first message is not BEGIN");
    }
    co_return;
  }
  place.begun();
  const Caller caller{peer.uid, peer.pid, start_time_of(peer.pid)};
  WireTerminal terminal(connection, desk.random, deadline_for(*begin));
  Ending ending = co_await run_phase(desk, *begin, caller, terminal);
  if (terminal.protocol_error()) log_breach(peer, terminal.protocol_error());
  if (!terminal.is_connected()) co_return;
  connection->send(verdict_of(std::move(ending), begin->nonce));
}

}  // namespace mfa
