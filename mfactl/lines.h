// SPDX-License-Identifier: BSD-3-Clause
//
// Lines in, text out, both through buffers of constant size, so that a file of
// any length can be worked through.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace mfa::mfactl {

class LineReader {
 public:
  struct Line {
    std::string_view text;  // without its end; valid until the next call
    bool too_long = false;  // then `text` is empty
  };

  // `fd` is borrowed. Lines longer than `longest` bytes are skipped.
  LineReader(int fd, std::size_t longest) : fd_(fd), buffer_(longest + 1) {}

  // nullopt: there are no more. A last line may lack its end. An error
  // (`unavailable`) ends it too.
  Result<std::optional<Line>> next();

  // A whole line is here already; else next() may have to wait for one.
  bool has_line() const;

 private:
  std::optional<Line> take_line();
  std::optional<Line> take_rest();
  void make_room();
  Result<bool> fill();  // false: end of file

  int fd_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;    // of what is not taken yet
  std::size_t scanned_ = 0;  // no line ends between begin_ and here
  std::size_t end_ = 0;
  bool skipping_ = false;  // in a line that is too long
  bool ended_ = false;
};

// Collects text for a descriptor. Nothing is written unless a buffer is full
// or flush() is called.
class BufferedOutput {
 public:
  explicit BufferedOutput(int fd) : fd_(fd) {}

  // To append to. Call `wrote` afterwards.
  std::string& text() { return text_; }
  Result<> wrote();
  Result<> flush();

 private:
  int fd_;
  std::string text_;
};

}  // namespace mfa::mfactl
