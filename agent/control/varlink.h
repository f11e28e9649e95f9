// SPDX-License-Identifier: BSD-3-Clause
//
// The Varlink protocol (https://varlink.org/Method-Call) as values: bytes of
// one message in, a request out, and back. Pure: no socket, no meaning.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "agent/base/result.h"

namespace mfa::control {

// Members stay in the order in which they were written: it reads better.
using Json = nlohmann::ordered_json;

// Ends every message.
inline constexpr char kEndOfMessage = '\0';

struct Request {
  std::string method;  // "org.pammfa.Control.Status"
  Json parameters = Json::object();
  bool more = false;    // the caller takes several replies
  bool oneway = false;  // the caller takes none
};

struct VarlinkError {
  // In full; or ".Malformed", of the interface that the socket serves.
  std::string name;
  Json parameters = Json::object();
};

template <class T>
using VarlinkResult = tl::expected<T, VarlinkError>;

// `message` without the final NUL. Not JSON, nested too deep, an object with
// too many members, no object, an unknown member or a wrong type: an error for
// the caller.
VarlinkResult<Request> parse_request(std::string_view message);

// Whole messages, with the final NUL. Text that is no UTF-8 (nothing of ours
// should be) is replaced, never a reason to fail.
std::string encode_reply(const Json& parameters, bool continues);
std::string encode_error(const VarlinkError& error, std::string_view interface);

VarlinkError invalid_parameter(std::string_view name);
// An error of the socket's own interface for each ErrorKind.
VarlinkError to_varlink(const Error& error);

}  // namespace mfa::control
