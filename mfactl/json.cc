// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/json.h"

namespace mfa::mfactl {

const Json& member(const Json& json, const char* path) {
  static const Json kNothing;
  const Json::json_pointer pointer(path);
  return json.contains(pointer) ? json.at(pointer) : kNothing;
}

std::string text(const Json& json, const char* path) {
  const Json& value = member(json, path);
  return value.is_string() ? value.get<std::string>() : "";
}

std::int64_t number(const Json& json, const char* path) {
  const Json& value = member(json, path);
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

bool flag(const Json& json, const char* path) {
  const Json& value = member(json, path);
  return value.is_boolean() && value.get<bool>();
}

bool is_null(const Json& json, const char* path) {
  return member(json, path).is_null();
}

std::string joined(const Json& json, const char* path) {
  std::string all;
  for (const Json& item : member(json, path)) {
    if (!item.is_string()) continue;
    if (!all.empty()) all += ", ";
    all += item.get<std::string>();
  }
  return all;
}

std::string document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace mfa::mfactl
