// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/harness/workspace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "agent/base/unique_fd.h"

namespace mfa::harness {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> failed(const std::string& what) {
  return error(ErrorKind::unavailable,
               fmt::format("{}: {}", what, std::strerror(errno)));
}

Result<std::string> make_scratch() {
  const char* parent = std::getenv("TMPDIR");
  std::string path =
      std::string(parent != nullptr ? parent : "/var/tmp") + "/pam_mfa-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) return failed("mkdtemp " + path);
  if (::chmod(path.c_str(), 0755) != 0) return failed("chmod " + path);
  return path;
}

// nscd answers for the host's /etc, not for ours; a name service other than
// files would make the figures depend on the host.
void keep_host_name_services_out(const std::string& etc,
                                 const std::string& empty) {
  write_file(etc + "/nsswitch.conf", "passwd: files\ngroup: files\n");
  for (const char* nscd : {"/run/nscd", "/var/run/nscd"}) {
    if (!fs::is_directory(nscd)) continue;
    (void)::mount(empty.c_str(), nscd, nullptr, MS_BIND, nullptr);
  }
}

void append_accounts(const std::string& etc,
                     const std::vector<Account>& accounts,
                     const std::string& homes) {
  std::ofstream passwd(etc + "/passwd", std::ios::app);
  for (const Account& account : accounts) {
    passwd << fmt::format("{}:x:{}:{}::{}/{}:/bin/sh\n", account.name,
                          account.uid, kGid, homes, account.name);
  }
  std::ofstream(etc + "/group", std::ios::app)
      << fmt::format("benchmark:x:{}:\n", kGid);
}

Result<void> enter_private_etc(const std::string& scratch,
                               const std::vector<Account>& accounts) {
  if (::unshare(CLONE_NEWNS) != 0) return failed("unshare");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return failed("mount --make-rprivate /");
  }
  const std::string etc = scratch + "/etc";
  make_directory(etc);
  make_directory(scratch + "/empty");
  if (::mount("tmpfs", etc.c_str(), "tmpfs", 0, "mode=755") != 0) {
    return failed("mount tmpfs " + etc);
  }
  std::error_code copy_error;
  fs::copy("/etc", etc,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks,
           copy_error);
  if (copy_error) {
    return error(ErrorKind::unavailable,
                 "cannot copy /etc: " + copy_error.message());
  }
  append_accounts(etc, accounts, scratch + "/home");
  keep_host_name_services_out(etc, scratch + "/empty");
  if (::mount(etc.c_str(), "/etc", nullptr, MS_BIND, nullptr) != 0) {
    return failed("mount --bind " + etc + " /etc");
  }
  // Only /etc shows it from here on, so that the scratch can be removed.
  if (::umount2(etc.c_str(), MNT_DETACH) != 0) return failed("umount " + etc);
  return {};
}

// The few devices that programs need, and no console: without a /dev/log,
// syslog() writes to /dev/console, which takes a millisecond a line on a
// serial one and would be counted as the price of whoever logs.
Result<void> enter_private_dev(const std::string& scratch) {
  const std::string dev = scratch + "/dev";
  make_directory(dev);
  if (::mount("tmpfs", dev.c_str(), "tmpfs", MS_NOSUID, "mode=755") != 0) {
    return failed("mount tmpfs " + dev);
  }
  for (const char* name :
       {"null", "zero", "full", "random", "urandom", "tty", "ptmx"}) {
    write_file(dev + '/' + name, "");
  }
  for (const char* name : {"pts", "shm"}) make_directory(dev + '/' + name);
  for (const auto& entry : fs::directory_iterator(dev)) {
    const std::string original = "/dev/" + entry.path().filename().string();
    if (::mount(original.c_str(), entry.path().c_str(), nullptr, MS_BIND,
                nullptr) != 0) {
      return failed("mount --bind " + original);
    }
  }
  if (::mount(dev.c_str(), "/dev", nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return failed("mount --rbind " + dev + " /dev");
  }
  if (::umount2(dev.c_str(), MNT_DETACH) != 0) return failed("umount " + dev);
  return {};
}

// Takes what is logged, as journald would, and throws it away.
Result<void> serve_dev_log() {
  sockaddr_un address{AF_UNIX, "/dev/log"};
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
             sizeof address) != 0 ||
      ::chmod("/dev/log", 0666) != 0) {
    return failed("bind /dev/log");
  }
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return failed("fork");
  if (pid > 0) return {};
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  char line[8192];
  while (::getppid() == parent) (void)::recv(fd.get(), line, sizeof line, 0);
  ::_exit(0);
}

[[noreturn]] void give_up(const std::string& what, const std::string& path) {
  fmt::print(stderr, "cannot {} {}: {}\n", what, path, std::strerror(errno));
  std::exit(2);
}

}  // namespace

Result<Workspace> Workspace::enter(const std::vector<Account>& accounts,
                                   Devices devices) {
  auto scratch = make_scratch();
  if (!scratch) return tl::unexpected(scratch.error());
  Workspace workspace(std::move(*scratch), devices);
  const auto entered = enter_private_etc(workspace.path(), accounts);
  if (!entered) return tl::unexpected(entered.error());
  if (devices == Devices::of_host) return workspace;
  const auto own = enter_private_dev(workspace.path());
  if (!own) return tl::unexpected(own.error());
  const auto log = serve_dev_log();
  if (!log) return tl::unexpected(log.error());
  return workspace;
}

Workspace::~Workspace() {
  if (path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

bool Workspace::is_in_memory() const {
  struct statfs about {};
  return ::statfs(path_.c_str(), &about) == 0 &&
         (about.f_type == TMPFS_MAGIC || about.f_type == RAMFS_MAGIC);
}

void write_file(const std::string& path, const std::string& text,
                unsigned mode) {
  const UniqueFd fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!fd || ::fchmod(fd.get(), mode) != 0) give_up("create", path);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t size =
        ::write(fd.get(), text.data() + done, text.size() - done);
    if (size <= 0) give_up("write", path);
    done += static_cast<std::size_t>(size);
  }
}

void make_directory(const std::string& path, unsigned mode) {
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    give_up("make", path);
  }
  if (::chmod(path.c_str(), mode) != 0) give_up("chmod", path);
}

}  // namespace mfa::harness
