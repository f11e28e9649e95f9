// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/listening_socket.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/check.h"

namespace mfa {
namespace {

namespace fs = std::filesystem;

class Place {
 public:
  Place() {
    char name[] = "/tmp/mfa-socket-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~Place() { fs::remove_all(path_); }
  std::string socket() const { return path_ + "/sign-in.sock"; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST("everybody may connect to a new socket") {
  const Place place;
  const auto bound = ListeningSocket::bind(place.socket(), SOCK_SEQPACKET);
  assert_true(bound.has_value());
  struct stat info {};
  stat(place.socket().c_str(), &info);
  assert_int_equal(info.st_mode & 0777, 0666);
}

TEST("a socket that a dead agent left behind is replaced") {
  const Place place;
  ListeningSocket::bind(place.socket(), SOCK_SEQPACKET);
  assert_true(fs::exists(place.socket()));
  assert_true(
      ListeningSocket::bind(place.socket(), SOCK_SEQPACKET).has_value());
}

TEST("a socket that somebody serves is left alone") {
  const Place place;
  const auto first = ListeningSocket::bind(place.socket(), SOCK_SEQPACKET);
  const auto second = ListeningSocket::bind(place.socket(), SOCK_SEQPACKET);
  assert_false(second.has_value());
  assert_true(second.error().kind == ErrorKind::conflict);
  assert_true(first->is_reachable());
}

TEST("hostile input 43: a file or a link in the socket's place is refused") {
  const Place place;
  std::ofstream(place.socket()) << "precious";
  assert_false(
      ListeningSocket::bind(place.socket(), SOCK_SEQPACKET).has_value());
  assert_int_equal(fs::file_size(place.socket()), 8);
  fs::remove(place.socket());
  fs::create_symlink("/etc/passwd", place.socket());
  assert_false(
      ListeningSocket::bind(place.socket(), SOCK_SEQPACKET).has_value());
  assert_true(fs::is_symlink(place.socket()));
}

TEST("hostile input 44: a socket that was removed or replaced is noticed") {
  const Place place;
  const auto bound = ListeningSocket::bind(place.socket(), SOCK_SEQPACKET);
  assert_true(bound->is_reachable());
  fs::remove(place.socket());
  assert_false(bound->is_reachable());
  const auto other = ListeningSocket::bind(place.socket(), SOCK_SEQPACKET);
  assert_false(bound->is_reachable());
  bound->remove();
  assert_true(other->is_reachable());
}

TEST("a path that does not fit into a socket address is refused in words") {
  const Place place;
  const auto bound = ListeningSocket::bind(
      place.path() + "/" + std::string(120, 'x'), SOCK_SEQPACKET);
  assert_false(bound.has_value());
  assert_non_null(strstr(bound.error().what.c_str(), "runtime_directory"));
}

TEST("a runtime directory that others can write is refused") {
  const Place place;
  const std::string directory = place.path() + "/run";
  assert_true(prepare_runtime_directory(directory).has_value());
  assert_true(prepare_runtime_directory(directory).has_value());
  chmod(directory.c_str(), 0777);
  assert_false(prepare_runtime_directory(directory).has_value());
  chmod(directory.c_str(), 0775);
  assert_false(prepare_runtime_directory(directory).has_value());
}

TEST("a link in the place of the runtime directory is refused") {
  const Place place;
  fs::create_directory(place.path() + "/real");
  fs::create_directory_symlink(place.path() + "/real", place.path() + "/run");
  assert_false(prepare_runtime_directory(place.path() + "/run").has_value());
}

}  // namespace
}  // namespace mfa
