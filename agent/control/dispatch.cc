// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <utility>

#include "agent/control/access.h"
#include "agent/control/endpoint.h"

namespace mfa::control {
namespace {

bool has_type(const Json& value, Type type) {
  switch (type) {
    case Type::text:
      return value.is_string();
    case Type::number:
      // A number beyond int64 is kept as unsigned or as a float.
      return value.is_number_integer() &&
             (!value.is_number_unsigned() ||
              value.get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
    case Type::boolean:
      return value.is_boolean();
    case Type::list:
      return value.is_array();
  }
  return false;
}

// Name of the first parameter that is unknown, missing or of a wrong type.
std::optional<std::string> wrong_parameter(const Operation& operation,
                                           const Json& given) {
  for (const auto& item : given.items()) {
    const auto& known = operation.parameters;
    if (std::none_of(known.begin(), known.end(), [&](const Parameter& p) {
          return p.name == item.key();
        })) {
      return item.key();
    }
  }
  for (const Parameter& parameter : operation.parameters) {
    const std::string name(parameter.name);
    const auto found = given.find(name);
    const bool absent = found == given.end() || found->is_null();
    if (absent ? parameter.required : !has_type(*found, parameter.type)) {
      return name;
    }
  }
  return std::nullopt;
}

const Json* find(const Json& parameters, std::string_view name) {
  const auto found = parameters.find(std::string(name));
  if (found == parameters.end() || found->is_null()) return nullptr;
  return &*found;
}

const Operation* find_operation(const Endpoint& endpoint,
                                std::string_view name) {
  const auto found =
      std::find_if(endpoint.operations.begin(), endpoint.operations.end(),
                   [&](const Operation& o) { return o.name == name; });
  return found == endpoint.operations.end() ? nullptr : &*found;
}

}  // namespace

std::optional<std::string> Call::text(std::string_view name) const {
  const Json* value = find(request.parameters, name);
  if (!value) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::int64_t> Call::number(std::string_view name) const {
  const Json* value = find(request.parameters, name);
  if (!value) return std::nullopt;
  return value->get<std::int64_t>();
}

bool Call::flag(std::string_view name, bool otherwise) const {
  const Json* value = find(request.parameters, name);
  return value ? value->get<bool>() : otherwise;
}

Json Call::take(std::string_view name) {
  const auto found = request.parameters.find(std::string(name));
  if (found == request.parameters.end()) return nullptr;
  return std::exchange(*found, nullptr);
}

asio::awaitable<Reply> dispatch(Call& call, const Endpoint& endpoint) {
  const Operation* operation = find_operation(endpoint, call.request.method);
  if (!operation) {
    co_return tl::unexpected(VarlinkError{"org.varlink.service.MethodNotFound",
                                          {{"method", call.request.method}}});
  }
  const auto wrong = wrong_parameter(*operation, call.request.parameters);
  if (wrong) co_return tl::unexpected(invalid_parameter(*wrong));
  const bool allowed = co_await may_call(*operation, call);
  if (!allowed) {
    co_return tl::unexpected(
        VarlinkError{"org.varlink.service.PermissionDenied"});
  }
  co_return co_await operation->run(call);
}

}  // namespace mfa::control
