// SPDX-License-Identifier: BSD-3-Clause
//
// Hostile datagrams, named after their number in the security specification.
#include <algorithm>
#include <cstdlib>

#include "tests/check.h"
#include "tests/unit/wire/samples.h"
#include "wire/codec.h"

namespace mfa::wire {
namespace {

template <class... Number>
Bytes octets(Number... numbers) {
  return {static_cast<std::uint8_t>(numbers)...};
}

struct Field {
  std::uint8_t tag;
  Bytes value;
};

// A datagram taken apart, to be put together wrongly.
struct Parts {
  std::uint8_t verb;
  std::vector<Field> fields;
};

Parts parts_of(const Message& message) {
  const Bytes bytes = encode(message).value();
  Parts parts{bytes[1], {}};
  for (std::size_t at = 2; at < bytes.size();) {
    const auto value = bytes.begin() + static_cast<long>(at) + 3;
    const long size = bytes[at + 1] << 8 | bytes[at + 2];
    parts.fields.push_back({bytes[at], Bytes(value, value + size)});
    at += 3 + static_cast<std::size_t>(size);
  }
  return parts;
}

Bytes joined(const Parts& parts) {
  Bytes bytes{kVersion, parts.verb};
  for (const auto& [tag, value] : parts.fields) {
    bytes.push_back(tag);
    bytes.push_back(static_cast<std::uint8_t>(value.size() >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value.size()));
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  return bytes;
}

bool decodes(const Bytes& bytes) { return decode(bytes).message.has_value(); }

void assert_refused(const Bytes& bytes, const std::string& what) {
  const Decoded decoded = decode(bytes);
  if (decoded.message || !decoded.error) fail_msg("%s decodes", what.c_str());
}

void assert_error(const Bytes& bytes, const char* error) {
  const Decoded decoded = decode(bytes);
  assert_false(decoded.message.has_value());
  assert_string_equal(decoded.error, error);
}

struct Shape {
  Verb verb;
  std::vector<std::uint8_t> required;
  std::vector<std::pair<std::uint8_t, std::size_t>> texts;  // tag, limit
};

// PROTOCOL.md's tables once more, from the other side.
const Shape& shape_of(std::uint8_t verb) {
  static const Shape shapes[] = {
      {Verb::begin,
       {1, 2, 3, 4, 11, 12},
       {{3, 256},
        {4, 256},
        {5, 1024},
        {6, 1024},
        {7, 1024},
        {8, 1024},
        {9, 16384},
        {10, 1024}}},
      {Verb::answer, {1, 2}, {{3, 64}}},
      {Verb::cancel, {}, {}},
      {Verb::ask, {1, 2, 3, 4}, {{4, 16384}}},
      {Verb::tell, {1, 2}, {{2, 16384}}},
      {Verb::verdict, {1, 2, 5}, {{3, 16384}, {5, 64}}},
  };
  for (const Shape& shape : shapes) {
    if (static_cast<std::uint8_t>(shape.verb) == verb) return shape;
  }
  abort();
}

bool is_required(std::uint8_t verb, std::uint8_t tag) {
  const auto& required = shape_of(verb).required;
  return std::find(required.begin(), required.end(), tag) != required.end();
}

// Every text field of every sample, with its limit.
template <class Visit>
void for_each_text(Visit visit) {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Parts parts = parts_of(message);
    for (std::size_t i = 0; i < parts.fields.size(); ++i) {
      for (const auto& [tag, limit] : shape_of(parts.verb).texts) {
        if (tag == parts.fields[i].tag) visit(name, parts, i, limit);
      }
    }
  }
}

Bytes with_value(Parts parts, std::size_t index, std::string_view value) {
  parts.fields[index].value.assign(value.begin(), value.end());
  return joined(parts);
}

TEST("hostile input 30: nothing, one byte and a bare header are refused") {
  assert_error({}, "a datagram without a verb");
  assert_error({kVersion}, "a datagram without a verb");
  for (const std::uint8_t verb : octets(1, 2, 16, 17, 18)) {
    assert_refused({kVersion, verb}, "header of verb " + std::to_string(verb));
  }
  // CANCEL has no fields: its header is all of it.
  assert_true(decodes({kVersion, 3}));
  assert_error({kVersion, 3, 0}, "an unknown, repeated or misplaced field");
}

TEST("hostile input 31: a length above the datagram is refused") {
  assert_error({kVersion, 17, 1, 0xff, 0xff},
               "a field longer than its message");
  assert_error({kVersion, 17, 1, 0xff, 0xff, 0xff, 0xff},
               "a field longer than its message");
  assert_error(Bytes(kMaxDatagram + 1, kVersion), "a datagram above its limit");
}

TEST("hostile input 32: a length that does not fit the body is refused") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Bytes bytes = encode(message).value();
    std::size_t at = 2;
    while (at < bytes.size()) {
      for (const int change : {-1, 1}) {
        Bytes wrong = bytes;
        const int low = wrong[at + 2] + change;
        if (low < 0 || low > 255) continue;
        wrong[at + 2] = static_cast<std::uint8_t>(low);
        assert_refused(wrong, name + " with a wrong length");
      }
      at += 3 + static_cast<std::size_t>(bytes[at + 1] << 8 | bytes[at + 2]);
    }
  }
  assert_error({kVersion, 17, 1}, "a field without its length");
  assert_error({kVersion, 17, 1, 0}, "a field without its length");
}

TEST("hostile input 33: another version is refused and said to be one") {
  for (const auto& [name, message] : samples::one_of_each()) {
    Bytes bytes = encode(message).value();
    for (const std::uint8_t version : octets(0, 2, 3, 127, 255)) {
      bytes[0] = version;
      assert_error(bytes, "a version this side does not speak");
    }
  }
}

TEST("hostile input 33: an unknown verb is refused, whatever follows") {
  const std::string known = {1, 2, 3, 16, 17, 18};
  Bytes bytes = encode(samples::begin_authenticate()).value();
  for (int verb = 0; verb < 256; ++verb) {
    if (known.find(static_cast<char>(verb)) != known.npos) continue;
    bytes[1] = static_cast<std::uint8_t>(verb);
    assert_error(bytes, "a verb that is not known");
  }
}

TEST("hostile input 33: an unknown flag is refused, in and out") {
  for (unsigned bit = 0; bit < 32; ++bit) {
    Begin begin = samples::begin_authenticate();
    begin.flags = 1u << bit;
    const bool known = (begin.flags & kKnownFlags) != 0;
    assert_int_equal(encode(begin).has_value(), known);
    Parts parts = parts_of(samples::begin_authenticate());
    for (auto& [tag, value] : parts.fields) {
      if (tag != 11) continue;
      value = {0, 0, 0, 0};
      value[3 - bit / 8] = static_cast<std::uint8_t>(1u << bit % 8);
    }
    assert_int_equal(decodes(joined(parts)), known);
  }
}

TEST("hostile input 33: an unknown number in an enumeration is refused") {
  struct Enumeration {
    Verb verb;
    std::uint8_t tag;
    int last;
  };
  for (const auto& [verb, tag, last] :
       {Enumeration{Verb::begin, 1, 3}, Enumeration{Verb::ask, 2, 2},
        Enumeration{Verb::ask, 3, 2}, Enumeration{Verb::tell, 1, 2},
        Enumeration{Verb::verdict, 2, 9}}) {
    for (const auto& [name, message] : samples::one_of_each()) {
      Parts parts = parts_of(message);
      // Not the one with a token, which only `allow` may carry.
      if (parts.verb != static_cast<std::uint8_t>(verb) ||
          name == "verdict_allow") {
        continue;
      }
      for (int value = 0; value < 256; ++value) {
        for (auto& field : parts.fields) {
          if (field.tag == tag) {
            field.value = {static_cast<std::uint8_t>(value)};
          }
        }
        const bool known = value >= 1 && value <= last;
        assert_int_equal(decodes(joined(parts)), known);
      }
    }
  }
}

TEST("hostile input 34: a repeated field is refused") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Parts parts = parts_of(message);
    for (std::size_t i = 0; i < parts.fields.size(); ++i) {
      Parts twice = parts;
      const auto at = twice.fields.begin() + static_cast<long>(i);
      twice.fields.insert(at, parts.fields[i]);
      assert_refused(joined(twice), name + " with a repeated field");
    }
  }
}

TEST("hostile input 34: a missing field is refused if it is required") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Parts parts = parts_of(message);
    for (std::size_t i = 0; i < parts.fields.size(); ++i) {
      Parts less = parts;
      less.fields.erase(less.fields.begin() + static_cast<long>(i));
      const std::uint8_t tag = parts.fields[i].tag;
      // An answer's text is optional, but not beside the status `given`.
      const bool required = is_required(parts.verb, tag) || name == "answer";
      if (decodes(joined(less)) == required) {
        fail_msg("%s without tag %d", name.c_str(), tag);
      }
    }
  }
}

TEST("hostile input 34: fields out of order are refused") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Parts parts = parts_of(message);
    for (std::size_t i = 1; i < parts.fields.size(); ++i) {
      Parts swapped = parts;
      std::swap(swapped.fields[i - 1], swapped.fields[i]);
      assert_refused(joined(swapped), name + " with two fields swapped");
    }
  }
}

TEST("hostile input 34: an unknown field is refused wherever it stands") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Parts parts = parts_of(message);
    for (std::size_t i = 0; i <= parts.fields.size(); ++i) {
      for (const std::uint8_t tag : octets(0, 14, 127, 255)) {
        Parts more = parts;
        more.fields.insert(more.fields.begin() + static_cast<long>(i),
                           {tag, {1}});
        assert_refused(joined(more), name + " with an unknown field");
      }
    }
  }
}

TEST("hostile input 34: a field of a fixed size has no other size") {
  for (const auto& [name, message] : samples::one_of_each()) {
    const Parts parts = parts_of(message);
    for (std::size_t i = 0; i < parts.fields.size(); ++i) {
      const auto& texts = shape_of(parts.verb).texts;
      const bool is_a_text = std::any_of(
          texts.begin(), texts.end(),
          [&](const auto& text) { return text.first == parts.fields[i].tag; });
      if (is_a_text) continue;
      Parts longer = parts;
      longer.fields[i].value.push_back(0);
      assert_refused(joined(longer), name + " with a longer field");
      Parts shorter = parts;
      shorter.fields[i].value.pop_back();
      assert_refused(joined(shorter), name + " with a shorter field");
    }
  }
}

TEST("hostile input 35: what is not text is refused in every text field") {
  using namespace std::string_view_literals;
  int fields = 0;
  for_each_text([&](const std::string& name, const Parts& parts,
                    std::size_t index, std::size_t) {
    ++fields;
    for (const std::string_view value :
         {"\0"sv, "a\0b"sv, "a\0"sv, "\x80"sv, "\xff"sv, "\xe9t\xe9"sv,
          "\xe2\x82"sv, "\xc0\x80"sv, "\xc0\xaf"sv, "\xe0\x80\xaf"sv,
          "\xf0\x80\x80\xaf"sv, "\xed\xa0\x80"sv, "\xf4\x90\x80\x80"sv}) {
      assert_refused(with_value(parts, index, value), name + " with no text");
    }
    assert_true(decodes(with_value(parts, index, "text")));
  });
  assert_true(fields > 12);
}

TEST("hostile input 35: what is not text is not sent either") {
  Begin begin = samples::begin_authenticate();
  begin.user = std::string("alice\0root", 10);
  assert_false(encode(begin).has_value());
  begin = samples::begin_authenticate();
  begin.rhost = "h\xf4te";
  assert_false(encode(begin).has_value());
  assert_false(encode(Answer{samples::given(samples::kFirstAsk,
                                            "12\xff"
                                            "34")})
                   .has_value());
}

TEST("hostile input 35: a text above its limit is refused, in every field") {
  for_each_text([](const std::string& name, const Parts& parts,
                   std::size_t index, std::size_t limit) {
    assert_true(decodes(with_value(parts, index, std::string(limit, '1'))));
    assert_refused(with_value(parts, index, std::string(limit + 1, '1')),
                   name + " with a field above its limit");
  });
}

TEST("hostile input 16: a user name of 1 MiB does not encode") {
  Begin begin = samples::begin_authenticate();
  begin.user = std::string(1 << 20, 'a');
  assert_false(encode(begin).has_value());
  begin.user = std::string(kMaxUserName + 1, 'a');
  assert_false(encode(begin).has_value());
  begin.user = std::string(kMaxUserName, 'a');
  assert_true(encode(begin).has_value());
}

TEST("hostile input 4: an answer of 1 MiB does not encode") {
  for (const std::size_t size : {kMaxAnswer + 1, std::size_t{1} << 20}) {
    const std::string huge(size, '1');
    assert_false(encode(samples::given(samples::kFirstAsk, huge)).has_value());
  }
}

TEST("a message whose fields contradict each other is refused") {
  // A text without `given`, `given` without a text, an empty text.
  Answer answer = samples::given(samples::kFirstAsk, "123456");
  answer.status = AnswerStatus::empty;
  assert_false(encode(Message(std::move(answer))).has_value());
  Parts parts = parts_of(samples::given(samples::kFirstAsk, "123456"));
  parts.fields[1].value = {static_cast<std::uint8_t>(AnswerStatus::failed)};
  assert_error(joined(parts), "an answer whose status and text disagree");
  assert_refused(with_value(parts_of(samples::given({}, "1")), 2, ""),
                 "an empty answer that was given");
  // A denial never carries a token that could be redeemed.
  Verdict verdict = samples::verdict({}, Outcome::wrong);
  verdict.commit_token = samples::kToken;
  assert_false(encode(verdict).has_value());
  verdict.outcome = Outcome::allow;
  parts = parts_of(verdict);
  parts.fields[1].value = {static_cast<std::uint8_t>(Outcome::wrong)};
  assert_error(joined(parts), "a commit token beside a denial");
}

TEST("hostile input 49: no beginning of an allowing verdict allows") {
  const auto all = samples::one_of_each();
  for (const auto& [name, message] : all) {
    if (!std::holds_alternative<Verdict>(message)) continue;
    const Bytes bytes = encode(message).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto end = bytes.begin() + static_cast<long>(size);
      assert_refused(Bytes(bytes.begin(), end), name + " cut short");
    }
    Bytes longer = bytes;
    longer.push_back(0);
    assert_refused(longer, name + " with a byte too many");
  }
}

TEST("the zero byte, the first thing in zeroed memory, allows nothing") {
  for (std::size_t size = 0; size <= 64; ++size) {
    assert_refused(Bytes(size), "zeroed memory");
  }
  assert_true(Verdict{}.outcome != Outcome::allow);
  assert_true(Answer{}.status == AnswerStatus::failed);
}

}  // namespace
}  // namespace mfa::wire
