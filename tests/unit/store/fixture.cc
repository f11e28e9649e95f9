// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/store/fixture.h"

#include <fmt/format.h>
#include <liboath/oath.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <condition_variable>
#include <set>

namespace mfa::test {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = "/tmp/mfa-store-XXXXXX";
  assert_non_null(mkdtemp(name.data()));
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Now FakeClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

void FakeClock::pass(std::chrono::microseconds time) {
  const std::lock_guard lock(mutex_);
  now_.wall += time;
  now_.since_boot += time;
}

void FakeClock::step_wall(std::chrono::microseconds time) {
  const std::lock_guard lock(mutex_);
  now_.wall += time;
}

void FakeClock::reboot() {
  const std::lock_guard lock(mutex_);
  now_.since_boot = std::chrono::seconds(5);
  now_.boot_id = fmt::format("boot-{}", ++boots_);
}

std::uint64_t SeededRandom::number() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

void SeededRandom::fill(std::span<std::uint8_t> bytes) {
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(number());
}

std::string code_at(std::string_view seed, Instant time,
                    const TotpParameters& totp) {
  const int flags = totp.algorithm == OtpAlgorithm::sha1 ? 0
                    : totp.algorithm == OtpAlgorithm::sha256
                        ? OATH_TOTP_HMAC_SHA256
                        : OATH_TOTP_HMAC_SHA512;
  char code[16] = {};
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  assert_int_equal(oath_init(), OATH_OK);
  assert_int_equal(
      oath_totp_generate2(seed.data(), seed.size(), seconds.count(),
                          totp.period, 0, totp.digits, flags, code),
      OATH_OK);
  return code;
}

Source address(const std::string& text) {
  return {Source::Kind::address, Address::parse(text)};
}

UserName user(const std::string& name) { return *UserName::parse(name); }

// Each host has its own key and ids, the same in every run.
static std::uint64_t next_seed() {
  static std::uint64_t hosts = 0;
  return ++hosts << 32;
}

Host::Host() : random(next_seed()) {
  settings.state_directory = directory.path() + "/state";
  settings.runtime_directory = directory.path() + "/run";
  assert_int_equal(mkdir(settings.runtime_directory.c_str(), 0700), 0);
}

Result<> Host::start() {
  const StateFiles found = find_state(settings.state_directory, std::nullopt);
  settings.may_create = !found.database && !found.key_path;
  auto key = found.key_path ? read_key(*found.key_path)
                            : create_key(settings.state_directory, random);
  if (!key) return tl::unexpected(key.error());
  auto opened = Store::open(settings, std::move(*key), clock, random,
                            [this](const Error& error) { broken = error; });
  if (!opened) return tl::unexpected(opened.error());
  store = std::move(*opened);
  return {};
}

void Host::restart() {
  stop();
  const auto started = start();
  if (!started) fail_msg("%s", started.error().what.c_str());
}

void Host::start_on_fixture(const std::string& name) {
  namespace fs = std::filesystem;
  fs::create_directory(settings.state_directory);
  fs::permissions(settings.state_directory, fs::perms::owner_all);
  for (const char* each : {"state.db", "master.key"}) {
    fs::copy_file("tests/fixtures/" + name + '/' + each, file(each));
    fs::permissions(file(each), fs::perms::owner_read | fs::perms::owner_write);
  }
  restart();
}

BoundMethod Host::bind(const std::string& person, std::uint32_t uid,
                       const std::string& label) {
  auto bound = wait_for<BoundMethod>([&](auto done) {
    store->add_method({user(person), uid, label, {}, true}, done);
  });
  if (!bound) fail_msg("%s", bound.error().what.c_str());
  return std::move(*bound);
}

Attempt Host::make_attempt(const std::string& person, const std::string& code,
                           const Source& source) {
  Attempt attempt;
  attempt.person = person;
  attempt.account_known = true;
  attempt.uid = 1000;
  attempt.source = source;
  attempt.code = Secret(code);
  attempt.record.id =
      fmt::format("00000000-0000-4000-8000-{:012}", ++sign_ins_made);
  attempt.record.created = clock.now().wall;
  attempt.record.user = person;
  attempt.record.source = source.key();
  return attempt;
}

Result<AttemptResult> Host::try_attempt(Attempt attempt) {
  return wait_for<AttemptResult>(
      [&](auto done) { store->attempt(std::move(attempt), done); });
}

Reason Host::answer(const std::string& person, const std::string& code,
                    const Source& source) {
  const auto result = try_attempt(make_attempt(person, code, source));
  if (!result) fail_msg("%s", result.error().what.c_str());
  return result->reason;
}

void Host::fail_patiently(const std::string& person, const Source& source,
                          const std::string& code) {
  while (answer(person, code, source) == Reason::paused) {
    clock.pass(std::chrono::minutes(30));
  }
}

std::string Host::code_now(const BoundMethod& method) const {
  return code_at(method.seed.reveal(), clock.now().wall, method.method.totp);
}

std::string Host::wrong_code(const BoundMethod& method) const {
  std::set<std::string> near;
  for (int step = -30; step <= 30; ++step) {
    near.insert(code_at(method.seed.reveal(),
                        clock.now().wall + std::chrono::seconds(30) * step,
                        method.method.totp));
  }
  int guess = 0;
  while (near.count(fmt::format("{:06}", guess)) != 0) ++guess;
  return fmt::format("{:06}", guess);
}

PersonState Host::person(const std::string& name) {
  return *wait_for<PersonState>(
      [&](auto done) { store->find_person(name, done); });
}

PersonDetail Host::detail(const std::string& name) {
  return *wait_for<PersonDetail>(
      [&](auto done) { store->person_detail(user(name), done); });
}

std::vector<SignInRecord> Host::log(SignInQuery query) {
  return *wait_for<std::vector<SignInRecord>>(
      [&](auto done) { store->sign_ins(query, done); });
}

std::string Host::file(const std::string& name) const {
  return settings.state_directory + '/' + name;
}

PersonDetail assert_knows_alice(Host& host) {
  PersonDetail alice = host.detail("alice");
  assert_int_equal(alice.state.methods.size(), 1);
  const Method& phone = alice.state.methods[0];
  assert_string_equal(phone.label.c_str(), kPhone);
  assert_true(phone.state == MethodState::active);
  assert_int_equal(phone.last_accepted_step, 1800000000 / 30);
  assert_int_equal(phone.failures_unfamiliar, 1);
  assert_int_equal(*alice.state.registered_uid, 1000);
  assert_string_equal(alice.familiar_sources.at(0).c_str(), "192.0.2.1");
  assert_string_equal(alice.throttled.at(0).source.c_str(), "198.51.100.7");
  return alice;
}

}  // namespace mfa::test
