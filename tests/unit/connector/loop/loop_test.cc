// SPDX-License-Identifier: BSD-3-Clause
//
// The loop in a world whose time is a number: nothing waits, and every pause
// is seen.
#include "connector/loop/loop.h"

#include <deque>
#include <functional>
#include <vector>

#include "tests/check.h"

namespace mfa::connector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Zeros final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  }
};

// All that happens, in order: "position refresh wait:54000 ...".
struct Story {
  std::string text;
  void add(const std::string& what) {
    text += (text.empty() ? "" : " ") + what;
  }
};

class World final : public Clock,
                    public Agent,
                    public Source,
                    public Surroundings {
 public:
  // --- the script ------------------------------------------------------------
  std::deque<Result<>> refreshes;  // then all is well
  std::deque<Result<Wake>> wakes;  // then a reload
  std::deque<Work> work;
  std::deque<Work> work_later;       // once `work` was taken
  std::deque<Result<bool>> reports;  // then true
  // Whether the agent answers; and for how many pauses it does not.
  int agent_is_gone_for = 0;
  bool work_is_lost = false;
  std::deque<Happened> interruptions;  // of pauses; then none

  Story story;
  std::vector<std::string> troubles;
  milliseconds time{0};

  // --- Clock -----------------------------------------------------------------
  Now now() const override {
    return {
        Instant(std::chrono::duration_cast<std::chrono::microseconds>(time)),
        time, "boot"};
  }

  // --- Agent -----------------------------------------------------------------
  Result<Position> position() override {
    reachable_ = agent_is_gone_for == 0;
    if (!reachable_) {
      --agent_is_gone_for;
      return error(ErrorKind::unavailable, "no agent");
    }
    return Position{3, "token"};
  }
  Result<std::unique_ptr<Generation>> begin(bool, const std::vector<Kind>&,
                                            std::uint64_t) override {
    return error(ErrorKind::unavailable, "not in this test");
  }
  Result<> up_to_date(const std::vector<Kind>&) override { return {}; }
  Result<> report_trouble(std::string_view message, Instant next_try) override {
    troubles.push_back(
        std::string(message) + " until " +
        std::to_string(next_try.time_since_epoch().count() / 1'000'000));
    return {};
  }
  Result<> open_work() override {
    listens_ = true;
    return {};
  }
  int work_fd() const override { return listens_ ? 7 : -1; }
  Result<std::optional<Work>> next_work() override {
    if (work_is_lost) {
      work_is_lost = false;
      return error(ErrorKind::unavailable, "no agent");
    }
    if (work.empty()) {
      std::swap(work, work_later);
      return std::nullopt;
    }
    const Work next = work.front();
    work.pop_front();
    return next;
  }
  Result<> work_done(std::int64_t id, bool done, std::string_view) override {
    story.add((done ? "done:" : "undoable:") + std::to_string(id));
    return {};
  }
  bool is_reachable() const override { return reachable_; }

  // --- Source ----------------------------------------------------------------
  Result<> refresh(Receiver&, Position position) override {
    assert_int_equal(position.generation, 3);
    story.add("refresh");
    if (refreshes.empty()) return {};
    const Result<> result = refreshes.front();
    refreshes.pop_front();
    return result;
  }
  Result<Wake> wait(Receiver&, milliseconds timeout, int other) override {
    assert_int_equal(other, 5);
    story.add("wait:" + std::to_string(timeout.count()));
    if (wakes.empty()) {
      ends_ = true;
      return Wake::work;
    }
    const Result<Wake> wake = wakes.front();
    wakes.pop_front();
    if (wake && *wake == Wake::changed) time += timeout;
    return wake;
  }
  std::chrono::seconds interval() const override { return seconds(100); }
  Result<bool> report(const Remediation& remediation) override {
    story.add("report:" + remediation.person);
    if (reports.empty()) return true;
    const Result<bool> result = reports.front();
    reports.pop_front();
    return result;
  }

  // --- Surroundings ----------------------------------------------------------
  int fd() const override { return 5; }
  void watch_work(int fd) override { watches_ = fd == 7; }
  Happened wait(milliseconds timeout) override {
    if (timeout == milliseconds::zero()) {
      return {ends_, work_is_lost || !work.empty()};
    }
    story.add("pause:" + std::to_string(timeout.count()));
    if (!interruptions.empty()) {
      Happened happened = interruptions.front();
      interruptions.pop_front();
      happened.work = happened.work && watches_;
      time += timeout / 2;
      return happened;
    }
    time += timeout;
    return {};
  }
  void alive() override {}
  void status(const std::string&) override {}

 private:
  bool reachable_ = false;
  bool ends_ = false;
  bool listens_ = false;
  bool watches_ = false;
};

tl::unexpected<Error> down(const char* what = "no server") {
  return error(ErrorKind::unavailable, what);
}

std::string run(World& world) {
  Zeros random;
  Loop loop(world, world, world, world, random);
  loop.run();
  return world.story.text;
}

void assert_story(World& world, const char* wanted) {
  assert_string_equal(run(world).c_str(), wanted);
}

TEST("the directory is asked at once, and again when it is time") {
  World world;
  world.wakes = {Wake::changed, Wake::changed};
  assert_story(world,
               "refresh wait:90000 refresh wait:90000 refresh wait:90000");
}

TEST("a directory that fails is asked more and more seldom") {
  World world;
  world.refreshes = {down(), down(), down()};
  assert_story(world,
               "refresh pause:60000 refresh pause:120000 refresh pause:240000 "
               "refresh wait:90000");
  assert_int_equal(world.troubles.size(), 3);
  assert_string_equal(world.troubles[0].c_str(), "no server until 60");
  assert_string_equal(world.troubles[1].c_str(), "no server until 180");
}

TEST("after it worked for a while, a failure is a first one again") {
  World world;
  world.refreshes = {down(), down(), Result<>(), down()};
  world.wakes = {Wake::changed};
  assert_story(world,
               "refresh pause:60000 refresh pause:120000 refresh wait:90000 "
               "refresh pause:60000 refresh wait:90000");
}

TEST("a connection that breaks is made anew at once, but not over and over") {
  World world;
  world.wakes = {Wake::broken, Wake::broken};
  assert_story(world,
               "refresh wait:90000 pause:1000 refresh wait:90000 pause:60000 "
               "refresh wait:90000");
}

TEST("an agent that is gone is tried soon, without asking the directory") {
  World world;
  world.agent_is_gone_for = 3;
  assert_story(world, "pause:1000 pause:2000 pause:4000 refresh wait:90000");
  assert_true(world.troubles.empty());  // to whom?
}

TEST("an agent that was restarted is brought up to date") {
  World world;
  world.wakes = {Wake::work};
  world.work_is_lost = true;
  assert_story(world, "refresh wait:90000 pause:1000 refresh wait:90000");
}

TEST("work to fetch now is done now, also in a long pause") {
  World world;
  world.refreshes = {down()};
  world.interruptions = {{false, true}};
  world.work = {{1, Work::Action::sync, ""}};
  assert_story(world, "refresh pause:60000 refresh wait:90000");
  assert_int_equal(world.time.count(), 30'000);
}

TEST("a risk that was dealt with is reported, and the work is done") {
  World world;
  world.wakes = {Wake::work};
  world.work = {{1, Work::Action::confirm_safe, "p1"},
                {2, Work::Action::dismiss_risk, "p2"}};
  assert_story(world,
               "refresh wait:90000 report:p1 done:1 report:p2 done:2 "
               "wait:90000");
}

TEST("a report that the directory never takes is not tried again") {
  World world;
  world.wakes = {Wake::work};
  world.work = {{1, Work::Action::confirm_safe, "p1"}};
  world.reports = {false};
  assert_story(world, "refresh wait:90000 report:p1 undoable:1 wait:90000");
}

TEST("a report that failed waits for its time, and is not lost") {
  World world;
  world.wakes = {Wake::work, Wake::changed};
  world.work = {{1, Work::Action::confirm_safe, "p1"}};
  world.reports = {down()};
  assert_story(world,
               "refresh wait:90000 report:p1 wait:60000 report:p1 done:1 "
               "refresh wait:90000");
}

TEST("a report that the agent gives again, and that is made, is made once") {
  World world;
  world.wakes = {Wake::work, Wake::work, Wake::changed};
  world.work = {{1, Work::Action::confirm_safe, "p1"}};
  world.work_later = world.work;
  world.reports = {down()};
  assert_story(world,
               "refresh wait:90000 report:p1 wait:60000 wait:60000 report:p1 "
               "done:1 refresh wait:90000");
}

TEST("while a report failed, the next ones wait with it, and so does nothing") {
  World world;
  world.wakes = {Wake::work, Wake::work, Wake::changed};
  world.work = {{1, Work::Action::confirm_safe, "p1"},
                {2, Work::Action::confirm_safe, "p2"}};
  world.work_later = {{3, Work::Action::confirm_safe, "p3"}};
  world.reports = {down(), down()};
  assert_story(world,
               "refresh wait:90000 report:p1 wait:60000 wait:60000 report:p1 "
               "refresh wait:90000");
}

TEST("a directory that always has news is asked once a second at most") {
  World world;
  world.wakes = {Wake::work, Wake::work};
  world.work = {{1, Work::Action::sync, ""}, {2, Work::Action::sync, ""}};
  assert_story(world,
               "refresh wait:90000 pause:1000 refresh wait:90000 "
               "wait:90000");
}

TEST("a reload ends the loop, also in the middle of a pause") {
  World world;
  world.refreshes = {down()};
  world.interruptions = {{true, false}};
  assert_story(world, "refresh pause:60000");
}

TEST("a wait that fails is a failure of the directory") {
  World world;
  world.wakes = {down("it sends nonsense")};
  assert_story(world, "refresh wait:90000 pause:60000 refresh wait:90000");
  assert_string_equal(world.troubles.at(0).c_str(),
                      "it sends nonsense until 60");
}

TEST("once is one refresh, and its error is the agent's to show") {
  World world;
  world.refreshes = {down()};
  Zeros random;
  Loop loop(world, world, world, world, random);
  assert_false(loop.run_once().has_value());
  assert_true(loop.run_once().has_value());
  assert_string_equal(world.story.text.c_str(), "refresh refresh");
  assert_int_equal(world.troubles.size(), 1);
}

}  // namespace
}  // namespace mfa::connector
