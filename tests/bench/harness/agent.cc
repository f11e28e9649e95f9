// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/harness/agent.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>
#include <utility>

#include "agent/store/key.h"
#include "agent/store/store.h"
#include "tests/bench/harness/wire_client.h"
#include "tests/bench/harness/workspace.h"

namespace mfa::harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Monotonic = std::chrono::steady_clock;

// Far above any start that is acceptable, even beside a million people.
constexpr seconds kLongestStart{30};
constexpr seconds kLongestStop{30};
constexpr milliseconds kPatience{3000};

// Operations handed to the store and not yet done: enough to fill its
// batches, few enough to stay small.
constexpr std::size_t kMaxQueued = 2000;

std::string tail_of(const std::string& log) {
  std::ifstream file(log);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() > 2000 ? all.substr(all.size() - 2000) : all;
}

Result<MasterKey> key_of(const AgentFiles& files, Random& random) {
  const StateFiles found = find_state(files.state(), std::nullopt);
  if (found.key_path) return read_key(*found.key_path);
  return create_key(files.state(), random);
}

// Counts operations on their way and keeps the first error.
class Queue {
 public:
  void add() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return waiting_ < kMaxQueued; });
    ++waiting_;
  }
  template <class T>
  void done(const Result<T>& result) {
    const std::lock_guard lock(mutex_);
    if (!result && !error_) error_ = result.error();
    --waiting_;
    room_.notify_all();
  }
  Result<void> finish() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return waiting_ == 0; });
    if (error_) return tl::unexpected(*error_);
    return {};
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t waiting_ = 0;
  std::optional<Error> error_;
};

NewMethod method_for(const Account& account) {
  NewMethod method{
      *UserName::parse(account.name), account.uid, "Phone", {}, {}};
  method.confirmed = true;
  return method;
}

}  // namespace

AgentFiles make_agent_files(const std::string& directory) {
  AgentFiles files{directory};
  make_directory(directory);
  make_directory(files.state(), 0700);
  make_directory(files.runtime());
  write_file(files.config(),
             fmt::format("runtime_directory: {}\nstate_directory: {}\n",
                         files.runtime(), files.state()));
  return files;
}

Result<void> with_store(const AgentFiles& files,
                        const std::function<void(Store&)>& use) {
  SystemRandom random;
  const SystemClock clock;
  auto key = key_of(files, random);
  if (!key) return tl::unexpected(key.error());
  Store::Settings settings;
  settings.state_directory = files.state();
  settings.runtime_directory = files.runtime();
  settings.may_create = true;
  std::mutex mutex;
  std::optional<Error> broken;
  auto store =
      Store::open(settings, std::move(*key), clock, random, [&](Error why) {
        const std::lock_guard lock(mutex);
        broken = std::move(why);
      });
  if (!store) return tl::unexpected(store.error());
  use(**store);
  store->reset();
  if (broken) return tl::unexpected(*broken);
  return {};
}

Result<std::vector<Enrolled>> enroll(const AgentFiles& files,
                                     const std::vector<Account>& accounts,
                                     std::size_t remembered) {
  std::vector<Enrolled> enrolled(std::min(remembered, accounts.size()));
  Result<void> finished;
  const auto opened = with_store(files, [&](Store& store) {
    Queue queue;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      queue.add();
      store.add_method(method_for(accounts[i]), [&, i](Result<BoundMethod> r) {
        if (r && i < enrolled.size()) {
          enrolled[i] = {accounts[i].name,
                         to_hex(std::string(r->seed.reveal()))};
        }
        queue.done(r);
      });
    }
    finished = queue.finish();
  });
  if (!opened) return tl::unexpected(opened.error());
  if (!finished) return tl::unexpected(finished.error());
  return enrolled;
}

Result<Agent> Agent::start(const std::string& program, const AgentFiles& files,
                           const std::string& user) {
  const auto began = Monotonic::now();
  Child child({program, "--config", files.config()}, files.log());
  while (child.is_running() && Monotonic::now() - began < kLongestStart) {
    const auto client = WireClient::connect(files.socket(), kPatience);
    if (client && client->begin(user, "192.0.2.250")) {
      return Agent(std::move(child),
                   std::chrono::duration_cast<std::chrono::microseconds>(
                       Monotonic::now() - began));
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
  return error(ErrorKind::unavailable,
               fmt::format("{} does not serve on {}; its log ends:\n{}",
                           program, files.socket(), tail_of(files.log())));
}

Result<void> Agent::stop() {
  child_.send(SIGTERM);
  const auto status = child_.wait(kLongestStop);
  if (status && WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return {};
  return error(ErrorKind::unavailable,
               status ? fmt::format("mfa-agent ended with status {}", *status)
                      : "mfa-agent did not end on SIGTERM");
}

}  // namespace mfa::harness
