// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/time_limit.h"

#include <sys/socket.h>

namespace mfa::connector::ldap {

TimeLimit::TimeLimit(LDAP* handle, std::chrono::milliseconds limit)
    : limit_(limit) {
  callback_.lc_add = opened;
  callback_.lc_del = closed;
  callback_.lc_arg = this;
  ldap_set_option(handle, LDAP_OPT_CONNECT_CB, &callback_);
}

TimeLimit::~TimeLimit() { end(); }

void TimeLimit::begin() {
  is_over_ = false;
  was_late_ = false;
  thread_ = std::thread([this] { watch(); });
}

bool TimeLimit::end() {
  if (!thread_.joinable()) return false;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_all();
  thread_.join();
  return was_late_;
}

// Until the end, as libldap may try the next address of a name.
void TimeLimit::watch() {
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, limit_, [this] { return is_over_; })) return;
  was_late_ = true;
  while (!is_over_) {
    if (fd_ >= 0) shutdown(fd_, SHUT_RDWR);
    changed_.wait(lock);
  }
}

void TimeLimit::set_socket(int fd) {
  {
    const std::lock_guard lock(mutex_);
    fd_ = fd;
  }
  changed_.notify_all();
}

int TimeLimit::opened(LDAP*, Sockbuf* socket, LDAPURLDesc*, sockaddr*,
                      ldap_conncb* callback) {
  int fd = -1;
  ber_sockbuf_ctrl(socket, LBER_SB_OPT_GET_FD, &fd);
  static_cast<TimeLimit*>(callback->lc_arg)->set_socket(fd);
  return 0;
}

void TimeLimit::closed(LDAP*, Sockbuf*, ldap_conncb* callback) {
  static_cast<TimeLimit*>(callback->lc_arg)->set_socket(-1);
}

}  // namespace mfa::connector::ldap
