// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/varlink.h"

#include <algorithm>
#include <utility>

#include "agent/control/limits.h"

namespace mfa::control {
namespace {

// Looks at brackets outside strings only; whether the rest is JSON is the
// parser's business. Runs first, so that depth costs nobody a stack.
bool nests_deeper_than(std::string_view json, std::size_t limit) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > limit) return true;
    } else if ((c == '}' || c == ']') && depth > 0) {
      --depth;
    }
  }
  return false;
}

tl::unexpected<VarlinkError> malformed(std::string what) {
  return tl::unexpected(
      to_varlink(Error{ErrorKind::malformed, std::move(what)}));
}

bool take_flag(const Json& value, bool& flag) {
  if (!value.is_boolean()) return false;
  flag = value.get<bool>();
  return true;
}

// False: unknown, or of a wrong type.
bool take_member(const std::string& name, const Json& value, Request& request) {
  if (name == "method" && value.is_string()) {
    request.method = value.get<std::string>();
    return true;
  }
  if (name == "parameters" && (value.is_object() || value.is_null())) {
    if (value.is_object()) request.parameters = value;
    return true;
  }
  if (name == "more") return take_flag(value, request.more);
  if (name == "oneway") return take_flag(value, request.oneway);
  return false;
}

std::string encode(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace) +
         kEndOfMessage;
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
      return "Malformed";
    case ErrorKind::unavailable:
      return "Unavailable";
    case ErrorKind::not_found:
      return "NotFound";
    case ErrorKind::conflict:
      return "Conflict";
    case ErrorKind::refused:
      return "Refused";
    case ErrorKind::damaged:
      return "Damaged";
  }
  return "Unavailable";
}

}  // namespace

VarlinkResult<Request> parse_request(std::string_view message) {
  if (nests_deeper_than(message, kMaxDepth)) {
    return malformed("the message is nested too deeply");
  }
  const Json json = Json::parse(message, nullptr, false);
  if (!json.is_object()) return malformed("the message is no JSON object");
  Request request;
  for (const auto& [name, value] : json.items()) {
    if (!take_member(name, value, request)) {
      return tl::unexpected(invalid_parameter(name));
    }
  }
  if (request.method.empty()) return malformed("the message names no method");
  if (request.more && request.oneway) {
    return malformed("a call is oneway or wants more, not both");
  }
  return request;
}

std::string encode_reply(const Json& parameters, bool continues) {
  Json message = {{"parameters", parameters}};
  if (continues) message["continues"] = true;
  return encode(message);
}

std::string encode_error(const VarlinkError& error) {
  return encode({{"error", error.name}, {"parameters", error.parameters}});
}

VarlinkError invalid_parameter(std::string_view name) {
  return {"org.varlink.service.InvalidParameter", {{"parameter", name}}};
}

VarlinkError to_varlink(const Error& error) {
  return {"org.pammfa.Control." + std::string(name_of(error.kind)),
          {{"message", error.what}}};
}

}  // namespace mfa::control
