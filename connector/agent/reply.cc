// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/reply.h"

namespace mfa::connector {
namespace {

using varlink::Json;

const Json* member(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> optional_text(const Json& json, const char* name) {
  const Json* found = member(json, name);
  if (!found || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::string text_of(const Json& json, const char* name) {
  return optional_text(json, name).value_or("");
}

std::optional<std::uint64_t> number_of(const Json& json, const char* name) {
  const Json* found = member(json, name);
  if (!found || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

bool flag_of(const Json& json, const char* name) {
  const Json* found = member(json, name);
  return found && found->is_boolean() && found->get<bool>();
}

}  // namespace mfa::connector
