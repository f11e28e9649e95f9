// SPDX-License-Identifier: BSD-3-Clause
//
// Arbitrary messages for property tests, from one seeded generator, and
// equality for them (a message has none of its own: it may hold a Secret).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <random>
#include <string>
#include <tuple>

#include "wire/codec.h"

namespace mfa::wire::arbitrary {

// Other messages in every run; MFA_SEED=N repeats a run that failed.
inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* given = std::getenv("MFA_SEED");
    return given ? std::strtoull(given, nullptr, 10) : std::random_device()();
  }();
  return value;
}

inline void print_seed() {
  std::printf("# repeat with MFA_SEED=%llu\n",
              static_cast<unsigned long long>(seed()));
}

class Generator {
 public:
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(engine_);
  }
  bool one_in(std::size_t n) { return below(n) == 0; }

  template <class T>
  T one_of(std::initializer_list<T> values) {
    return *(values.begin() + below(values.size()));
  }

  template <class Array>
  Array bytes() {
    Array array;
    for (std::uint8_t& byte : array) {
      byte = static_cast<std::uint8_t>(below(256));
    }
    return array;
  }

  // Well-formed UTF-8 of all lengths, now and then right at the limit.
  std::string text(std::size_t limit, std::size_t least = 0) {
    const std::size_t goal =
        one_in(50) ? limit : least + below(std::min<std::size_t>(limit, 24));
    std::string out;
    for (std::string next = character(); out.size() + next.size() <= goal;
         next = character()) {
      out += next;
    }
    out.resize(std::max(out.size(), one_in(4) ? goal : least), 'x');
    return out;
  }

  std::optional<std::string> optional_text(std::size_t limit) {
    if (one_in(2)) return std::nullopt;
    return text(limit);
  }

  Message message() {
    switch (below(6)) {
      case 0:
        return begin();
      case 1:
        return answer();
      case 2:
        return Cancel{};
      case 3:
        return Ask{bytes<AskId>(), one_of({Echo::on, Echo::off}),
                   one_of({AnswerForm::digits, AnswerForm::text}),
                   text(kMaxText)};
      case 4:
        return Tell{one_of({TellStyle::info, TellStyle::error}),
                    text(kMaxText)};
      default:
        return verdict();
    }
  }

  // A few small wounds: a flipped bit, a lost, doubled or changed stretch.
  Bytes wounded(Bytes bytes) {
    for (std::size_t wounds = 1 + below(3); wounds > 0; --wounds) {
      if (bytes.empty()) break;
      const auto at = bytes.begin() + static_cast<long>(below(bytes.size()));
      const auto byte = static_cast<std::uint8_t>(below(256));
      switch (below(6)) {
        case 0:
          *at = static_cast<std::uint8_t>(*at ^ 1u << below(8));
          break;
        case 1:
          *at = byte;
          break;
        case 2:
          bytes.erase(at);
          break;
        case 3:
          bytes.insert(at, byte);
          break;
        case 4:
          bytes.erase(at, bytes.end());
          break;
        default: {
          const Bytes tail(at, bytes.end());
          bytes.insert(bytes.end(), tail.begin(), tail.end());
        }
      }
    }
    return bytes;
  }

 private:
  std::string character() {
    switch (below(8)) {
      case 0:
        return one_of<std::string>({"\x01", "\n", "\x1b", "\x7f", "\xc2\x80"});
      case 1:
        return one_of<std::string>({"ä", "߿", "ı"});
      case 2:
        return one_of<std::string>({"ࠀ", "█", "\xed\x9f\xbf", "\xee\x80\x80"});
      case 3:
        return one_of<std::string>({"𐀀", "🙂", "\xf4\x8f\xbf\xbf"});
      default:
        return std::string(1, static_cast<char>('!' + below(90)));
    }
  }

  Begin begin() {
    Begin m;
    m.phase = one_of({Phase::authenticate, Phase::account});
    m.nonce = bytes<Nonce>();
    m.user = text(kMaxUserName);
    m.service = text(kMaxServiceName);
    m.rhost = optional_text(kMaxItem);
    m.ruser = optional_text(kMaxItem);
    m.tty = optional_text(kMaxItem);
    m.ssh_connection = optional_text(kMaxItem);
    m.ssh_auth_info = optional_text(kMaxSshAuthInfo);
    m.locale = optional_text(kMaxItem);
    m.flags = static_cast<std::uint32_t>(below(kKnownFlags + 1));
    m.time_left_ms = static_cast<std::uint32_t>(engine_());
    if (one_in(2)) m.commit_token = bytes<CommitToken>();
    return m;
  }

  Answer answer() {
    Answer m;
    m.ask_id = bytes<AskId>();
    m.status = one_of({AnswerStatus::given, AnswerStatus::empty,
                       AnswerStatus::unusable, AnswerStatus::failed});
    if (m.status == AnswerStatus::given) m.text = Secret(text(kMaxAnswer, 1));
    return m;
  }

  Verdict verdict() {
    Verdict m;
    m.nonce = bytes<Nonce>();
    m.outcome = static_cast<Outcome>(1 + below(9));
    m.text = optional_text(kMaxText);
    if (m.outcome == Outcome::allow && one_in(2)) {
      m.commit_token = bytes<CommitToken>();
    }
    m.correlation_id = text(kMaxCorrelationId);
    return m;
  }

  std::mt19937_64 engine_{seed()};
};

inline bool same(const Begin& a, const Begin& b) {
  const auto fields = [](const Begin& m) {
    return std::tie(m.phase, m.nonce, m.user, m.service, m.rhost, m.ruser,
                    m.tty, m.ssh_connection, m.ssh_auth_info, m.locale, m.flags,
                    m.time_left_ms, m.commit_token);
  };
  return fields(a) == fields(b);
}
inline bool same(const Answer& a, const Answer& b) {
  return a.ask_id == b.ask_id && a.status == b.status &&
         a.text.has_value() == b.text.has_value() &&
         (!a.text || a.text->equals(b.text->reveal()));
}
inline bool same(const Cancel&, const Cancel&) { return true; }
inline bool same(const Ask& a, const Ask& b) {
  return std::tie(a.id, a.echo, a.form, a.text) ==
         std::tie(b.id, b.echo, b.form, b.text);
}
inline bool same(const Tell& a, const Tell& b) {
  return a.style == b.style && a.text == b.text;
}
inline bool same(const Verdict& a, const Verdict& b) {
  const auto fields = [](const Verdict& m) {
    return std::tie(m.nonce, m.outcome, m.text, m.commit_token,
                    m.correlation_id);
  };
  return fields(a) == fields(b);
}

inline bool same(const Message& a, const Message& b) {
  return a.index() == b.index() &&
         std::visit(
             [&](const auto& m) {
               return same(m, std::get<std::decay_t<decltype(m)>>(b));
             },
             a);
}

}  // namespace mfa::wire::arbitrary
