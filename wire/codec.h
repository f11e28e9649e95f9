// SPDX-License-Identifier: BSD-3-Clause
//
// Bytes <-> messages. What decodes re-encodes to the same bytes; what breaks
// any rule of PROTOCOL.md does not decode. Pure: no I/O, no state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "wire/message.h"

namespace mfa::wire {

// May hold an answer: wipe() it after use.
using Bytes = std::vector<std::uint8_t>;

// nullopt when a value breaks a limit or is not text; nothing is cut short.
std::optional<Bytes> encode(const Message& message);

struct Decoded {
  std::optional<Message> message;  // empty: malformed
  const char* error = nullptr;     // why, a static string for the log
};
Decoded decode(std::span<const std::uint8_t> datagram);

// Well-formed UTF-8 without NUL: what every text on the wire must be.
bool is_text(std::string_view bytes);

// Whether `answer` can be an answer of that form (and is within kMaxAnswer).
bool has_form(std::string_view answer, AnswerForm form);

}  // namespace mfa::wire
