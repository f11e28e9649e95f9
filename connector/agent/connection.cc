// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include "agent/base/escape.h"

namespace mfa::connector {
namespace {

using std::chrono::milliseconds;
using varlink::CallError;

constexpr std::string_view kInterface = "org.pammfa.Connector.";

// The rest of a reply that has begun to arrive.
constexpr milliseconds kRestDeadline = std::chrono::seconds(10);

constexpr std::size_t kMaxMessageBytes = 1024;

std::string in_full(std::string_view method) {
  return std::string(kInterface) + std::string(method);
}

std::string message_of(const Json& parameters) {
  const auto found = parameters.find("message");
  if (found == parameters.end() || !found->is_string()) return {};
  return escaped(found->get_ref<const std::string&>(), kMaxMessageBytes);
}

std::string other_version(std::string_view what) {
  return fmt::format(
      "mfa-agent and this connector do not understand each "
      "other ({}): they are of different versions; restart "
      "both after an upgrade",
      escaped(what));
}

Error refusal(const CallError& error) {
  const std::string& name = error.name;
  if (name == "org.varlink.service.PermissionDenied") {
    return {ErrorKind::refused,
            "mfa-agent takes no directory from this account; name it as "
            "connector_user in mfa-agent.yaml, and reload the agent"};
  }
  if (name.starts_with("org.varlink.service.")) {
    return {ErrorKind::conflict, other_version(name)};
  }
  constexpr std::pair<std::string_view, ErrorKind> kKinds[] = {
      {"Held", ErrorKind::refused},
      {"WrongGeneration", ErrorKind::conflict},
      {"Malformed", ErrorKind::malformed},
      {"Unavailable", ErrorKind::unavailable},
      {"NotFound", ErrorKind::not_found},
      {"Conflict", ErrorKind::conflict},
      {"Refused", ErrorKind::refused},
      {"Damaged", ErrorKind::damaged}};
  const std::string message = message_of(error.parameters);
  for (const auto& [known, kind] : kKinds) {
    if (name != in_full(known)) continue;
    if (!message.empty()) return {kind, "mfa-agent: " + message};
    return {kind, fmt::format("mfa-agent answers {}", known)};
  }
  return {ErrorKind::unavailable,
          fmt::format("mfa-agent answers {}: {}", escaped(name), message)};
}

Error to_error(const CallError& error, const std::string& path) {
  const std::string socket = mfa::quoted(path);
  switch (error.kind) {
    case CallError::Kind::cannot_connect:
      return {ErrorKind::unavailable,
              fmt::format("cannot reach mfa-agent on {}: {}; may this account "
                          "use it?",
                          socket, escaped(error.what))};
    case CallError::Kind::not_running:
      return {ErrorKind::unavailable,
              fmt::format("nobody answers on {}: mfa-agent is not running, or "
                          "its configuration has no connector_user",
                          socket)};
    case CallError::Kind::path_too_long:
      return {ErrorKind::malformed,
              fmt::format("{} is too long for a socket; shorten agent_socket",
                          socket)};
    case CallError::Kind::impostor:
      return {ErrorKind::refused,
              fmt::format("{} belongs to uid {}, which is neither root nor "
                          "mfa-agent; nothing was sent. Find out who put it "
                          "there",
                          socket, error.uid)};
    case CallError::Kind::hung_up:
      return {ErrorKind::unavailable,
              fmt::format("mfa-agent closed the connection on {}: it was "
                          "restarted, or refuses this connector; see "
                          "journalctl -u mfa-agent",
                          socket)};
    case CallError::Kind::silent:
      return {ErrorKind::unavailable,
              fmt::format("mfa-agent does not answer on {}; see journalctl -u "
                          "mfa-agent",
                          socket)};
    case CallError::Kind::not_varlink:
      return {ErrorKind::malformed, other_version(error.what)};
    case CallError::Kind::from_agent:
      return refusal(error);
  }
  return {ErrorKind::unavailable, "mfa-agent does not answer"};
}

}  // namespace

Result<Connection> Connection::open(const std::string& socket_path) {
  auto agent = varlink::Client::open(socket_path);
  if (!agent) return tl::unexpected(to_error(agent.error(), socket_path));
  return Connection(std::move(*agent), socket_path);
}

template <class T>
Result<T> Connection::checked(varlink::CallResult<T> result) {
  if (result) {
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return std::move(*result);
    }
  }
  if (result.error().kind != CallError::Kind::from_agent) is_broken_ = true;
  return tl::unexpected(to_error(result.error(), path_));
}

Result<Json> Connection::call(std::string_view method, const Json& parameters) {
  return checked(agent_.call(in_full(method), parameters, kCallDeadline));
}

Result<Json> Connection::call_with_text(std::string_view method,
                                        std::string_view parameters,
                                        milliseconds deadline) {
  return checked(agent_.call_with_text(in_full(method), parameters, deadline));
}

Result<> Connection::begin_stream(std::string_view method) {
  return checked(agent_.begin_stream(in_full(method), Json::object()));
}

Result<Json> Connection::next_reply() {
  auto reply = checked(agent_.receive(kRestDeadline));
  if (!reply) return tl::unexpected(reply.error());
  if (!reply->continues) is_broken_ = true;  // there will be no other
  return std::move(reply->parameters);
}

bool Connection::has_reply() const {
  pollfd readable{agent_.fd(), POLLIN, 0};
  return agent_.has_message() || ::poll(&readable, 1, 0) > 0;
}

}  // namespace mfa::connector
