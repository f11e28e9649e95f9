// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/channel.h"

#include <chrono>
#include <string_view>

#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

using std::chrono::milliseconds;
using varlink::CallError;

constexpr std::string_view kInterface = "org.pammfa.Control.";

// The agent answers within a commit or a directory lookup (1 s).
constexpr milliseconds kReplyDeadline = std::chrono::seconds(15);
// The next reply may come at any time, or never.
constexpr milliseconds kPatient{0};

// What the agent refused, in this program's words where it has better ones.
Error refusal(const CallError& error) {
  const std::string& name = error.name;
  const std::string message = text(error.parameters, "/message");
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

Error to_error(const CallError& error, const std::string& path) {
  switch (error.kind) {
    case CallError::Kind::cannot_connect:
      return {ErrorKind::unavailable, words::cannot_connect(path, error.what)};
    case CallError::Kind::not_running:
      return {ErrorKind::unavailable, words::agent_not_running(path)};
    case CallError::Kind::path_too_long:
      return {ErrorKind::malformed, words::path_too_long(path)};
    case CallError::Kind::impostor:
      return {ErrorKind::refused, words::impostor(path, error.uid)};
    case CallError::Kind::hung_up:
      return {ErrorKind::unavailable, words::agent_hung_up(path)};
    case CallError::Kind::silent:
      return {ErrorKind::unavailable, words::agent_silent(path)};
    case CallError::Kind::not_varlink:
      return {ErrorKind::malformed, words::other_version(error.what)};
    case CallError::Kind::from_agent:
      return refusal(error);
  }
  return {ErrorKind::unavailable, words::agent_hung_up(path)};
}

std::string in_full(const std::string& method) {
  return std::string(kInterface) + method;
}

}  // namespace

Result<Channel> Channel::open(const std::string& socket_path) {
  auto agent = varlink::Client::open(socket_path);
  if (!agent) return tl::unexpected(to_error(agent.error(), socket_path));
  return Channel(std::move(*agent), socket_path);
}

Result<Json> Channel::call(const std::string& method, const Json& parameters) {
  auto reply = agent_.call(in_full(method), parameters, kReplyDeadline);
  if (!reply) return tl::unexpected(to_error(reply.error(), path_));
  return std::move(*reply);
}

Result<void> Channel::stream(const std::string& method, const Json& parameters,
                             const Take& take) {
  auto sent = agent_.begin_stream(in_full(method), parameters);
  if (!sent) return tl::unexpected(to_error(sent.error(), path_));
  const auto wait = flag(parameters, "/follow") ? kPatient : kReplyDeadline;
  for (;;) {
    const auto reply = agent_.receive(wait);
    if (!reply) return tl::unexpected(to_error(reply.error(), path_));
    take(reply->parameters);
    if (!reply->continues) return {};
  }
}

}  // namespace mfa::mfactl
