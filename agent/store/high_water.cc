// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/high_water.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "agent/store/database.h"

namespace mfa {
namespace {

constexpr char kMarkName[] = "commit-mark";

// generation, time, authenticator: in the machine's byte order, for a mark
// never leaves the machine.
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kMarkBytes = 2 * kNumberBytes + kMacBytes;

void append(std::string& out, const void* number) {
  out.append(static_cast<const char*>(number), kNumberBytes);
}

std::string encode_numbers(const CommitMark& mark) {
  const std::int64_t committed = to_stored(mark.committed);
  std::string bytes;
  append(bytes, &mark.generation);
  append(bytes, &committed);
  return bytes;
}

CommitMark decode_numbers(std::string_view bytes) {
  CommitMark mark;
  std::int64_t committed = 0;
  std::memcpy(&mark.generation, bytes.data(), kNumberBytes);
  std::memcpy(&committed, bytes.data() + kNumberBytes, kNumberBytes);
  mark.committed = from_stored(committed);
  return mark;
}

UniqueFd open_mark(int directory) {
  return UniqueFd(openat(directory, kMarkName,
                         O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                         0600));
}

}  // namespace

HighWater::HighWater(const Seal& seal, std::string store_id,
                     int state_directory, const std::string& runtime_directory)
    : seal_(seal), store_id_(std::move(store_id)) {
  files_[0] = open_mark(state_directory);
  const UniqueFd runtime(
      open(runtime_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (runtime) files_[1] = open_mark(runtime.get());
}

std::optional<CommitMark> HighWater::read(const UniqueFd& file) const {
  std::array<char, kMarkBytes> bytes{};
  if (!file || pread(file.get(), bytes.data(), bytes.size(), 0) !=
                   static_cast<ssize_t>(bytes.size())) {
    return std::nullopt;
  }
  const std::string_view text(bytes.data(), bytes.size());
  const std::string_view numbers = text.substr(0, 2 * kNumberBytes);
  const Secret genuine(seal_.authenticate(store_id_ + std::string(numbers)));
  if (!genuine.equals(text.substr(numbers.size()))) return std::nullopt;
  return decode_numbers(numbers);
}

std::optional<CommitMark> HighWater::furthest() const {
  std::optional<CommitMark> best;
  for (const UniqueFd& file : files_) {
    const auto mark = read(file);
    if (mark && (!best || mark->generation > best->generation)) best = mark;
  }
  return best;
}

void HighWater::write(const CommitMark& mark) const {
  std::string bytes = encode_numbers(mark);
  bytes += seal_.authenticate(store_id_ + bytes);
  for (const UniqueFd& file : files_) {
    // A full disk must not stop a sign-in that is already committed; the
    // mark is then merely older.
    if (file && pwrite(file.get(), bytes.data(), bytes.size(), 0) < 0) continue;
  }
}

}  // namespace mfa
