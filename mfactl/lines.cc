// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <utility>

#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

constexpr std::size_t kOutputBytes = 64 << 10;  // a pipe holds as much

}  // namespace

std::optional<LineReader::Line> LineReader::take_line() {
  const std::string_view unseen(buffer_.data() + scanned_, end_ - scanned_);
  const std::size_t newline = unseen.find('\n');
  if (newline == unseen.npos) {
    scanned_ = end_;
    return std::nullopt;
  }
  const std::size_t line_end = scanned_ + newline;
  Line line{{buffer_.data() + begin_, line_end - begin_}, false};
  begin_ = scanned_ = line_end + 1;
  if (std::exchange(skipping_, false)) line = {{}, true};
  return line;
}

// What stands behind the last end of a line.
std::optional<LineReader::Line> LineReader::take_rest() {
  if (std::exchange(skipping_, false)) return Line{{}, true};
  if (begin_ == end_) return std::nullopt;
  const std::size_t from = std::exchange(begin_, end_);
  return Line{{buffer_.data() + from, end_ - from}, false};
}

void LineReader::make_room() {
  if (end_ - begin_ == buffer_.size()) {
    skipping_ = true;
    begin_ = end_;
  }
  if (skipping_) begin_ = end_;
  memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  scanned_ -= begin_;
  begin_ = 0;
}

Result<bool> LineReader::fill() {
  while (true) {
    const ssize_t got = read(fd_, buffer_.data() + end_, buffer_.size() - end_);
    if (got > 0) end_ += static_cast<std::size_t>(got);
    if (got >= 0) return got > 0;
    if (errno != EINTR) {
      return error(ErrorKind::unavailable,
                   words::cannot_read_input(strerror(errno)));
    }
  }
}

Result<std::optional<LineReader::Line>> LineReader::next() {
  while (!ended_) {
    if (const auto line = take_line()) return line;
    make_room();
    const auto more = fill();
    if (!more) return tl::unexpected(more.error());
    ended_ = !*more;
  }
  return take_rest();
}

bool LineReader::has_line() const {
  return memchr(buffer_.data() + scanned_, '\n', end_ - scanned_) != nullptr;
}

Result<> BufferedOutput::wrote() {
  return text_.size() < kOutputBytes ? Result<>() : flush();
}

Result<> BufferedOutput::flush() {
  std::string_view left = text_;
  while (!left.empty()) {
    const ssize_t got = write(fd_, left.data(), left.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return error(ErrorKind::unavailable,
                   words::cannot_write(strerror(errno)));
    }
    left.remove_prefix(static_cast<std::size_t>(got));
  }
  text_.clear();
  return {};
}

}  // namespace mfa::mfactl
