// SPDX-License-Identifier: BSD-3-Clause
//
// What decodes re-encodes to the same bytes, for messages of our own and for
// damaged ones.
#include "tests/check.h"
#include "tests/unit/wire/arbitrary.h"
#include "tests/unit/wire/samples.h"

namespace mfa::wire {
namespace {

constexpr int kRounds = 100'000;

// Fails with the seed that repeats it.
void check(bool condition, const char* what) {
  if (condition) return;
  arbitrary::print_seed();
  fail_msg("%s", what);
}

TEST("every kind of message survives the wire with all its fields") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const auto bytes = encode(message);
    if (!bytes) fail_msg("%s does not encode", name.c_str());
    const Decoded decoded = decode(*bytes);
    if (!decoded.message) fail_msg("%s: %s", name.c_str(), decoded.error);
    if (!arbitrary::same(message, *decoded.message)) {
      fail_msg("%s came back changed", name.c_str());
    }
  }
}

TEST("any message decodes to itself and re-encodes to the same bytes") {
  arbitrary::Generator generator;
  for (int i = 0; i < kRounds; ++i) {
    const Message message = generator.message();
    const auto bytes = encode(message);
    check(bytes.has_value(), "a message within all limits does not encode");
    check(bytes->size() <= kMaxDatagram, "a message above the datagram limit");
    const Decoded decoded = decode(*bytes);
    check(decoded.message.has_value(), "an encoded message does not decode");
    check(arbitrary::same(message, *decoded.message),
          "a message came back "
          "changed");
    check(encode(*decoded.message) == bytes, "re-encoding changed the bytes");
  }
}

TEST("damaged bytes are refused or are another message's only encoding") {
  arbitrary::Generator generator;
  int refused = 0;
  for (int i = 0; i < kRounds; ++i) {
    const Bytes bytes =
        generator.wounded(encode(generator.message()).value_or(Bytes()));
    const Decoded decoded = decode(bytes);
    check(decoded.message.has_value() == (decoded.error == nullptr),
          "a message beside an error, or neither");
    if (decoded.message) {
      check(encode(*decoded.message) == bytes, "re-encoding changed the bytes");
    } else {
      ++refused;
    }
  }
  // Otherwise one of the two branches was hardly tried.
  check(refused > kRounds / 10, "the damage does too little");
  check(refused < kRounds * 98 / 100, "the damage does too much");
}

TEST("random bytes behind a good header never decode to something else") {
  arbitrary::Generator generator;
  for (int i = 0; i < kRounds; ++i) {
    Bytes bytes(2 + generator.below(40));
    for (auto& byte : bytes) {
      byte = static_cast<std::uint8_t>(generator.below(generator.one_of(
          {std::size_t{4}, std::size_t{32}, std::size_t{256}})));
    }
    bytes[0] = kVersion;
    bytes[1] = generator.one_of<std::uint8_t>({1, 2, 3, 16, 17, 18});
    const Decoded decoded = decode(bytes);
    if (decoded.message) {
      check(encode(*decoded.message) == bytes, "re-encoding changed the bytes");
    }
  }
}

}  // namespace
}  // namespace mfa::wire
