// SPDX-License-Identifier: BSD-3-Clause
//
// Signs people in through PAM as an application would, and says how long each
// took. It knows nothing of any module:
//
//   pam_client CONFDIR SERVICE PEOPLE FIRST COUNT PROCESSES each|shared
//
// PEOPLE has a line "NAME SEED-IN-HEX" for each person; COUNT of them, from
// line FIRST on, sign in once each, shared among PROCESSES that start at the
// same moment. `each` forks for every sign-in, as sshd does; `shared` signs
// all of a process's people in within that process, so that a module which
// stays mapped is mapped once.
//
// Prints "elapsed NANOSECONDS" and "cpu NANOSECONDS", then a line "NANOSECONDS
// PAM-CODE" for each.
#include <liboath/oath.h>
#include <security/pam_appl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

namespace {

using Monotonic = std::chrono::steady_clock;

constexpr int kNeverTried = -1;  // no PAM code
// Nobody waits that long; a module that hangs must not hang the benchmark.
constexpr unsigned kLongestSignInSeconds = 60;
// Time for every worker to reach the starting line.
constexpr unsigned kSettleMicroseconds = 20000;

struct Person {
  std::string name;
  std::string seed;
};

struct Result {
  long nanoseconds;
  int code;
};

struct Options {
  std::string confdir, service;
  bool fork_each = false;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(2);
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::vector<Person> read_people(const char* path, std::size_t first,
                                std::size_t count) {
  std::vector<Person> people;
  std::ifstream file(path);
  std::string name, seed;
  for (std::size_t i = 0; i < first + count && file >> name >> seed; ++i) {
    if (i >= first) people.push_back({name, from_hex(seed)});
  }
  if (people.size() != count) {
    std::fprintf(stderr, "%s holds too few people\n", path);
    std::exit(2);
  }
  return people;
}

// Every prompt is answered with the code; texts are swallowed.
int converse(int count, const pam_message** messages, pam_response** responses,
             void* code) {
  auto* answers = static_cast<pam_response*>(
      std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  if (answers == nullptr) return PAM_BUF_ERR;
  for (int i = 0; i < count; ++i) {
    const int style = messages[i]->msg_style;
    if (style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON) {
      answers[i].resp = ::strdup(static_cast<const char*>(code));
    }
  }
  *responses = answers;
  return PAM_SUCCESS;
}

// A refusal is reported at once: the delay would be ours, not the module's.
void no_delay(int, unsigned, void*) {}

int authenticate(const Options& options, const Person& person, char* code) {
  const pam_conv conversation{converse, code};
  pam_handle_t* handle = nullptr;
  int result =
      pam_start_confdir(options.service.c_str(), person.name.c_str(),
                        &conversation, options.confdir.c_str(), &handle);
  if (result != PAM_SUCCESS) return result;
  // What sshd sets.
  pam_set_item(handle, PAM_FAIL_DELAY, reinterpret_cast<void*>(no_delay));
  pam_set_item(handle, PAM_RHOST, "192.0.2.1");
  pam_set_item(handle, PAM_TTY, "ssh");
  result = pam_authenticate(handle, 0);
  pam_end(handle, result);
  return result;
}

// The code is of the moment of the sign-in, so it is always a right one.
Result sign_in(const Options& options, const Person& person) {
  char code[7] = "";
  if (oath_totp_generate(person.seed.data(), person.seed.size(),
                         std::time(nullptr), OATH_TOTP_DEFAULT_TIME_STEP_SIZE,
                         OATH_TOTP_DEFAULT_START_TIME, 6, code) != OATH_OK) {
    fail("oath_totp_generate");
  }
  const auto began = Monotonic::now();
  const int result = authenticate(options, person, code);
  const auto time = Monotonic::now() - began;
  return {std::chrono::nanoseconds(time).count(), result};
}

void sign_in_forked(const Options& options, const Person& person,
                    Result& result) {
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    ::alarm(kLongestSignInSeconds);
    result = sign_in(options, person);
    ::_exit(0);
  }
  while (::waitpid(pid, nullptr, 0) < 0) continue;
}

// Memory that the workers write and the parent reads.
Result* share_results(std::size_t count) {
  void* memory = ::mmap(nullptr, count * sizeof(Result), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  auto* results = static_cast<Result*>(memory);
  for (std::size_t i = 0; i < count; ++i) results[i] = {0, kNeverTried};
  return results;
}

// All workers block reading one pipe; its end is the signal to start.
class StartingLine {
 public:
  StartingLine() {
    if (::pipe(ends_) != 0) fail("pipe");
  }
  void wait() const {
    ::close(ends_[1]);
    char never = 0;
    while (::read(ends_[0], &never, 1) < 0) continue;
  }
  void go() const { ::close(ends_[1]); }

 private:
  int ends_[2];
};

void work(const Options& options, const std::vector<Person>& people,
          Result* results, unsigned number, unsigned processes) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (std::size_t i = number; i < people.size(); i += processes) {
    ::alarm(kLongestSignInSeconds);
    if (options.fork_each) {
      sign_in_forked(options, people[i], results[i]);
    } else {
      results[i] = sign_in(options, people[i]);
    }
  }
}

long cpu_nanoseconds_of_workers() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto nanoseconds = [](const timeval& time) {
    return time.tv_sec * 1000000000L + time.tv_usec * 1000L;
  };
  return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

// How long all of them took together.
std::chrono::nanoseconds race(const Options& options,
                              const std::vector<Person>& people,
                              Result* results, unsigned processes) {
  const StartingLine line;
  for (unsigned number = 0; number < processes; ++number) {
    const pid_t pid = ::fork();
    if (pid < 0) fail("fork");
    if (pid > 0) continue;
    line.wait();
    work(options, people, results, number, processes);
    ::_exit(0);
  }
  ::usleep(kSettleMicroseconds);
  const auto began = Monotonic::now();
  line.go();
  for (unsigned ended = 0; ended < processes; ++ended) ::wait(nullptr);
  return Monotonic::now() - began;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fputs(
        "usage: pam_client CONFDIR SERVICE PEOPLE FIRST COUNT PROCESSES "
        "each|shared\n",
        stderr);
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Options options{argv[1], argv[2], std::strcmp(argv[7], "each") == 0};
  const auto people =
      read_people(argv[3], std::stoul(argv[4]), std::stoul(argv[5]));
  const auto processes = static_cast<unsigned>(std::stoul(argv[6]));
  Result* results = share_results(people.size());
  const auto elapsed = race(options, people, results, processes);
  std::printf("elapsed %ld\ncpu %ld\n", elapsed.count(),
              cpu_nanoseconds_of_workers());
  for (std::size_t i = 0; i < people.size(); ++i) {
    std::printf("%ld %d\n", results[i].nanoseconds, results[i].code);
  }
}
