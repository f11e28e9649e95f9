// SPDX-License-Identifier: BSD-3-Clause
//
// A secret leaves nothing behind. What it gives back to the heap is looked at
// in the moment before it goes, by an operator delete[] of our own.
#include "wire/secret.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tests/check.h"
#include "wire/codec.h"

namespace {

constexpr std::size_t kWatched = 32;
thread_local const void* watched = nullptr;
thread_local char remains[kWatched];

void look_at(const void* memory) noexcept {
  if (memory == nullptr || memory != watched) return;
  std::copy_n(static_cast<const char*>(memory), kWatched, remains);
  watched = nullptr;
}

}  // namespace

void* operator new[](std::size_t size) {
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete[](void* memory) noexcept {
  look_at(memory);
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  look_at(memory);
  std::free(memory);
}

namespace mfa {
namespace {

const std::string kText = "0123456789abcdef0123456789ABCDEF";
static_assert(kWatched == 32);

void watch(const Secret& secret) {
  std::fill(remains, remains + kWatched, '?');
  watched = secret.reveal().data();
}

// Whether the watched memory was freed, and was all zero by then.
bool was_wiped() {
  return watched == nullptr && std::all_of(remains, remains + kWatched,
                                           [](char c) { return c == '\0'; });
}

TEST("a secret wipes its memory when it ends") {
  {
    const Secret secret(kText);
    watch(secret);
  }
  assert_true(was_wiped());
}

TEST("a secret wipes what it held when another is moved into it") {
  Secret secret(kText);
  watch(secret);
  secret = Secret("other");
  assert_true(was_wiped());
  assert_true(secret.equals("other"));
}

TEST("a moved secret is in one place only and wiped from there") {
  Secret first(kText);
  watch(first);
  {
    const Secret second(std::move(first));
    assert_true(second.equals(kText));
    assert_true(first.empty());
    assert_true(first.reveal().empty());
    assert_ptr_equal(second.reveal().data(), watched);
  }
  assert_true(was_wiped());
}

TEST("a secret moved into itself stays") {
  Secret secret(kText);
  Secret& same = secret;
  secret = std::move(same);
  assert_true(secret.equals(kText));
}

TEST("an answer that was decoded is wiped with its message") {
  wire::Answer answer;
  answer.status = wire::AnswerStatus::given;
  answer.text = Secret(kText);
  const auto bytes = wire::encode(wire::Message(std::move(answer)));
  auto decoded = wire::decode(*bytes);
  watch(*std::get<wire::Answer>(*decoded.message).text);
  decoded.message.reset();
  assert_true(was_wiped());
}

TEST("a duplicate is a copy with a memory and an end of its own") {
  const Secret secret(kText);
  {
    const Secret copy = secret.duplicate();
    assert_true(copy.equals(kText));
    assert_ptr_not_equal(copy.reveal().data(), secret.reveal().data());
    watch(copy);
  }
  assert_true(was_wiped());
  assert_true(secret.equals(kText));
}

TEST("a secret can not be copied, compared with == or made by accident") {
  static_assert(!std::is_copy_constructible_v<Secret>);
  static_assert(!std::is_copy_assignable_v<Secret>);
  static_assert(!std::is_convertible_v<std::string, Secret>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_convertible_v<Secret, bool>);
  static_assert(std::is_nothrow_move_constructible_v<Secret>);
}

TEST("equals sees a difference of one bit at every position") {
  const Secret secret(kText);
  assert_true(secret.equals(kText));
  for (std::size_t i = 0; i < kText.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = kText;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      assert_false(secret.equals(other));
    }
  }
}

TEST("equals sees a difference in length, and two secrets of none") {
  const Secret secret(kText);
  assert_false(secret.equals(""));
  assert_false(secret.equals(kText.substr(1)));
  assert_false(secret.equals(kText.substr(0, kText.size() - 1)));
  assert_false(secret.equals(kText + '\0'));
  assert_true(Secret().equals(""));
  assert_true(Secret("").equals(""));
  assert_false(Secret().equals("a"));
}

TEST("wipe overwrites every byte it is given and no other") {
  char memory[] = "<secret>";
  wipe(memory + 1, 6);
  assert_memory_equal(memory, "<\0\0\0\0\0\0>", 8);
  wipe(nullptr, 0);
}

TEST("wipe leaves nothing in the buffer of a string or a vector") {
  std::string text = kText;
  text.resize(3);  // the rest stands behind the end
  const char* begin = text.data();
  const std::size_t capacity = text.capacity();
  wipe(text);
  assert_true(text.empty());
  assert_ptr_equal(text.data(), begin);
  assert_true(
      std::all_of(begin, begin + capacity, [](char c) { return c == '\0'; }));

  wire::Bytes bytes(kText.begin(), kText.end());
  bytes.resize(3);
  const std::uint8_t* first = bytes.data();
  wipe(bytes);
  assert_true(bytes.empty());
  assert_true(std::all_of(first, first + kText.size(),
                          [](std::uint8_t b) { return b == 0; }));
}

}  // namespace
}  // namespace mfa
