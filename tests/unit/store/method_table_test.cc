// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/method_table.h"

#include <fstream>

#include "agent/store/people.h"
#include "agent/store/schema.h"
#include "agent/store/state_row.h"
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

TEST(
    "a step is spent in the database itself, whatever was checked before "
    "(R-34)") {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/state.db";
  std::ofstream(path).close();
  auto database = std::move(*Database::open(path));
  assert_true(migrate(*database).has_value());
  SeededRandom random;
  const auto seal = Seal::with_key(Secret(std::string(32, 'k')));
  insert_state(*database, *seal, random);
  Transaction transaction{*database, *seal, random, FakeClock().now(), {}};
  save_uid(transaction, "alice", 1000);
  Method method{.id = "00",
                .person = user("alice"),
                .label = "Phone",
                .totp = {},
                .state = MethodState::active,
                .created = transaction.now.wall,
                .last_used = {}};
  insert_method(transaction, method, "seed");
  const auto spend = [&](std::int64_t step) {
    method.last_accepted_step = step;
    return spend_step(transaction, method);
  };
  assert_true(spend(5));
  assert_false(spend(5));
  assert_false(spend(4));
  assert_int_equal(load_methods(transaction, "alice")[0].last_accepted_step, 5);
  assert_true(spend(6));
  method.id = "of nobody";
  assert_false(spend(7));
  assert_false(database->failed());
}

}  // namespace
}  // namespace mfa::test
