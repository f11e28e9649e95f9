// SPDX-License-Identifier: BSD-3-Clause
#include "connector/loop/loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/log.h"

namespace mfa::connector {

using std::chrono::milliseconds;

Loop::Loop(Agent& agent, Source& source, Surroundings& surroundings,
           const Clock& clock, Random& random)
    : agent_(agent),
      source_(source),
      surroundings_(surroundings),
      clock_(clock),
      random_(random),
      directory_back_off_(kDirectoryPauses, random),
      agent_back_off_(kAgentPauses, random),
      report_back_off_(kDirectoryPauses, random),
      // The first refresh follows no other one.
      refreshed_(now() - kLeastGap) {}

void Loop::run() {
  while (!is_over_) {
    refresh();
    if (is_up_to_date_ && !is_over_) wait_for_news();
  }
}

Result<> Loop::run_once() {
  auto done = bring_up_to_date();
  if (!done && agent_.is_reachable()) {
    (void)agent_.report_trouble(done.error().what, clock_.now().wall);
  }
  return done;
}

Result<> Loop::bring_up_to_date() {
  surroundings_.alive();
  refreshed_ = now();
  const auto position = agent_.position();
  if (!position) return tl::unexpected(position.error());
  return source_.refresh(agent_, *position);
}

void Loop::refresh() {
  be_quiet(until(refreshed_ + kLeastGap));
  if (is_over_) return;
  const auto done = bring_up_to_date();
  is_up_to_date_ = done.has_value();
  if (done) return succeeded();
  const milliseconds pause = pause_after_failure();
  failed(done.error(), pause);
  rest(pause);
}

milliseconds Loop::pause_after_failure() {
  return agent_.is_reachable() ? directory_back_off_.failed()
                               : agent_back_off_.lost();
}

// --- waiting -----------------------------------------------------------------

milliseconds Loop::until(Time time) const {
  return std::max(std::chrono::ceil<milliseconds>(time - now()),
                  milliseconds::zero());
}

// Comes back when a refresh is due.
void Loop::wait_for_news() {
  const Time began = now();
  const Time due = began + with_jitter(source_.interval(), random_);
  for (;;) {
    Time next = due;
    if (!undone_.empty()) next = std::min(next, report_again_);
    if (auto ok = agent_.open_work(); !ok) {
      return act_on(Next::agent_is_gone);
    }
    surroundings_.watch_work(agent_.work_fd());
    const auto woke = source_.wait(agent_, until(next), surroundings_.fd());
    surroundings_.alive();
    if (!woke) {
      const milliseconds pause = pause_after_failure();
      failed(woke.error(), pause);
      return rest(pause);
    }
    if (*woke == Wake::broken) return broke_off(began);
    const Next todo = attend(surroundings_.wait(milliseconds::zero()));
    report_undone();
    if (todo != Next::go_on) return act_on(todo);
    if (*woke == Wake::changed) return held_out();
  }
}

void Loop::held_out() {
  directory_back_off_.reset();
  agent_back_off_.reset();
}

void Loop::broke_off(Time waiting_since) {
  if (now() - waiting_since >= kSteady) held_out();
  rest(directory_back_off_.lost());
}

// A pause that work and a reload cut short. The agent is listened to also
// before anything was brought: a held change is accepted there.
void Loop::rest(milliseconds pause) {
  const Time end = now() + pause;
  if (agent_.is_reachable()) (void)agent_.open_work();
  while (now() < end && !is_over_) {
    surroundings_.watch_work(agent_.work_fd());
    const Next todo = attend(surroundings_.wait(until(end)));
    surroundings_.alive();
    if (todo != Next::go_on) return act_on(todo);
  }
}

// A pause that only a reload cuts short.
void Loop::be_quiet(milliseconds pause) {
  const Time end = now() + pause;
  surroundings_.watch_work(-1);
  while (now() < end && !is_over_) {
    if (surroundings_.wait(until(end)).reload) is_over_ = true;
    surroundings_.alive();
  }
}

Loop::Next Loop::attend(Surroundings::Happened happened) {
  if (happened.reload) return Next::reload;
  return happened.work ? take_work() : Next::go_on;
}

// After what is not Next::go_on, a refresh follows, or the end.
void Loop::act_on(Next next) {
  if (next == Next::reload) is_over_ = true;
  if (next == Next::agent_is_gone) be_quiet(agent_back_off_.lost());
}

// --- what the agent asks -----------------------------------------------------

Loop::Next Loop::take_work() {
  Next next = Next::go_on;
  for (;;) {
    const auto work = agent_.next_work();
    if (!work) {
      undone_.clear();  // a new agent counts anew, and gives them again
      return Next::agent_is_gone;
    }
    if (!*work) return next;
    if ((*work)->action == Work::Action::sync) {
      next = Next::refresh;
    } else {
      report(**work);
    }
    surroundings_.alive();
  }
}

void Loop::put_off(const Work& work) {
  if (undone_.size() < kMaxUndone) undone_[work.id] = work;
}

// While the directory takes no reports, the next ones wait with the first:
// each could take minutes, and news of people would wait behind it.
void Loop::report(const Work& work) {
  if (!undone_.empty() && now() < report_again_) return put_off(work);
  const auto action = work.action == Work::Action::dismiss_risk
                          ? Remediation::Action::dismiss
                          : Remediation::Action::confirm_safe;
  const auto told = source_.report({action, work.person});
  if (!told) {
    report_failed(work, told.error());
    return;
  }
  report_trouble_.clear();
  report_back_off_.reset();
  undone_.erase(work.id);
  // Where the agent cannot be told, it gives the work again.
  (void)agent_.work_done(
      work.id, *told,
      *told ? "" : "the directory does not take it (see mfa-connector(8))");
}

void Loop::report_failed(const Work& work, const Error& error) {
  report_again_ = now() + report_back_off_.failed();
  put_off(work);
  if (error.what == report_trouble_) return;
  report_trouble_ = error.what;
  log::write(log::Level::warning,
             fmt::format("the directory could not be told that the risk of {} "
                         "was dealt with: {} (it will be tried again)",
                         quoted(work.person), error.what));
}

void Loop::report_undone() {
  if (undone_.empty() || now() < report_again_) return;
  for (const auto& [id, work] : std::exchange(undone_, {})) {
    report(work);
    surroundings_.alive();
  }
}

// --- what administrators see -------------------------------------------------

void Loop::failed(const Error& error, milliseconds pause) {
  if (agent_.is_reachable()) {
    (void)agent_.report_trouble(error.what, clock_.now().wall + pause);
  }
  if (error.what == trouble_) return;
  trouble_ = error.what;
  log::write(
      log::Level::error,
      fmt::format("{} (next try in {} s)", error.what,
                  std::chrono::ceil<std::chrono::seconds>(pause).count()));
  surroundings_.status("In trouble: " + error.what);
}

void Loop::succeeded() {
  surroundings_.status("The agent is up to date");
  if (trouble_.empty()) return;
  trouble_.clear();
  log::write(log::Level::notice, "the agent is up to date again");
}

}  // namespace mfa::connector
