// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/service_manager.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "agent/base/escape.h"

namespace mfa::service_manager {
namespace {

struct Kind {
  std::string_view name;
  int type;
  const char* directive;
  UniqueFd Sockets::*to;
};
constexpr Kind kKinds[] = {
    {"sign-in", SOCK_SEQPACKET, "ListenSequentialPacket=", &Sockets::sign_in},
    {"control", SOCK_STREAM, "ListenStream=", &Sockets::control},
    {"connector", SOCK_STREAM, "ListenStream=", &Sockets::connector},
};

Result<> place(Sockets& sockets, UniqueFd fd, std::string_view name) {
  const auto kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                 [&](const Kind& k) { return k.name == name; });
  if (kind == std::end(kKinds)) {
    return error(ErrorKind::malformed,
                 "systemd passed a socket named " + quoted(name) +
                     "; set FileDescriptorName= to sign-in, control or "
                     "connector");
  }
  if (sd_is_socket_unix(fd.get(), kind->type, 1, nullptr, 0) <= 0) {
    return error(ErrorKind::malformed,
                 fmt::format("systemd's socket {} must be {} of a path", name,
                             kind->directive));
  }
  sockets.*kind->to = std::move(fd);
  return {};
}

}  // namespace

Result<Sockets> take_sockets() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  Sockets sockets;
  Result<> placed;
  for (int i = 0; i < count; ++i) {
    UniqueFd fd(SD_LISTEN_FDS_START + i);
    if (placed) placed = place(sockets, std::move(fd), names[i]);
    free(names[i]);
  }
  free(names);
  if (!placed) return tl::unexpected(placed.error());
  return sockets;
}

void ready(const std::string& status) {
  sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str());
}

void reloading() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const long long microseconds = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
  sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", microseconds);
}

void stopping() { sd_notify(0, "STOPPING=1"); }

void alive() { sd_notify(0, "WATCHDOG=1"); }

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  // Half of the limit, as sd_watchdog_enabled(3) advises.
  return std::chrono::microseconds(microseconds / 2);
}

}  // namespace mfa::service_manager
