// SPDX-License-Identifier: BSD-3-Clause
//
// Failing disks: an answer that was given is on disk, and one that is not on
// disk was never given.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <future>

#include "tests/unit/store/disk.h"

namespace mfa::test {
namespace {

using std::chrono::seconds;

const Source kStranger = address("198.51.100.7");

struct WithPhone : Host {
  WithPhone() {
    restart();
    phone = bind("alice");
  }
  Result<AttemptResult> try_code() {
    return try_attempt(make_attempt("alice", code_now(*phone)));
  }
  std::optional<BoundMethod> phone;
};

TEST(
    "hostile input 100: a failed fsync denies, breaks the store, and is never "
    "retried as success") {
  Disk disk;
  WithPhone host;
  disk.before_operation = [](bool is_sync) {
    return is_sync ? SQLITE_IOERR_FSYNC : SQLITE_OK;
  };
  const auto first = host.try_code();
  assert_false(first.has_value());
  assert_true(first.error().kind == ErrorKind::unavailable);
  assert_true(host.broken.has_value());
  disk.before_operation = [](bool) { return SQLITE_OK; };
  assert_false(host.try_code().has_value());
  assert_false(wait_for<PersonState>([&](auto done) {
                 host.store->find_person("alice", done);
               }).has_value());
  host.restart();
  host.clock.pass(seconds(30));
  assert_true(host.try_code()->reason == Reason::verified);
}

TEST(
    "whatever operation of the disk fails, a code that was accepted stays "
    "spent") {
  int accepted = 0;
  int denied = 0;
  for (int failing = 0; failing < 24; ++failing) {
    for (const int code : {SQLITE_IOERR_WRITE, SQLITE_FULL}) {
      Disk disk;
      WithPhone host;
      int operations = 0;
      disk.before_operation = [&](bool is_sync) {
        if (operations++ != failing) return SQLITE_OK;
        return is_sync ? SQLITE_IOERR_FSYNC : code;
      };
      const std::string spent = host.code_now(*host.phone);
      const auto result = host.try_code();
      disk.before_operation = [](bool) { return SQLITE_OK; };
      ++(result ? accepted : denied);
      host.restart();
      if (result) {
        assert_true(result->reason == Reason::verified);
        assert_true(host.answer("alice", spent) == Reason::replayed_code);
      }
      host.clock.pass(seconds(30));
      assert_true(host.try_code()->reason == Reason::verified);
    }
  }
  assert_true(accepted > 0 && denied > 10);
}

TEST(
    "hostile input 103: a full disk denies, and works again when there is "
    "room, without a restart") {
  Disk disk;
  WithPhone host;
  disk.before_operation = [](bool is_sync) {
    return is_sync ? SQLITE_OK : SQLITE_FULL;
  };
  for (int i = 0; i < 3; ++i) {
    const auto denied = host.try_code();
    assert_false(denied.has_value());
    assert_true(denied.error().kind == ErrorKind::unavailable);
  }
  assert_false(host.broken.has_value());
  disk.before_operation = [](bool) { return SQLITE_OK; };
  assert_true(host.try_code()->reason == Reason::verified);
}

void fill(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
  const std::string block(4096, 'x');
  while (write(file, block.data(), block.size()) > 0) {
  }
  close(file);
}

TEST("hostile input 103: a file system that is really full") {
  if (geteuid() != 0) skip_because("only root can mount");
  Host host;
  const char* state = host.settings.state_directory.c_str();
  assert_int_equal(mkdir(state, 0700), 0);
  assert_int_equal(mount("none", state, "tmpfs", 0, "size=1m,mode=700"), 0);
  host.restart();
  const auto phone = host.bind("alice");
  fill(host.file("filler"));
  bool denied = false;
  bool broken = false;
  // The log has room for some commits before it has to grow.
  for (int i = 0; i < 300 && !denied; ++i) {
    host.clock.pass(seconds(30));
    denied = !host.try_attempt(host.make_attempt("alice", host.code_now(phone)))
                  .has_value();
  }
  broken = host.broken.has_value();
  std::filesystem::remove(host.file("filler"));
  host.clock.pass(seconds(30));
  const auto after =
      host.try_attempt(host.make_attempt("alice", host.code_now(phone)));
  host.stop();
  umount(state);
  assert_true(denied);
  assert_false(broken);
  assert_true(after && after->reason == Reason::verified);
}

TEST("hostile input 103: a limit on file sizes denies, and is recovered from") {
  WithPhone host;
  const auto before = signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  rlimit tight = limit;
  tight.rlim_cur = std::filesystem::file_size(host.file("state.db-wal"));
  setrlimit(RLIMIT_FSIZE, &tight);
  const auto denied = host.try_code();
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, before);
  assert_false(denied.has_value());
  if (host.broken) fail_msg("%s", host.broken->what.c_str());
  assert_true(host.try_code()->reason == Reason::verified);
}

// More records than the page cache holds, in few commits.
void fill_log(Host& host, int records) {
  std::promise<void> last;
  for (int i = 0; i < records; ++i) {
    Store::Finish finish;
    finish.record.id = fmt::format("{:08}", i);
    finish.record.created = host.clock.now().wall;
    finish.record.detail = std::string(1000, 'd');
    host.store->finish(finish, [&, i](const Result<>&) {
      if (i + 1 == records) last.set_value();
    });
  }
  last.get_future().wait();
}

void overwrite_pages(const std::string& path, std::size_t first) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const auto pages = std::filesystem::file_size(path) / 4096;
  assert_true(pages > 1000);
  for (std::size_t page = first; page < pages; ++page) {
    file.seekp(static_cast<std::streamoff>(page * 4096));
    file << std::string(4096, '\0');
  }
}

TEST("a page that rots while the store is open breaks it; nobody is let in") {
  WithPhone host;
  fill_log(host, 8000);
  host.restart();  // moves all from the log into the database
  overwrite_pages(host.file("state.db"), 50);
  for (int i = 0; i < 8000 && !host.broken; i += 100) {
    wait_for<std::vector<SignInRecord>>([&](auto done) {
      host.store->find_sign_in(fmt::format("{:08}", i), done);
    });
  }
  assert_true(host.broken.has_value());
  assert_true(host.broken->kind == ErrorKind::damaged);
  assert_false(host.try_code().has_value());
}

// --- power cuts --------------------------------------------------------------

// What was promised to somebody when the power went.
struct Promised {
  std::int64_t step = -1;  // alice's newest accepted one
  unsigned failures = 0;   // carol's, counted
  int people = 0;          // person-0 to person-N have a method
  int confirmed = -1;      // the newest round, whose rules alice accepted
};

struct Cut {
  Disk::Images images;
  Promised promised;
};

class PowerCuts {
 public:
  PowerCuts(std::uint64_t seed, bool talk_down) : random_(seed) {
    host_.restart();
    const auto alice = host_.bind("alice");
    const auto carol = host_.bind("carol");
    host_.stop();
    Disk disk;
    disk.talk_down_synchronous = talk_down;
    host_.restart();
    disk.before_operation = [&](bool) {
      if (random_.below(8) == 0) {
        cuts_.push_back({disk.after_power_cut(random_), promised_});
      }
      return SQLITE_OK;
    };
    for (int round = 0; round < 25; ++round) work(alice, carol, round);
    disk.before_operation = [](bool) { return SQLITE_OK; };
    host_.stop();
  }

  std::size_t count() const { return cuts_.size(); }
  int broken_promises() {
    int broken = 0;
    for (const Cut& cut : cuts_) broken += !is_kept(cut);
    return broken;
  }

 private:
  // Each promise is noted on the store's thread, which is also the one that
  // uses the disk: so a cut knows exactly what was promised before it.
  void work(const BoundMethod& alice, const BoundMethod& carol, int round) {
    host_.clock.pass(seconds(30));
    const std::int64_t step =
        host_.clock.now().wall.time_since_epoch() / seconds(30);
    std::promise<void> done;
    host_.store->attempt(host_.make_attempt("alice", host_.code_now(alice)),
                         [&](const Result<AttemptResult>& result) {
                           if (result && result->reason == Reason::verified) {
                             promised_.step = step;
                           }
                         });
    host_.store->attempt(
        host_.make_attempt("carol", host_.wrong_code(carol), kStranger),
        [&](const Result<AttemptResult>& result) {
          if (result && result->reason == Reason::wrong_code) {
            ++promised_.failures;
          }
        });
    Store::Finish let_in;
    let_in.record.id = fmt::format("round-{:02}", round);
    let_in.record.created = host_.clock.now().wall;
    let_in.record.user = "alice";
    let_in.record.status = SignInStatus::unconfirmed;
    const AcceptedTerms rules{"rules", std::to_string(round), {}};
    Confirmation confirmation{let_in.record.id, "alice", {}, {rules}, {}};
    host_.store->finish(std::move(let_in), [](const Result<>&) {});
    host_.store->confirm(std::move(confirmation),
                         [&, round](const Result<>& result) {
                           if (result) promised_.confirmed = round;
                         });
    host_.store->add_method(
        {user(fmt::format("person-{}", round)), 1000, "", {}, true},
        [&](const Result<BoundMethod>& result) {
          if (result) ++promised_.people;
          done.set_value();
        });
    done.get_future().wait();
  }

  // Of the last confirmation on the disk both halves are there.
  static bool is_confirmed(Host& after, int promised) {
    const auto terms = after.person("alice").terms;
    if (terms.empty()) return promised < 0;
    const int round = std::stoi(terms[0].version);
    const auto record = wait_for<std::vector<SignInRecord>>([&](auto done) {
      after.store->find_sign_in(fmt::format("round-{:02}", round), done);
    });
    return round >= promised && record->size() == 1 &&
           record->front().status == SignInStatus::success;
  }

  bool is_kept(const Cut& cut) {
    Host after;
    std::filesystem::create_directory(after.settings.state_directory);
    std::filesystem::permissions(after.settings.state_directory,
                                 std::filesystem::perms::owner_all);
    std::filesystem::copy(host_.file("master.key"), after.file("master.key"));
    for (const auto& [path, bytes] : cut.images) {
      const std::string copy =
          after.file(std::filesystem::path(path).filename());
      std::ofstream(copy, std::ios::binary) << bytes;
      chmod(copy.c_str(), 0600);
    }
    if (const auto started = after.start(); !started) return false;
    const auto alice = after.person("alice").methods;
    const auto carol = after.person("carol").methods;
    const std::string last = fmt::format("person-{}", cut.promised.people - 1);
    return alice.at(0).last_accepted_step >= cut.promised.step &&
           carol.at(0).failures_unfamiliar >= cut.promised.failures &&
           (cut.promised.people == 0 || !after.person(last).methods.empty()) &&
           is_confirmed(after, cut.promised.confirmed);
  }

  Host host_;
  SeededRandom random_;
  Promised promised_;
  std::vector<Cut> cuts_;
};

std::size_t wanted_cuts() {
  const char* wanted = std::getenv("MFA_POWER_CUTS");
  return wanted ? std::strtoul(wanted, nullptr, 10) : 300;
}

TEST("power cuts at any moment lose nothing that was acknowledged") {
  std::size_t cuts = 0;
  for (std::uint64_t seed = 1; cuts < wanted_cuts(); ++seed) {
    PowerCuts run(seed, false);
    assert_int_equal(run.broken_promises(), 0);
    cuts += run.count();
  }
}

TEST("the power cut test does see what synchronous=NORMAL loses") {
  int broken = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    broken += PowerCuts(seed, true).broken_promises();
  }
  assert_true(broken > 10);
}

}  // namespace
}  // namespace mfa::test
