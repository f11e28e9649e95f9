// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/device_filter.h"

#include <algorithm>
#include <array>

#include "agent/model/name_set.h"

namespace mfa {
namespace {

// What waits for its other side: at each depth one term for -and and one for
// -or, and above them what was just compared.
constexpr std::size_t kMaxWaiting = 2 * (kMaxDeviceRuleDepth + 1) + 1;

bool same_letter(char held, char wanted) { return lower_case(held) == wanted; }

bool same_text(std::string_view held, std::string_view wanted) {
  return std::equal(held.begin(), held.end(), wanted.begin(), wanted.end(),
                    same_letter);
}

bool has_within(std::string_view held, std::string_view wanted) {
  return wanted.empty() || std::search(held.begin(), held.end(), wanted.begin(),
                                       wanted.end(), same_letter) != held.end();
}

}  // namespace

bool DeviceFilter::compare(Operator op, std::string_view held,
                           std::string_view wanted) {
  if (op == Operator::contains) return has_within(held, wanted);
  if (op == Operator::equal) return same_text(held, wanted);
  if (wanted.size() > held.size()) return false;
  const std::size_t rest = held.size() - wanted.size();
  return op == Operator::starts_with
             ? same_text(held.substr(0, wanted.size()), wanted)
             : same_text(held.substr(rest), wanted);
}

bool DeviceFilter::any_holds(const Comparison& comparison,
                             std::string_view held) {
  return std::any_of(
      comparison.texts.begin(), comparison.texts.end(),
      [&](const auto& text) { return compare(comparison.op, held, text); });
}

// Without the "not" of the operator.
bool DeviceFilter::holds(const Comparison& comparison, const Device& device) {
  const DeviceAttribute& attribute = *comparison.attribute;
  if (attribute.kind == DeviceAttribute::Kind::truth) {
    return device.is_compliant == comparison.truth;
  }
  if (attribute.kind == DeviceAttribute::Kind::text) {
    const auto& held = device.text(attribute.text);
    return held && any_holds(comparison, *held);
  }
  const auto& held = device.list(attribute.list);
  return std::any_of(held.begin(), held.end(), [&](const auto& element) {
    return any_holds(comparison, element);
  });
}

bool DeviceFilter::matches(const Device* device) const {
  std::array<bool, kMaxWaiting> waiting{};
  std::size_t size = 0;
  auto next = comparisons_.begin();
  for (const Step step : steps_) {
    if (step == Step::compare) {
      const Comparison& comparison = *next++;
      const bool positive = device && holds(comparison, *device);
      waiting[size++] = positive != comparison.negative;
    } else {
      const bool right = waiting[--size];
      bool& left = waiting[size - 1];
      left = step == Step::all_of ? left && right : left || right;
    }
  }
  return size == 1 && waiting[0];
}

}  // namespace mfa
