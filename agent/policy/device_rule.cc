// SPDX-License-Identifier: BSD-3-Clause
//
// From the text of a device rule to its steps: one function for each line of
// the grammar in device_filter.h.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "agent/base/escape.h"
#include "agent/config/nearest.h"
#include "agent/model/name_set.h"
#include "agent/policy/device_filter.h"

namespace mfa {
namespace {

constexpr std::string_view kPrefix = "device.";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_word_byte(char c) {
  c = lower_case(c);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_';
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::vector<std::string_view> attribute_names() {
  std::vector<std::string_view> names;
  for (const auto& each : device_attributes()) names.push_back(each.name);
  return names;
}

std::optional<bool> as_truth(std::string_view text) {
  const std::string word = lower_case(text);
  if (word == "true") return true;
  if (word == "false") return false;
  return std::nullopt;
}

// Of UTF-8: the bytes that do not continue another.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

class DeviceFilter::Parser {
 public:
  explicit Parser(std::string_view rule) : rule_(rule) {}

  Result<DeviceFilter> parse() {
    if (characters(rule_) > kMaxDeviceRuleCharacters) {
      return fail(kMaxDeviceRuleCharacters,
                  fmt::format("the rule is longer than {} characters; shorten "
                              "it, or make two policies of it",
                              kMaxDeviceRuleCharacters));
    }
    if (auto ok = any(0); !ok) return tl::unexpected(std::move(ok.error()));
    if (here() == ')') {
      return fail(at_, "this ) has no ( before it; remove it");
    }
    if (at_ != rule_.size()) return fail_connective();
    return std::move(filter_);
  }

 private:
  struct OperatorName {
    std::string_view name;
    Operator op = Operator::equal;
    bool negative = false;
    bool takes_list = false;
  };
  static constexpr OperatorName kOperators[] = {
      {"-eq", Operator::equal, false, false},
      {"-ne", Operator::equal, true, false},
      {"-startsWith", Operator::starts_with, false, false},
      {"-notStartsWith", Operator::starts_with, true, false},
      {"-endsWith", Operator::ends_with, false, false},
      {"-notEndsWith", Operator::ends_with, true, false},
      {"-contains", Operator::contains, false, false},
      {"-notContains", Operator::contains, true, false},
      {"-in", Operator::equal, false, true},
      {"-notIn", Operator::equal, true, true},
  };

  // --- the grammar -----------------------------------------------------------

  Result<> any(std::size_t depth) {
    if (auto ok = all(depth); !ok) return ok;
    while (take_connective("-or")) {
      if (auto ok = all(depth); !ok) return ok;
      filter_.steps_.push_back(Step::any_of);
    }
    return {};
  }

  Result<> all(std::size_t depth) {
    if (auto ok = term(depth); !ok) return ok;
    while (take_connective("-and")) {
      if (auto ok = term(depth); !ok) return ok;
      filter_.steps_.push_back(Step::all_of);
    }
    return {};
  }

  Result<> term(std::size_t depth) {
    if (here() != '(') return comparison();
    const std::size_t opened = at_;
    if (depth == kMaxDeviceRuleDepth) {
      return fail(opened, fmt::format("parentheses are nested more than {} "
                                      "deep; write the rule flatter",
                                      kMaxDeviceRuleDepth));
    }
    ++at_;
    if (auto ok = any(depth + 1); !ok) return ok;
    if (take(')')) return {};
    if (at_ != rule_.size()) return fail_connective();
    return fail(opened, "this ( is never closed; write its )");
  }

  Result<> comparison() {
    Comparison fresh;
    if (auto ok = read_attribute(fresh); !ok) return ok;
    const std::size_t start = skip_blanks();
    const auto name = read_operator();
    if (!name) return tl::unexpected(name.error());
    fresh.op = name->op;
    fresh.negative = name->negative;
    if (fresh.attribute->kind == DeviceAttribute::Kind::truth) {
      if (fresh.op != Operator::equal || name->takes_list) {
        return fail(start, fmt::format("{} is true or false, which {} cannot "
                                       "compare; use -eq or -ne",
                                       fresh.attribute->name, name->name));
      }
      if (auto ok = read_truth(fresh); !ok) return ok;
    } else if (auto ok = read_texts(fresh, *name); !ok) {
      return ok;
    }
    filter_.steps_.push_back(Step::compare);
    filter_.comparisons_.push_back(std::move(fresh));
    return {};
  }

  Result<> read_attribute(Comparison& into) {
    const std::size_t start = skip_blanks();
    const std::string_view word = take_word();
    if (!lower_case(word).starts_with(kPrefix)) {
      const auto* meant = find_device_attribute(word);
      return fail(start,
                  fmt::format("a comparison begins with an attribute of the "
                              "device; write {}{}",
                              kPrefix, meant ? meant->name : "trustType"));
    }
    const std::string_view name = word.substr(kPrefix.size());
    into.attribute = find_device_attribute(name);
    if (into.attribute) return {};
    return fail(start + kPrefix.size(),
                fmt::format("a device has no attribute {}; {}",
                            quoted(name, 64), advice(name, attribute_names())));
  }

  Result<OperatorName> read_operator() {
    const std::size_t start = skip_blanks();
    const std::string_view word = take_word();
    const std::string wanted = lower_case(word);
    std::vector<std::string_view> names;
    for (const OperatorName& known : kOperators) {
      if (lower_case(known.name) == wanted) return known;
      names.push_back(known.name);
    }
    return fail(start,
                fmt::format("{}; {}",
                            word.empty() ? "an operator is missing here"
                                         : quoted(word, 64) + " is no operator",
                            advice(word, names)));
  }

  Result<> read_truth(Comparison& into) {
    const std::size_t start = skip_blanks();
    std::string text;
    if (is_quote(here())) {
      auto quoted = read_text();
      if (!quoted) return tl::unexpected(quoted.error());
      text = std::move(*quoted);
    } else {
      text = take_word();
    }
    const auto truth = as_truth(text);
    if (!truth) {
      return fail(start, fmt::format("{} is either True or False; write one "
                                     "of them",
                                     into.attribute->name));
    }
    into.truth = *truth;
    return {};
  }

  Result<> read_texts(Comparison& into, const OperatorName& name) {
    if (into.attribute->kind == DeviceAttribute::Kind::list &&
        into.op == Operator::contains) {
      into.op = Operator::equal;
    }
    const std::size_t start = skip_blanks();
    const bool is_list = take('[');
    if (is_list != name.takes_list) {
      return fail(start, is_list
                             ? fmt::format("{} takes one text; write -in or "
                                           "-notIn to compare with several",
                                           name.name)
                             : fmt::format("{} takes a list; write "
                                           "[\"a\", \"b\"]",
                                           name.name));
    }
    do {
      auto text = read_text();
      if (!text) return tl::unexpected(text.error());
      into.texts.push_back(lower_case(*text));
    } while (is_list && take(','));
    if (!is_list || take(']')) return {};
    return fail(at_, "the list goes on with , or ends with ]; write one");
  }

  Result<std::string> read_text() {
    const std::size_t start = skip_blanks();
    if (!is_quote(here())) {
      return fail(start,
                  "a text is missing here; write it in straight double quotes");
    }
    const char quote = rule_[at_++];
    std::string text;
    while (at_ < rule_.size()) {
      const char c = rule_[at_++];
      const char next = at_ < rule_.size() ? rule_[at_] : '\0';
      const bool escapes = c == '`' && (is_quote(next) || next == '`');
      if (c == quote && next != quote) return text;
      text += escapes ? next : c;
      if (escapes || c == quote) ++at_;
    }
    return fail(start, "the text that begins here never ends; write its quote");
  }

  // --- the bytes -------------------------------------------------------------

  std::size_t skip_blanks() {
    while (at_ < rule_.size() && is_blank(rule_[at_])) ++at_;
    return at_;
  }

  // The next byte that is no blank; NUL at the end.
  char here() {
    skip_blanks();
    return at_ < rule_.size() ? rule_[at_] : '\0';
  }

  bool take(char wanted) {
    if (here() != wanted) return false;
    ++at_;
    return true;
  }

  // An operator with its hyphen, an attribute with its prefix, or "".
  std::string_view word_at(std::size_t start) const {
    std::size_t end = start;
    if (end < rule_.size() && rule_[end] == '-') ++end;
    while (end < rule_.size() && is_word_byte(rule_[end])) ++end;
    return rule_.substr(start, end - start);
  }

  std::string_view take_word() {
    const std::string_view word = word_at(skip_blanks());
    at_ += word.size();
    return word;
  }

  bool take_connective(std::string_view connective) {
    const std::string_view word = word_at(skip_blanks());
    if (lower_case(word) != connective) return false;
    at_ += word.size();
    return true;
  }

  // --- errors ----------------------------------------------------------------

  tl::unexpected<Error> fail(std::size_t offset, std::string_view what) const {
    const auto before = rule_.substr(0, offset);
    const auto characters =
        std::count_if(before.begin(), before.end(), begins_character);
    return error(ErrorKind::malformed,
                 fmt::format("at character {}: {}", characters + 1, what));
  }

  tl::unexpected<Error> fail_connective() const {
    return fail(at_,
                "the rule does not go on like this; write -and or -or before "
                "another comparison, or remove what follows");
  }

  std::string_view rule_;
  std::size_t at_ = 0;
  DeviceFilter filter_;
};

Result<DeviceFilter> DeviceFilter::parse(std::string_view rule) {
  return Parser(rule).parse();
}

}  // namespace mfa
