// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/lines.h"

#include <unistd.h>

#include "agent/base/unique_fd.h"
#include "tests/check.h"

namespace mfa::mfactl {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }
  void write(std::string_view text) const {
    assert_int_equal(::write(writing.get(), text.data(), text.size()),
                     static_cast<ssize_t>(text.size()));
  }
  UniqueFd reading;
  UniqueFd writing;
};

std::string next(LineReader& reader) {
  const auto line = reader.next();
  assert_true(line.has_value());
  if (!*line) return "<end>";
  return (*line)->too_long ? "<too long>" : std::string((*line)->text);
}

}  // namespace

TEST("lines are read one by one, the last one also without its end") {
  Pipe pipe;
  pipe.write("a\n\nbc\nd");
  pipe.writing.reset();
  LineReader reader(pipe.reading.get(), 8);
  for (const char* expected : {"a", "", "bc", "d", "<end>", "<end>"}) {
    assert_string_equal(next(reader).c_str(), expected);
  }
}

TEST("a line of exactly the limit is taken, a longer one is skipped") {
  Pipe pipe;
  pipe.write("12345678\n123456789\n" + std::string(100, 'x') + "\nok\n" +
             std::string(50, 'y'));
  pipe.writing.reset();
  LineReader reader(pipe.reading.get(), 8);
  for (const char* expected :
       {"12345678", "<too long>", "<too long>", "ok", "<too long>", "<end>"}) {
    assert_string_equal(next(reader).c_str(), expected);
  }
}

TEST("a reader tells whether the next line has to be waited for") {
  Pipe pipe;
  pipe.write("a\nb\nc");
  LineReader reader(pipe.reading.get(), 8);
  assert_false(reader.has_line());
  assert_string_equal(next(reader).c_str(), "a");
  assert_true(reader.has_line());
  assert_string_equal(next(reader).c_str(), "b");
  assert_false(reader.has_line());
  pipe.write("d\n");
  assert_string_equal(next(reader).c_str(), "cd");
}

TEST("what cannot be read is an error and no end") {
  const auto line = LineReader(-1, 8).next();
  assert_false(line.has_value());
}

TEST("output is kept until it is many, and what cannot be written is told") {
  Pipe pipe;
  BufferedOutput output(pipe.writing.get());
  output.text() += "answer\n";
  assert_true(output.wrote().has_value());
  assert_string_equal(output.text().c_str(), "answer\n");
  assert_true(output.flush().has_value());
  char got[7];
  assert_int_equal(read(pipe.reading.get(), got, sizeof got), 7);
  BufferedOutput nowhere(-1);
  nowhere.text() += std::string(1 << 20, 'x');
  assert_false(nowhere.wrote().has_value());
}

}  // namespace mfa::mfactl
