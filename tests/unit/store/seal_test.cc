// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/seal.h"

#include <array>

#include "agent/store/text_list.h"
#include "agent/store/wal_file.h"
#include "tests/unit/store/fixture.h"

namespace mfa::test {
namespace {

Seal seal_with(char key) {
  return std::move(*Seal::with_key(Secret(std::string(32, key))));
}

TEST("what is sealed opens for its owner only") {
  SeededRandom random;
  const Seal seal = seal_with('k');
  const std::string sealed = seal.seal("seed", {"alice", "id", 1}, random);
  assert_true(seal.open(sealed, {"alice", "id", 1})->equals("seed"));
  assert_false(seal.open(sealed, {"bob", "id", 1}).has_value());
  assert_false(seal.open(sealed, {"alice", "other", 1}).has_value());
  assert_false(seal.open(sealed, {"alice", "id", 2}).has_value());
  // Length-prefixed: the border between the fields cannot move.
  assert_false(seal.open(sealed, {"alicei", "d", 1}).has_value());
  assert_false(seal_with('x').open(sealed, {"alice", "id", 1}).has_value());
}

TEST("no changed or shortened byte of a sealed seed opens") {
  SeededRandom random;
  const Seal seal = seal_with('k');
  const std::string sealed = seal.seal("seed", {"alice", "id", 1}, random);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    assert_false(seal.open(changed, {"alice", "id", 1}).has_value());
    assert_false(
        seal.open(sealed.substr(0, i), {"alice", "id", 1}).has_value());
  }
}

TEST("the same seed sealed twice looks different each time") {
  SeededRandom random;
  const Seal seal = seal_with('k');
  assert_true(seal.seal("seed", {"a", "b", 1}, random) !=
              seal.seal("seed", {"a", "b", 1}, random));
}

TEST("a master key of another length is refused") {
  assert_false(Seal::with_key(Secret(std::string(31, 'k'))).has_value());
}

TEST("a list in a column comes back whatever is in it (property)") {
  SeededRandom random(7);
  for (int round = 0; round < 1000; ++round) {
    std::vector<std::string> list(random.below(5));
    for (auto& element : list) {
      element.resize(random.below(12));
      for (auto& c : element) c = "0:9,\n\"\xff a"[random.below(9)];
    }
    assert_true(decode_list(encode_list(list)) == list);
  }
}

TEST("what is no list is not taken for one") {
  for (const char* text : {"x", "1", "5:abc", "-1:", ":", "1:ab", "1;a",
                           "99999999999999999999:a"}) {
    assert_false(decode_list(text).has_value());
  }
  assert_false(decode_policies("3:1:a").has_value());
  assert_false(decode_policies("10:1:a4:bogus").has_value());
}

TEST("a log header is SQLite's, or empty, or no header at all") {
  std::array<std::uint8_t, 32> header{};
  assert_true(is_wal_header(header));  // lost in a power cut
  assert_true(is_wal_header({header.data(), 5}));
  header[0] = 0x37;
  assert_false(is_wal_header(header));
}

}  // namespace
}  // namespace mfa::test
