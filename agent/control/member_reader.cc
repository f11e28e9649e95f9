// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/member_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/escape.h"
#include "agent/control/limits.h"
#include "wire/codec.h"

namespace mfa::control {
namespace {

// C0, DEL and, in UTF-8, C1.
bool has_control_character(std::string_view text) {
  bool after_c2 = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (after_c2 && byte < 0xa0) return true;
    after_c2 = byte == 0xc2;
  }
  return false;
}

const char* fault_of_text(const Json& value) {
  if (!value.is_string()) return "is no text";
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > kMaxConnectorText) return "is longer than 512 bytes";
  if (has_control_character(text)) return "has a control character";
  if (!wire::is_text(text)) return "is not UTF-8";
  return nullptr;
}
static_assert(kMaxConnectorText == 512);

}  // namespace

const char* fault_of_name(const Json& value) {
  if (const char* fault = fault_of_text(value)) return fault;
  return value.get_ref<const std::string&>().empty() ? "is empty" : nullptr;
}

MemberReader::MemberReader(const Json& object) : object_(object) {
  if (!object.is_object()) fault_ = "the record is no object";
}

const Json* MemberReader::find(std::string_view member) {
  asked_.push_back(member);
  if (fault_) return nullptr;
  for (auto item = object_.begin(); item != object_.end(); ++item) {
    if (item.key() == member) return item->is_null() ? nullptr : &*item;
  }
  return nullptr;
}

const Json* MemberReader::required(std::string_view member) {
  const Json* value = find(member);
  if (!value) fail(member, "is missing");
  return value;
}

void MemberReader::fail(std::string_view member, std::string_view what) {
  if (!fault_) fault_ = fmt::format("{}: {}", member, what);
}

bool MemberReader::is_name(std::string_view member, const Json& value) {
  const char* fault = fault_of_name(value);
  if (fault) fail(member, fault);
  return !fault;
}

std::string MemberReader::name(std::string_view member) {
  const Json* value = required(member);
  if (!value || !is_name(member, *value)) return {};
  return value->get<std::string>();
}

std::optional<std::string> MemberReader::optional_name(
    std::string_view member) {
  const Json* value = find(member);
  if (!value || !is_name(member, *value)) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::string> MemberReader::optional_text(
    std::string_view member) {
  const Json* value = find(member);
  if (!value) return std::nullopt;
  if (const char* fault = fault_of_text(*value)) {
    fail(member, fault);
    return std::nullopt;
  }
  auto text = value->get<std::string>();
  if (text.empty()) return std::nullopt;
  return text;
}

std::vector<std::string> MemberReader::names(std::string_view member,
                                             std::size_t most) {
  const Json* list = required(member);
  if (!list) return {};
  if (!list->is_array()) {
    fail(member, "is no list");
  } else if (list->size() > most) {
    fail(member, fmt::format("has more than {} entries", most));
  }
  std::vector<std::string> names;
  if (fault_) return names;
  names.reserve(list->size());
  for (const Json& entry : *list) {
    if (!is_name(member, entry)) return {};
    names.push_back(entry.get<std::string>());
  }
  return names;
}

bool MemberReader::truth(std::string_view member) {
  const Json* value = required(member);
  if (!value) return false;
  if (!value->is_boolean()) fail(member, "is neither true nor false");
  return value->is_boolean() && value->get<bool>();
}

std::optional<bool> MemberReader::optional_truth(std::string_view member) {
  const Json* value = find(member);
  if (!value) return std::nullopt;
  if (!value->is_boolean()) {
    fail(member, "is neither true nor false");
    return std::nullopt;
  }
  return value->get<bool>();
}

// What is written with a sign, a fraction or an exponent, or is beyond 64
// bits, is no unsigned number to the parser.
std::optional<std::uint64_t> MemberReader::optional_number(
    std::string_view member, std::uint64_t most) {
  const Json* value = find(member);
  if (!value) return std::nullopt;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() > most) {
    fail(member, fmt::format("is no whole number from 0 to {}", most));
    return std::nullopt;
  }
  return value->get<std::uint64_t>();
}

const Json* MemberReader::object(std::string_view member) {
  const Json* value = required(member);
  if (value && !value->is_object()) {
    fail(member, "is no object");
    return nullptr;
  }
  return value;
}

Result<> MemberReader::end() {
  if (fault_) return error(ErrorKind::malformed, *fault_);
  for (auto item = object_.begin(); item != object_.end(); ++item) {
    const std::string& key = item.key();
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
      return error(ErrorKind::malformed,
                   "there is no member " + mfa::quoted(key, 64));
    }
  }
  return {};
}

}  // namespace mfa::control
