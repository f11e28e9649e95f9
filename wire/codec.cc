// SPDX-License-Identifier: BSD-3-Clause
//
// A message is version, verb, then fields `tag, length (u16 big-endian),
// bytes` in strictly ascending order of tags. One Writer and one Reader hold
// these rules; below them each message lists its fields once for writing and
// once for reading, side by side.
#include "wire/codec.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mfa::wire {
namespace {

class Writer {
 public:
  explicit Writer(Verb verb)
      : bytes_{kVersion, static_cast<std::uint8_t>(verb)} {}

  void raw(std::uint8_t tag, const void* data, std::size_t size) {
    if (size > 0xffff || bytes_.size() + 3 + size > kMaxDatagram) ok_ = false;
    if (!ok_) return;
    const auto* begin = static_cast<const std::uint8_t*>(data);
    // Growing would leave an unwiped copy of an answer behind.
    if (bytes_.capacity() < bytes_.size() + 3 + size) grow(3 + size);
    bytes_.push_back(tag);
    bytes_.push_back(static_cast<std::uint8_t>(size >> 8));
    bytes_.push_back(static_cast<std::uint8_t>(size & 0xff));
    bytes_.insert(bytes_.end(), begin, begin + size);
  }

  void text(std::uint8_t tag, std::string_view value, std::size_t limit) {
    if (value.size() > limit || !is_text(value)) ok_ = false;
    raw(tag, value.data(), value.size());
  }

  void text(std::uint8_t tag, const std::optional<std::string>& value,
            std::size_t limit) {
    if (value) text(tag, std::string_view(*value), limit);
  }

  template <class Enum>
  void number(std::uint8_t tag, Enum value) {
    const auto byte = static_cast<std::uint8_t>(value);
    raw(tag, &byte, 1);
  }

  void u32(std::uint8_t tag, std::uint32_t value) {
    const std::uint8_t big_endian[4] = {static_cast<std::uint8_t>(value >> 24),
                                        static_cast<std::uint8_t>(value >> 16),
                                        static_cast<std::uint8_t>(value >> 8),
                                        static_cast<std::uint8_t>(value)};
    raw(tag, big_endian, sizeof big_endian);
  }

  template <std::size_t N>
  void fixed(std::uint8_t tag, const std::array<std::uint8_t, N>& value) {
    raw(tag, value.data(), N);
  }

  template <std::size_t N>
  void fixed(std::uint8_t tag,
             const std::optional<std::array<std::uint8_t, N>>& value) {
    if (value) fixed(tag, *value);
  }

  std::optional<Bytes> finish() {
    if (ok_) return std::move(bytes_);
    wipe(bytes_);
    return std::nullopt;
  }

 private:
  void grow(std::size_t more) {
    Bytes larger;
    larger.reserve(2 * bytes_.capacity() + more);
    larger.assign(bytes_.begin(), bytes_.end());
    wipe(bytes_);
    bytes_ = std::move(larger);
  }

  Bytes bytes_;
  bool ok_ = true;
};

// Fields are asked for in ascending order of tags. A field that is asked for
// and is not next in the bytes is absent; bytes that nobody asked for are an
// unknown, repeated or misplaced field.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> fields) : rest_(fields) {}

  std::optional<std::span<const std::uint8_t>> optional(std::uint8_t tag) {
    if (error_ || rest_.empty() || rest_[0] != tag) return std::nullopt;
    if (rest_.size() < 3) return fail("a field without its length");
    const std::size_t size = static_cast<std::size_t>(rest_[1] << 8 | rest_[2]);
    if (rest_.size() < 3 + size) return fail("a field longer than its message");
    const auto value = rest_.subspan(3, size);
    rest_ = rest_.subspan(3 + size);
    return value;
  }

  std::optional<std::string> optional_text(std::uint8_t tag,
                                           std::size_t limit) {
    const auto value = optional(tag);
    if (!value) return std::nullopt;
    if (value->size() > limit) return fail("a field above its limit");
    std::string text(reinterpret_cast<const char*>(value->data()),
                     value->size());
    if (!is_text(text)) return fail("a field that is not text");
    return text;
  }

  std::string text(std::uint8_t tag, std::size_t limit) {
    auto value = optional_text(tag, limit);
    if (!value) return fail("a required field is missing"), std::string();
    return std::move(*value);
  }

  std::optional<Secret> optional_secret(std::uint8_t tag, std::size_t limit) {
    const auto value = optional(tag);
    if (!value) return std::nullopt;
    const std::string_view view(reinterpret_cast<const char*>(value->data()),
                                value->size());
    if (view.empty() || view.size() > limit || !is_text(view)) {
      return fail("an answer outside its limits");
    }
    return Secret(view);
  }

  // An enumeration whose values are listed: anything else is malformed.
  template <class Enum>
  Enum number(std::uint8_t tag, std::initializer_list<Enum> known) {
    const auto value = optional(tag);
    if (!value || value->size() != 1) {
      return fail("a number is missing or has the wrong size"), Enum{};
    }
    const auto number = static_cast<Enum>((*value)[0]);
    if (std::find(known.begin(), known.end(), number) == known.end()) {
      return fail("a number that is not known"), Enum{};
    }
    return number;
  }

  std::uint32_t u32(std::uint8_t tag) {
    const auto value = optional(tag);
    if (!value || value->size() != 4) {
      return fail("a number is missing or has the wrong size"), 0;
    }
    std::uint32_t number = 0;
    for (const std::uint8_t byte : *value) number = number << 8 | byte;
    return number;
  }

  template <std::size_t N>
  std::optional<std::array<std::uint8_t, N>> optional_fixed(std::uint8_t tag) {
    const auto value = optional(tag);
    if (!value) return std::nullopt;
    if (value->size() != N) return fail("a field of the wrong size");
    std::array<std::uint8_t, N> array;
    std::copy(value->begin(), value->end(), array.begin());
    return array;
  }

  template <std::size_t N>
  std::array<std::uint8_t, N> fixed(std::uint8_t tag) {
    const auto value = optional_fixed<N>(tag);
    if (!value) return fail("a required field is missing"), decltype(*value){};
    return *value;
  }

  std::nullopt_t fail(const char* why) {
    if (!error_) error_ = why;
    return std::nullopt;
  }

  // nullptr when every byte was asked for and was right.
  const char* error() const {
    if (error_) return error_;
    return rest_.empty() ? nullptr : "an unknown, repeated or misplaced field";
  }

 private:
  std::span<const std::uint8_t> rest_;
  const char* error_ = nullptr;
};

// Tags, per message. Numbers are never reused.
namespace tag {
enum Begin : std::uint8_t {
  phase = 1,
  nonce = 2,
  user = 3,
  service = 4,
  rhost = 5,
  ruser = 6,
  tty = 7,
  ssh_connection = 8,
  ssh_auth_info = 9,
  locale = 10,
  flags = 11,
  time_left = 12,
  commit_token = 13,
};
enum Answer : std::uint8_t {
  answer_ask = 1,
  answer_status = 2,
  answer_text = 3
};
enum Ask : std::uint8_t {
  ask_id = 1,
  ask_echo = 2,
  ask_form = 3,
  ask_text = 4
};
enum Tell : std::uint8_t { tell_style = 1, tell_text = 2 };
enum Verdict : std::uint8_t {
  verdict_nonce = 1,
  verdict_outcome = 2,
  verdict_text = 3,
  verdict_token = 4,
  verdict_correlation_id = 5,
};
}  // namespace tag

std::optional<Bytes> write(const Begin& begin) {
  Writer out(Verb::begin);
  out.number(tag::phase, begin.phase);
  out.fixed(tag::nonce, begin.nonce);
  out.text(tag::user, std::string_view(begin.user), kMaxUserName);
  out.text(tag::service, std::string_view(begin.service), kMaxServiceName);
  out.text(tag::rhost, begin.rhost, kMaxItem);
  out.text(tag::ruser, begin.ruser, kMaxItem);
  out.text(tag::tty, begin.tty, kMaxItem);
  out.text(tag::ssh_connection, begin.ssh_connection, kMaxItem);
  out.text(tag::ssh_auth_info, begin.ssh_auth_info, kMaxSshAuthInfo);
  out.text(tag::locale, begin.locale, kMaxItem);
  out.u32(tag::flags, begin.flags);
  out.u32(tag::time_left, begin.time_left_ms);
  out.fixed(tag::commit_token, begin.commit_token);
  if ((begin.flags & ~kKnownFlags) != 0) return std::nullopt;
  return out.finish();
}

Message read_begin(Reader& in) {
  Begin begin;
  begin.phase = in.number<Phase>(
      tag::phase, {Phase::authenticate, Phase::account, Phase::password});
  begin.nonce = in.fixed<std::tuple_size_v<Nonce>>(tag::nonce);
  begin.user = in.text(tag::user, kMaxUserName);
  begin.service = in.text(tag::service, kMaxServiceName);
  begin.rhost = in.optional_text(tag::rhost, kMaxItem);
  begin.ruser = in.optional_text(tag::ruser, kMaxItem);
  begin.tty = in.optional_text(tag::tty, kMaxItem);
  begin.ssh_connection = in.optional_text(tag::ssh_connection, kMaxItem);
  begin.ssh_auth_info = in.optional_text(tag::ssh_auth_info, kMaxSshAuthInfo);
  begin.locale = in.optional_text(tag::locale, kMaxItem);
  begin.flags = in.u32(tag::flags);
  if ((begin.flags & ~kKnownFlags) != 0) in.fail("a flag that is not known");
  begin.time_left_ms = in.u32(tag::time_left);
  begin.commit_token =
      in.optional_fixed<std::tuple_size_v<CommitToken>>(tag::commit_token);
  return begin;
}

std::optional<Bytes> write(const Answer& answer) {
  // A text without `given`, or `given` without a text, means nothing.
  if ((answer.status == AnswerStatus::given) != answer.text.has_value()) {
    return std::nullopt;
  }
  Writer out(Verb::answer);
  out.fixed(tag::answer_ask, answer.ask_id);
  out.number(tag::answer_status, answer.status);
  if (answer.text) {
    if (answer.text->empty()) return std::nullopt;
    out.text(tag::answer_text, answer.text->reveal(), kMaxAnswer);
  }
  return out.finish();
}

Message read_answer(Reader& in) {
  Answer answer;
  answer.ask_id = in.fixed<std::tuple_size_v<AskId>>(tag::answer_ask);
  answer.status = in.number<AnswerStatus>(
      tag::answer_status, {AnswerStatus::given, AnswerStatus::empty,
                           AnswerStatus::unusable, AnswerStatus::failed});
  answer.text = in.optional_secret(tag::answer_text, kMaxAnswer);
  if ((answer.status == AnswerStatus::given) != answer.text.has_value()) {
    in.fail("an answer whose status and text disagree");
  }
  return answer;
}

std::optional<Bytes> write(const Cancel&) {
  return Writer(Verb::cancel).finish();
}

std::optional<Bytes> write(const Ask& ask) {
  Writer out(Verb::ask);
  out.fixed(tag::ask_id, ask.id);
  out.number(tag::ask_echo, ask.echo);
  out.number(tag::ask_form, ask.form);
  out.text(tag::ask_text, std::string_view(ask.text), kMaxText);
  return out.finish();
}

Message read_ask(Reader& in) {
  Ask ask;
  ask.id = in.fixed<std::tuple_size_v<AskId>>(tag::ask_id);
  ask.echo = in.number<Echo>(tag::ask_echo, {Echo::on, Echo::off});
  ask.form = in.number<AnswerForm>(tag::ask_form,
                                   {AnswerForm::digits, AnswerForm::text});
  ask.text = in.text(tag::ask_text, kMaxText);
  return ask;
}

std::optional<Bytes> write(const Tell& tell) {
  Writer out(Verb::tell);
  out.number(tag::tell_style, tell.style);
  out.text(tag::tell_text, std::string_view(tell.text), kMaxText);
  return out.finish();
}

Message read_tell(Reader& in) {
  Tell tell;
  tell.style = in.number<TellStyle>(tag::tell_style,
                                    {TellStyle::info, TellStyle::error});
  tell.text = in.text(tag::tell_text, kMaxText);
  return tell;
}

std::optional<Bytes> write(const Verdict& verdict) {
  Writer out(Verb::verdict);
  out.fixed(tag::verdict_nonce, verdict.nonce);
  out.number(tag::verdict_outcome, verdict.outcome);
  out.text(tag::verdict_text, verdict.text, kMaxText);
  out.fixed(tag::verdict_token, verdict.commit_token);
  out.text(tag::verdict_correlation_id,
           std::string_view(verdict.correlation_id), kMaxCorrelationId);
  if (verdict.commit_token && verdict.outcome != Outcome::allow) {
    return std::nullopt;
  }
  return out.finish();
}

Message read_verdict(Reader& in) {
  Verdict verdict;
  verdict.nonce = in.fixed<std::tuple_size_v<Nonce>>(tag::verdict_nonce);
  verdict.outcome =
      in.number<Outcome>(tag::verdict_outcome,
                         {Outcome::allow, Outcome::wrong, Outcome::tries_spent,
                          Outcome::policy_denies, Outcome::unavailable,
                          Outcome::misconfigured, Outcome::conversation_failed,
                          Outcome::password_expired, Outcome::internal_error});
  verdict.text = in.optional_text(tag::verdict_text, kMaxText);
  verdict.commit_token =
      in.optional_fixed<std::tuple_size_v<CommitToken>>(tag::verdict_token);
  verdict.correlation_id =
      in.text(tag::verdict_correlation_id, kMaxCorrelationId);
  if (verdict.commit_token && verdict.outcome != Outcome::allow) {
    in.fail("a commit token beside a denial");
  }
  return verdict;
}

// Length of the well-formed UTF-8 sequence at the start of `s`, 0 if none
// (Unicode 15, table 3-7: no overlong forms, no surrogates, no NUL).
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80,
                           unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first >= 0x01 && first <= 0x7f) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::optional<Bytes> encode(const Message& message) {
  return std::visit([](const auto& m) { return write(m); }, message);
}

Decoded decode(std::span<const std::uint8_t> datagram) {
  if (datagram.size() < 2) return {std::nullopt, "a datagram without a verb"};
  if (datagram.size() > kMaxDatagram) {
    return {std::nullopt, "a datagram above its limit"};
  }
  if (datagram[0] != kVersion) {
    return {std::nullopt, "a version this side does not speak"};
  }
  Reader in(datagram.subspan(2));
  std::optional<Message> message;
  switch (static_cast<Verb>(datagram[1])) {
    case Verb::begin:
      message = read_begin(in);
      break;
    case Verb::answer:
      message = read_answer(in);
      break;
    case Verb::cancel:
      message = Cancel{};
      break;
    case Verb::ask:
      message = read_ask(in);
      break;
    case Verb::tell:
      message = read_tell(in);
      break;
    case Verb::verdict:
      message = read_verdict(in);
      break;
    default:
      return {std::nullopt, "a verb that is not known"};
  }
  if (in.error()) return {std::nullopt, in.error()};
  return {std::move(message), nullptr};
}

bool is_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

bool has_form(std::string_view answer, AnswerForm form) {
  if (answer.empty() || answer.size() > kMaxAnswer) return false;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  switch (form) {
    case AnswerForm::digits:
      return std::any_of(answer.begin(), answer.end(), is_digit) &&
             std::all_of(answer.begin(), answer.end(), [&](char c) {
               return is_digit(c) || c == ' ' || c == '-';
             });
    case AnswerForm::text:
      return std::all_of(answer.begin(), answer.end(),
                         [](char c) { return c >= 0x20 && c <= 0x7e; });
  }
  return false;
}

}  // namespace mfa::wire
