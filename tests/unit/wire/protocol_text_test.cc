// SPDX-License-Identifier: BSD-3-Clause
//
// PROTOCOL.md and the seed corpus say what the code does. Runs from the top of
// the tree, as `make check` does.
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/check.h"
#include "tests/unit/wire/samples.h"
#include "wire/codec.h"

namespace mfa::wire {
namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) fail_msg("%s cannot be read from here", path.c_str());
  return {std::istreambuf_iterator<char>(file), {}};
}

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

struct Dump {
  std::string name;
  Bytes bytes;
};

// The bytes of a line "03 00 05 61 6c 69 63 65   user: alice".
void add_line(const std::string& line, Bytes& bytes) {
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  for (std::size_t i = 0; i + 1 < line.size(); i += 3) {
    if (!is_hex(line[i]) || !is_hex(line[i + 1])) return;
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoul(line.substr(i, 2), nullptr, 16)));
    if (line.substr(i + 2, 2) == "  ") return;
  }
}

// Every block fenced by ```hex; "# NAME" begins a message.
std::vector<Dump> dumps_of(const std::string& markdown) {
  std::vector<Dump> dumps;
  std::istringstream lines(markdown);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      inside = line == "```hex";
    } else if (inside && line.starts_with("# ")) {
      dumps.push_back({line.substr(2, line.find(' ', 2) - 2), {}});
    } else if (inside && !dumps.empty()) {
      add_line(line, dumps.back().bytes);
    }
  }
  return dumps;
}

TEST("the example in PROTOCOL.md is what the codec writes and reads") {
  const auto dumps = dumps_of(content("wire/PROTOCOL.md"));
  const auto dialog = samples::sign_in();
  assert_int_equal(dumps.size(), dialog.size());
  for (std::size_t i = 0; i < dumps.size(); ++i) {
    assert_string_equal(dumps[i].name.c_str(), dialog[i].name.c_str());
    if (encode(dialog[i].message) != dumps[i].bytes) {
      fail_msg("message %zu, %s, has other bytes", i + 1,
               dumps[i].name.c_str());
    }
    const Decoded decoded = decode(dumps[i].bytes);
    if (!decoded.message) fail_msg("message %zu: %s", i + 1, decoded.error);
  }
}

TEST("the limits in PROTOCOL.md are those of the code") {
  const std::string text = content("wire/PROTOCOL.md");
  const std::pair<const char*, std::size_t> limits[] = {
      {"kMaxDatagram", kMaxDatagram},
      {"kMaxUserName", kMaxUserName},
      {"kMaxServiceName", kMaxServiceName},
      {"kMaxItem", kMaxItem},
      {"kMaxSshAuthInfo", kMaxSshAuthInfo},
      {"kMaxAnswer", kMaxAnswer},
      {"kMaxText", kMaxText},
      {"kMaxCorrelationId", kMaxCorrelationId},
  };
  for (const auto& [name, value] : limits) {
    const std::string row =
        "| `" + std::string(name) + "` | " + std::to_string(value) + " |";
    if (text.find(row) == text.npos) fail_msg("no row %s", row.c_str());
  }
}

TEST("the fuzzer's seed corpus holds one current message of each kind") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const std::string path = "tests/fuzz/corpus/wire/" + name;
    if (encode(message) != bytes_of(content(path))) {
      fail_msg("%s is out of date: make fuzz-corpus", path.c_str());
    }
  }
}

}  // namespace
}  // namespace mfa::wire
