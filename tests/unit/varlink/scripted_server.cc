// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/varlink/scripted_server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdlib>
#include <filesystem>

namespace mfa::test {
namespace {

UniqueFd listen_on(const std::string& path) {
  UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (bind(fd.get(),
           static_cast<const sockaddr*>(static_cast<const void*>(&address)),
           sizeof address) != 0 ||
      listen(fd.get(), 16) != 0) {
    std::abort();
  }
  return fd;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

std::string message(const Json& json) { return json.dump() + '\0'; }

std::string reply(const Json& parameters) {
  return message({{"parameters", parameters}});
}

std::string error_reply(const std::string& name, const Json& parameters) {
  return message({{"error", name}, {"parameters", parameters}});
}

ScriptedServer::ScriptedServer(Answer answer) : answer_(std::move(answer)) {
  char folder[] = "/tmp/mfa-varlink-XXXXXX";
  if (!mkdtemp(folder)) std::abort();
  folder_ = folder;
  path_ = folder_ + "/agent.sock";
  listener_ = listen_on(path_);
  wake_ = UniqueFd(eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  eventfd_write(wake_.get(), 1);
  thread_.join();
  std::filesystem::remove_all(folder_);
}

std::vector<Json> ScriptedServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<Json> ScriptedServer::calls_of(const std::string& method) {
  std::vector<Json> calls;
  for (const Json& request : requests()) {
    if (request["method"] == "org.pammfa.Connector." + method) {
      calls.push_back(request["parameters"]);
    }
  }
  return calls;
}

void ScriptedServer::hang_up() {
  const std::lock_guard lock(mutex_);
  for (const Caller& caller : callers_) shutdown(caller.fd.get(), SHUT_RDWR);
}

void ScriptedServer::push(const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  for (const Caller& caller : callers_) send_all(caller.fd.get(), bytes);
}

void ScriptedServer::serve() {
  for (;;) {
    std::vector<pollfd> fds = {{wake_.get(), POLLIN, 0},
                               {listener_.get(), POLLIN, 0}};
    for (const Caller& caller : callers_) {
      fds.push_back({caller.fd.get(), POLLIN, 0});
    }
    poll(fds.data(), fds.size(), -1);
    const std::lock_guard lock(mutex_);
    if (is_over_) return;
    // From the end, so that what is erased moves nothing that comes.
    for (std::size_t i = callers_.size(); i-- > 0;) {
      if (fds[i + 2].revents != 0 && !read_from(callers_[i])) {
        callers_.erase(callers_.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    if (fds[1].revents == 0) continue;
    callers_.push_back(
        {UniqueFd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)),
         {}});
  }
}

bool ScriptedServer::read_from(Caller& caller) {
  char chunk[65536];
  const ssize_t n = recv(caller.fd.get(), chunk, sizeof chunk, 0);
  if (n <= 0) return false;
  caller.received.append(chunk, static_cast<std::size_t>(n));
  return answer_all(caller);
}

bool ScriptedServer::answer_all(Caller& caller) {
  for (;;) {
    const auto end = caller.received.find('\0');
    if (end == std::string::npos) return true;
    requests_.push_back(Json::parse(caller.received.substr(0, end)));
    caller.received.erase(0, end + 1);
    const auto bytes = answer_(requests_.back());
    if (!bytes || !send_all(caller.fd.get(), *bytes)) return false;
  }
}

}  // namespace mfa::test
