// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/varlink.h"

#include <array>
#include <utility>

#include "agent/control/limits.h"

namespace mfa::control {
namespace {

// What a message may make the parser do. Looks at what stands outside strings
// only; whether the rest is JSON is the parser's business. Runs first, so that
// depth costs nobody a stack, and members (each is looked for among those
// before it) nobody time.
class Shape {
 public:
  // Why it is refused; nullptr: it is not.
  static const char* fault_of(std::string_view json) {
    Shape shape;
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (shape.in_string_) {
        i = end_of_run(json, i);
        if (i >= json.size()) break;
      }
      if (const char* fault = shape.take(json[i], i)) return fault;
    }
    return nullptr;
  }

 private:
  // Most of a message is inside strings, where two characters matter.
  static std::size_t end_of_run(std::string_view json, std::size_t i) {
    while (i < json.size() && json[i] != '"' && json[i] != '\\') ++i;
    return i;
  }

  const char* take(char c, std::size_t& i) {
    if (in_string_) {
      if (c == '\\') ++i;
      if (c == '"') in_string_ = false;
      return nullptr;
    }
    switch (c) {
      case '"':
        in_string_ = true;
        return nullptr;
      case '{':
      case '[':
        if (depth_ == kMaxDepth) return "the message is nested too deeply";
        members_[depth_++] = 0;
        return nullptr;
      case '}':
      case ']':
        if (depth_ > 0) --depth_;
        return nullptr;
      case ':':
        if (depth_ > 0 && ++members_[depth_ - 1] > kMaxMembers) {
          return "an object in the message has too many members";
        }
        return nullptr;
      default:
        return nullptr;
    }
  }

  bool in_string_ = false;
  std::size_t depth_ = 0;
  std::array<std::size_t, kMaxDepth> members_ = {};
};

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
bool take_member(const std::string& name, Json& value, Request& request) {
  if (name == "method" && value.is_string()) {
    request.method = value.get<std::string>();
    return true;
  }
  if (name == "parameters" && (value.is_object() || value.is_null())) {
    if (value.is_object()) request.parameters = std::move(value);
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
  if (const char* fault = Shape::fault_of(message)) return malformed(fault);
  Json json = Json::parse(message, nullptr, false);
  if (!json.is_object()) return malformed("the message is no JSON object");
  Request request;
  for (auto& [name, value] : json.items()) {
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

std::string encode_error(const VarlinkError& error,
                         std::string_view interface) {
  const bool own = error.name.starts_with('.');
  return encode({{"error", (own ? std::string(interface) : "") + error.name},
                 {"parameters", error.parameters}});
}

VarlinkError invalid_parameter(std::string_view name) {
  return {"org.varlink.service.InvalidParameter", {{"parameter", name}}};
}

VarlinkError to_varlink(const Error& error) {
  return {'.' + std::string(name_of(error.kind)), {{"message", error.what}}};
}

}  // namespace mfa::control
