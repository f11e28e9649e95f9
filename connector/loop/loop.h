// SPDX-License-Identifier: BSD-3-Clause
//
// The connector's one page: bring the agent up to date, wait for news, do what
// the agent asks, and after a failure wait longer each time.
//
// What a sign-in decides by is in the agent. Whatever fails here, the last
// good generation stays in force there.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/base/result.h"
#include "connector/agent/agent.h"
#include "connector/loop/surroundings.h"
#include "connector/model/source.h"
#include "connector/schedule/back_off.h"

namespace mfa::connector {

// A directory that always has news is asked this often at most.
inline constexpr std::chrono::milliseconds kLeastGap{1000};

// A connection that held for so long worked: its end is no repetition.
inline constexpr std::chrono::seconds kSteady{60};

// Reports that could not be made and are kept here; the agent has them all,
// and gives those again that were not done.
inline constexpr std::size_t kMaxUndone = 1000;

class Loop {
 public:
  // All of them outlive the loop.
  Loop(Agent& agent, Source& source, Surroundings& surroundings,
       const Clock& clock, Random& random);

  // Comes back when the configuration is to be read again.
  void run();

  // One refresh.
  Result<> run_once();

 private:
  using Time = std::chrono::microseconds;  // since boot
  enum class Next { go_on, refresh, agent_is_gone, reload };

  Result<> bring_up_to_date();
  void refresh();
  void wait_for_news();
  void held_out();
  void broke_off(Time waiting_since);
  void rest(std::chrono::milliseconds pause);
  void be_quiet(std::chrono::milliseconds pause);

  Next attend(Surroundings::Happened happened);
  void act_on(Next next);
  Next take_work();
  void report(const Work& work);
  void put_off(const Work& work);
  void report_failed(const Work& work, const Error& error);
  void report_undone();

  void failed(const Error& error, std::chrono::milliseconds pause);
  void succeeded();
  std::chrono::milliseconds pause_after_failure();
  Time now() const { return clock_.now().since_boot; }
  std::chrono::milliseconds until(Time time) const;

  Agent& agent_;
  Source& source_;
  Surroundings& surroundings_;
  const Clock& clock_;
  Random& random_;
  BackOff directory_back_off_;
  BackOff agent_back_off_;
  BackOff report_back_off_;

  bool is_over_ = false;
  bool is_up_to_date_ = false;
  Time refreshed_{};     // when the last refresh began
  std::string trouble_;  // as logged last; "": none

  std::map<std::int64_t, Work> undone_;
  Time report_again_{};
  std::string report_trouble_;  // as logged last
};

}  // namespace mfa::connector
