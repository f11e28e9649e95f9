// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/random.h"

#include <algorithm>
#include <vector>

#include "agent/base/uuid.h"
#include "tests/check.h"

namespace mfa {
namespace {

class Constant final : public Random {
 public:
  explicit Constant(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> bytes) override {
    std::fill(bytes.begin(), bytes.end(), byte_);
  }

 private:
  std::uint8_t byte_;
};

TEST("the system's randomness fills all of a buffer, however large") {
  SystemRandom random;
  // More than getrandom() gives without a chance to be interrupted.
  std::vector<std::uint8_t> bytes(1 << 20);
  random.fill(bytes);
  // 64 zero bytes in a row are as likely as one 512-bit guess.
  const std::vector<std::uint8_t> hole(64);
  assert_true(std::search(bytes.begin(), bytes.end(), hole.begin(),
                          hole.end()) == bytes.end());
  random.fill({});
}

TEST("two arrays of random bytes differ") {
  SystemRandom random;
  assert_true(random.array<16>() != random.array<16>());
}

TEST("a UUID has version 4 and its variant, whatever the random bytes") {
  Constant zeros(0);
  Constant ones(0xff);
  assert_string_equal(random_uuid(zeros).c_str(),
                      "00000000-0000-4000-8000-000000000000");
  assert_string_equal(random_uuid(ones).c_str(),
                      "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

}  // namespace
}  // namespace mfa
