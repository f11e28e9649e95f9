// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/service_manager.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <cstdlib>
#include <cstring>

#include "agent/base/escape.h"

namespace mfa::service_manager {
namespace {

Result<> place(Sockets& sockets, UniqueFd fd, const std::string& name) {
  const bool sign_in = name == "sign-in";
  if (!sign_in && name != "control") {
    return error(ErrorKind::malformed,
                 "systemd passed a socket named " + quoted(name) +
                     "; set FileDescriptorName= to sign-in or control");
  }
  const int type = sign_in ? SOCK_SEQPACKET : SOCK_STREAM;
  if (sd_is_socket_unix(fd.get(), type, 1, nullptr, 0) <= 0) {
    return error(
        ErrorKind::malformed,
        fmt::format("systemd's socket {} must be {} of a path", name,
                    sign_in ? "ListenSequentialPacket=" : "ListenStream="));
  }
  (sign_in ? sockets.sign_in : sockets.control) = std::move(fd);
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
