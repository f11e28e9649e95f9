// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/store/confirming.h"

#include <fmt/format.h>

namespace mfa::test {

RememberedMfa ConfirmingHost::remembered() const {
  const Now now = clock.now();
  return {.uid = 1000,
          .target_user = "root",
          .service = "sshd",
          .source = "192.0.2.1",
          .device = "laptop",
          .terminal = "ssh",
          .boot_id = now.boot_id,
          .policy_hash = "p1",
          .methods = "password,softwareOath",
          .verified = now.wall};
}

void ConfirmingHost::write_record(const std::string& person,
                                  SignInStatus status) {
  Store::Finish finish;
  finish.record.id =
      fmt::format("00000000-0000-4000-9000-{:012}", ++sign_ins_made);
  finish.record.created = clock.now().wall;
  finish.record.user = person;
  finish.record.status = status;
  last_id = finish.record.id;
  const auto written =
      wait_for<void>([&](auto done) { store->finish(finish, done); });
  if (!written) fail_msg("%s", written.error().what.c_str());
}

Result<> ConfirmingHost::confirm(const Confirmation& confirmation) {
  return wait_for<void>([&](auto done) { store->confirm(confirmation, done); });
}

Result<> ConfirmingHost::sign_in(Confirmation confirmation,
                                 SignInStatus status) {
  write_record(confirmation.person, status);
  confirmation.id = last_id;
  return confirm(confirmation);
}

void ConfirmingHost::require_mfa(const std::string& person, bool required) {
  const auto saved = wait_for<void>([&](auto done) {
    store->set_mfa_required(user(person), required, done);
  });
  if (!saved) fail_msg("%s", saved.error().what.c_str());
}

Result<std::uint64_t> ConfirmingHost::forget(const std::string& person) {
  return wait_for<std::uint64_t>(
      [&](auto done) { store->forget_remembered(user(person), done); });
}

}  // namespace mfa::test
