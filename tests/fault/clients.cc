// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fault/clients.h"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "agent/methods/throttle.h"
#include "tests/bench/harness/wire_client.h"

namespace mfa::fault {
namespace {

using harness::Enrolled;
using harness::WireClient;

// Above any delay of a working agent.
constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kNothingToDo{5};

// Wrong answers from one source, so that its pause never begins, and sources,
// so that strangers' share of the method's failures is not used up.
constexpr std::size_t kGuessesPerSource = kFailuresBeforePause - 1;
constexpr std::size_t kSources = kMaxUnfamiliarFailures / kGuessesPerSource - 2;

constexpr char kOwnersAddress[] = "192.0.2.1";

// The verdict on one answer; nullopt when the agent went away first.
// `before_answer` runs when the question is there and the answer about to go.
template <class BeforeAnswer>
std::optional<wire::Verdict> play(const World& world, const std::string& user,
                                  const std::string& source,
                                  const std::string& code,
                                  BeforeAnswer before_answer) {
  const auto client = WireClient::connect(world.files.socket(), kPatience);
  if (!client) return std::nullopt;
  const auto ask = client->begin(user, source);
  if (!ask) return std::nullopt;
  before_answer();
  auto reply = client->answer(*ask, code);
  if (!reply || !std::holds_alternative<wire::Verdict>(*reply)) {
    return std::nullopt;
  }
  return std::get<wire::Verdict>(std::move(*reply));
}

std::string base32_to_hex(const std::string& text) {
  std::string bytes;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const unsigned value = c >= '2' && c <= '7'
                               ? static_cast<unsigned>(c - '2') + 26
                               : static_cast<unsigned>(c - 'A');
    bits = bits << 5 | (value & 31);
    held += 5;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> held & 255);
    }
  }
  return harness::to_hex(bytes);
}

// What `mfactl --json method add` prints; nullopt when it is not that.
std::optional<Enrollment> parse_enrollment(const std::string& user,
                                           const std::string& text) {
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object() || !object.contains("id") ||
      !object.contains("otpauth")) {
    return std::nullopt;
  }
  const std::string uri = object["otpauth"];
  const std::string key = "secret=";
  const std::size_t begin = uri.find(key);
  if (begin == std::string::npos) return std::nullopt;
  const std::string secret =
      uri.substr(begin + key.size(), uri.find('&', begin) - begin - key.size());
  return Enrollment{user, object["id"], base32_to_hex(secret)};
}

}  // namespace

void Trigger::acknowledged() {
  const pid_t agent = agent_.exchange(0);
  if (agent != 0) ::kill(agent, SIGKILL);
}

Owner::Owner(const World& world, Ledger& ledger, Trigger& trigger,
             std::size_t first, std::size_t stride)
    : world_(world),
      ledger_(ledger),
      trigger_(trigger),
      first_(first),
      stride_(stride),
      next_(first),
      newest_step_(world.owners.size(), 0) {}

bool Owner::send(std::size_t handle) {
  const SentCode sent = ledger_.code(handle);
  const auto verdict =
      play(world_, world_.owners[sent.owner].name, kOwnersAddress, sent.code,
           [&] { ledger_.will_send(handle); });
  if (!verdict) return false;
  trigger_.acknowledged();
  ledger_.told(verdict->correlation_id);
  if (verdict->outcome == wire::Outcome::allow) ledger_.accepted(handle);
  if (verdict->outcome == wire::Outcome::wrong) ledger_.refused(handle);
  return true;
}

bool Owner::replay_one() {
  const std::size_t handle = to_replay_.front();
  to_replay_.pop_front();
  // An older code is refused for its age, which would prove nothing.
  const std::int64_t oldest_valid = unix_seconds() / kStepSeconds - 1;
  return ledger_.code(handle).step < oldest_valid || send(handle);
}

// One owner whose code of this step has not been sent yet, if there is one.
bool Owner::sign_in_one() {
  const std::int64_t now = unix_seconds();
  const std::int64_t step = now / kStepSeconds;
  if (newest_step_[next_] >= step) {
    std::this_thread::sleep_for(kNothingToDo);
    return true;
  }
  newest_step_[next_] = step;
  const std::size_t handle = ledger_.add_code(
      next_, step, harness::code_at(world_.owners[next_].seed_hex, now));
  next_ += stride_;
  if (next_ >= world_.owners.size()) next_ = first_;
  sent_.push_back(handle);
  return send(handle);
}

void Owner::run(const std::atomic<bool>& stop) {
  to_replay_ = std::exchange(sent_, {});
  while (!stop) {
    if (!(to_replay_.empty() ? sign_in_one() : replay_one())) break;
  }
}

Guesser::Guesser(const World& world, Ledger& ledger, Trigger& trigger,
                 std::uint64_t seed, std::size_t first, std::size_t stride)
    : world_(world),
      ledger_(ledger),
      trigger_(trigger),
      random_(seed),
      first_(first),
      stride_(stride) {}

// Round by round through its people, then on to the next source.
bool Guesser::guess_one() {
  const std::size_t people = world_.guessed.size() / stride_;
  const std::size_t turn = next_ / people;
  const std::size_t source_number = turn / kGuessesPerSource;
  if (source_number >= kSources) {
    std::this_thread::sleep_for(kNothingToDo);
    return true;
  }
  const Enrolled& person = world_.guessed[first_ + next_ % people * stride_];
  const std::string source = fmt::format("198.51.100.{}", source_number + 1);
  ++next_;
  const auto verdict =
      play(world_, person.name, source, wrong_code(person, random_),
           [&] { ledger_.will_guess(person.name, source); });
  if (!verdict) return false;
  trigger_.acknowledged();
  ledger_.told(verdict->correlation_id);
  if (verdict->outcome == wire::Outcome::wrong) {
    ledger_.told_wrong(person.name, source);
  }
  return true;
}

void Guesser::run(const std::atomic<bool>& stop) {
  while (!stop && guess_one()) continue;
}

void Administrator::run(const std::atomic<bool>& stop) {
  while (!stop && next_ < world_.newcomers.size()) {
    const std::string& user = world_.newcomers[next_++].name;
    const harness::Output output =
        harness::run({world_.mfactl, "--config", world_.files.config(),
                      "--json", "method", "add", user, "totp", "--no-confirm"},
                     world_.workspace.below("mfactl.log"));
    if (output.status != 0) continue;
    trigger_.acknowledged();
    if (auto enrollment = parse_enrollment(user, output.text)) {
      ledger_.enrolled(std::move(*enrollment));
    }
  }
}

bool signs_in(const World& world, const Enrolled& person) {
  const auto verdict =
      play(world, person.name, kOwnersAddress,
           harness::code_at(person.seed_hex, unix_seconds()), [] {});
  return verdict && verdict->outcome == wire::Outcome::allow;
}

}  // namespace mfa::fault
