// SPDX-License-Identifier: BSD-3-Clause
//
// The messages between pam_mfa.so and mfa-agent. The bytes are described in
// PROTOCOL.md beside this file; numbers are never reused.
//
// This room knows no socket, no clock and no policy: bytes in, messages out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "wire/secret.h"

namespace mfa::wire {

inline constexpr std::uint8_t kVersion = 1;

// One datagram is one message; longer ones end the connection.
inline constexpr std::size_t kMaxDatagram = 65536;

// Longest values, in bytes. A longer one is malformed.
inline constexpr std::size_t kMaxUserName = 256;     // LOGIN_NAME_MAX
inline constexpr std::size_t kMaxServiceName = 256;  // a file name in pam.d
inline constexpr std::size_t kMaxItem = 1024;        // PAM_RHOST, PAM_TTY, ...
inline constexpr std::size_t kMaxSshAuthInfo = 16384;  // keys, certificates
inline constexpr std::size_t kMaxAnswer = 64;          // any code we ask for
inline constexpr std::size_t kMaxText = 16384;  // a prompt with a QR code
inline constexpr std::size_t kMaxCorrelationId = 64;

enum class Verb : std::uint8_t {
  begin = 1,
  answer = 2,
  cancel = 3,
  ask = 16,
  tell = 17,
  verdict = 18,
};

enum class Phase : std::uint8_t {
  authenticate = 1,
  account = 2,
  password = 3,  // the password that a policy asked for was changed
};

// Binds a VERDICT to its BEGIN.
using Nonce = std::array<std::uint8_t, 16>;
// Binds an ANSWER to its ASK.
using AskId = std::array<std::uint8_t, 8>;
// Proves in the account phase what the auth phase has seen.
using CommitToken = std::array<std::uint8_t, 16>;

// Bits of Begin::flags.
inline constexpr std::uint32_t kFlagSilent = 1;  // PAM_SILENT
inline constexpr std::uint32_t kFlagDisallowNullAuthtok = 2;
inline constexpr std::uint32_t kFlagPasswordGiven = 4;  // PAM_AUTHTOK is set
inline constexpr std::uint32_t kKnownFlags = 7;

struct Begin {
  Phase phase = Phase::authenticate;
  Nonce nonce{};
  std::string user;
  std::string service;
  std::optional<std::string> rhost;
  std::optional<std::string> ruser;
  std::optional<std::string> tty;
  std::optional<std::string> ssh_connection;
  std::optional<std::string> ssh_auth_info;
  std::optional<std::string> locale;
  std::uint32_t flags = 0;
  std::uint32_t time_left_ms = 0;  // until the module gives up
  std::optional<CommitToken> commit_token;
};

enum class AnswerStatus : std::uint8_t {
  given = 1,     // `text` is what the person typed
  empty = 2,     // the person typed nothing
  unusable = 3,  // it cannot be an answer of the form asked for; not sent
  failed = 4,    // the application's conversation failed or gave no response
};

struct Answer {
  AskId ask_id{};
  AnswerStatus status = AnswerStatus::failed;
  std::optional<Secret> text;  // with `given` only
};

struct Cancel {};

enum class Echo : std::uint8_t { on = 1, off = 2 };

// What an answer can look like; lets the module drop what can be none (a
// password that sshd pushed into the prompt, sshd's INCORRECT filler) before
// it leaves the process.
enum class AnswerForm : std::uint8_t {
  digits = 1,  // ASCII digits, spaces and hyphens, at least one digit
  text = 2,    // printable ASCII
};

struct Ask {
  AskId id{};
  Echo echo = Echo::on;
  AnswerForm form = AnswerForm::digits;
  std::string text;
};

enum class TellStyle : std::uint8_t { info = 1, error = 2 };

struct Tell {
  TellStyle style = TellStyle::info;
  std::string text;
};

// How a sign-in ended; the module turns it into a PAM code in one table.
enum class Outcome : std::uint8_t {
  allow = 1,
  wrong = 2,          // wrong, replayed, paused, unknown, not registered
  tries_spent = 3,    // no prompt is left in this call
  policy_denies = 4,  // a policy, or who may ask for whom
  unavailable = 5,    // the agent cannot decide now
  misconfigured = 6,  // the configuration does not allow a decision
  conversation_failed = 7,
  password_expired = 8,  // account phase only: policy wants a new password
  internal_error = 9,
};

struct Verdict {
  Nonce nonce{};
  Outcome outcome = Outcome::internal_error;
  std::optional<std::string> text;          // for the person
  std::optional<CommitToken> commit_token;  // with `allow` in the auth phase
  std::string correlation_id;
};

using Message = std::variant<Begin, Answer, Cancel, Ask, Tell, Verdict>;

}  // namespace mfa::wire
