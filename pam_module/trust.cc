// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/trust.h"

#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace mfa::pam {
namespace {

constexpr const char* kAgentAccount = "mfa-agent";

bool is_socket_of(const char* path, uid_t owner) {
  struct stat status {};
  return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode) &&
         status.st_uid == owner;
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');  // arguments.cc: it is absolute
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

bool is_directory_closed_to_others(const std::string& path, uid_t owner) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         (status.st_uid == 0 || status.st_uid == owner) &&
         (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool is_agent_account(pam_handle_t* pamh, uid_t uid) {
  const passwd* account = pam_modutil_getpwnam(pamh, kAgentAccount);
  return account != nullptr && account->pw_uid == uid;
}

bool is_own_unprivileged_user(uid_t uid) {
  return getuid() == geteuid() && geteuid() != 0 && geteuid() == uid;
}

}  // namespace

const char* why_distrusted(pam_handle_t* pamh, const char* socket_path,
                           uid_t peer) {
  if (peer == 0) return nullptr;
  if (!is_socket_of(socket_path, peer)) {
    return "the socket file does not belong to the process behind it";
  }
  if (!is_directory_closed_to_others(directory_of(socket_path), peer)) {
    return "others can write the directory of the socket";
  }
  if (is_own_unprivileged_user(peer) || is_agent_account(pamh, peer)) {
    return nullptr;
  }
  return "the process behind the socket is neither root's nor mfa-agent's";
}

}  // namespace mfa::pam
