// SPDX-License-Identifier: BSD-3-Clause
//
// See floor.h. `floor_agent SOCKET DATABASE PEOPLE`: makes the database with
// every name of PEOPLE, then serves until it is killed.
#include <poll.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "tests/bench/floor/floor.h"

namespace {

using mfa::bench::FloorMessage;
using mfa::bench::kFloorRoundTrips;

sqlite3* database = nullptr;
sqlite3_stmt* update = nullptr;

void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "floor_agent: %s: %s\n", what,
               database ? sqlite3_errmsg(database) : std::strerror(errno));
  std::exit(2);
}

void execute(const char* sql) {
  check(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
        sql);
}

void make_database(const char* path, const char* people) {
  check(sqlite3_open(path, &database) == SQLITE_OK, path);
  execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
  execute(
      "CREATE TABLE person (name TEXT PRIMARY KEY, last_step INTEGER)"
      " WITHOUT ROWID; BEGIN;");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO person VALUES (?, 0)", -1, &insert,
                     nullptr);
  std::ifstream file(people);
  for (std::string name, seed; file >> name >> seed;) {
    sqlite3_bind_text(insert, 1, name.c_str(), -1, SQLITE_TRANSIENT);
    check(sqlite3_step(insert) == SQLITE_DONE, "insert");
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  execute("COMMIT");
  check(sqlite3_prepare_v2(database,
                           "UPDATE person SET last_step = last_step + 1"
                           " WHERE name = ?",
                           -1, &update, nullptr) == SQLITE_OK,
        "prepare");
}

// One statement outside a transaction is one commit.
void remember(const FloorMessage& message) {
  sqlite3_bind_text(update, 1, message.user.data(), -1, SQLITE_STATIC);
  check(sqlite3_step(update) == SQLITE_DONE && sqlite3_changes(database) == 1,
        "update");
  sqlite3_reset(update);
}

int listen_on(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  check(fd >= 0 &&
            ::bind(fd, reinterpret_cast<const sockaddr*>(&address),
                   sizeof address) == 0 &&
            ::listen(fd, 128) == 0,
        path);
  return fd;
}

// False when the peer has gone.
bool serve(int fd) {
  FloorMessage message;
  if (::recv(fd, &message, sizeof message, 0) != sizeof message) return false;
  if (message.round == kFloorRoundTrips) remember(message);
  return ::send(fd, &message, sizeof message, MSG_NOSIGNAL) == sizeof message;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  make_database(argv[2], argv[3]);
  std::vector<pollfd> polled{{listen_on(argv[1]), POLLIN, 0}};
  for (;;) {
    if (::poll(polled.data(), polled.size(), -1) < 0) continue;
    for (std::size_t i = polled.size(); i-- > 1;) {
      if (polled[i].revents == 0 || serve(polled[i].fd)) continue;
      ::close(polled[i].fd);
      polled.erase(polled.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (polled[0].revents == 0) continue;
    const int fd = ::accept4(polled[0].fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) polled.push_back({fd, POLLIN, 0});
  }
}
