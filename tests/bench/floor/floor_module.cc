// SPDX-License-Identifier: BSD-3-Clause
//
// See floor.h. The one argument is the agent's socket.
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "tests/bench/floor/floor.h"

namespace {

using mfa::bench::FloorMessage;
using mfa::bench::kFloorRoundTrips;

int connect_to(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                           sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

bool make_round_trips(int fd, const char* user) {
  FloorMessage message;
  std::strncpy(message.user.data(), user, message.user.size() - 1);
  for (message.round = 1; message.round <= kFloorRoundTrips; ++message.round) {
    FloorMessage reply;
    if (::send(fd, &message, sizeof message, MSG_NOSIGNAL) != sizeof message ||
        ::recv(fd, &reply, sizeof reply, 0) != sizeof reply ||
        reply.round != message.round) {
      return false;
    }
  }
  return true;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int pam_sm_authenticate(
    pam_handle_t* handle, int, int argc, const char** argv) {
  const char* user = nullptr;
  char* code = nullptr;
  if (argc != 1 || pam_get_user(handle, &user, nullptr) != PAM_SUCCESS ||
      pam_prompt(handle, PAM_PROMPT_ECHO_ON, &code, "Code: ") != PAM_SUCCESS) {
    return PAM_SYSTEM_ERR;
  }
  std::free(code);
  const int fd = connect_to(argv[0]);
  if (fd < 0) return PAM_AUTHINFO_UNAVAIL;
  const bool done = make_round_trips(fd, user);
  ::close(fd);
  return done ? PAM_SUCCESS : PAM_AUTH_ERR;
}

extern "C" __attribute__((visibility("default"))) int pam_sm_setcred(
    pam_handle_t*, int, int, const char**) {
  return PAM_SUCCESS;
}
