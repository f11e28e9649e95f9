// SPDX-License-Identifier: BSD-3-Clause
//
// Ends a TLS handshake that takes too long. libldap reads from a blocking
// socket then, under no timeout, for as long as a server says a byte now and
// then.
#pragma once

#include <ldap.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace mfa::connector::ldap {

class TimeLimit {
 public:
  // Watches the sockets that `handle` opens, for which it must outlive it.
  TimeLimit(LDAP* handle, std::chrono::milliseconds limit);
  ~TimeLimit();
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

  void begin();
  // True: the time was over, and the socket was shut down.
  bool end();

 private:
  void set_socket(int fd);
  void watch();
  static int opened(LDAP*, Sockbuf* socket, LDAPURLDesc*, sockaddr*,
                    ldap_conncb* callback);
  static void closed(LDAP*, Sockbuf*, ldap_conncb* callback);

  const std::chrono::milliseconds limit_;
  ldap_conncb callback_{};
  std::mutex mutex_;
  std::condition_variable changed_;
  int fd_ = -1;
  bool is_over_ = true;  // what is watched
  bool was_late_ = false;
  std::thread thread_;
};

}  // namespace mfa::connector::ldap
