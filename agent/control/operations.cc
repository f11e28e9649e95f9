// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "agent/control/access.h"
#include "agent/control/handlers.h"
#include "agent/control/operation.h"

namespace mfa::control {
namespace {

constexpr Parameter kUser = {"user", Type::text, true};
constexpr Parameter kId = {"id", Type::text, true};

constexpr Parameter kInterface[] = {{"interface", Type::text, true}};
constexpr Parameter kOnlyUser[] = {kUser};
constexpr Parameter kOnlyId[] = {kId};
constexpr Parameter kUserAndId[] = {kUser, kId};
constexpr Parameter kAdd[] = {kUser,
                              {"kind", Type::text},
                              {"label", Type::text},
                              {"algorithm", Type::text},
                              {"digits", Type::number},
                              {"period", Type::number},
                              {"confirm", Type::boolean}};
constexpr Parameter kConfirm[] = {kUser, kId, {"code", Type::text, true}};
constexpr Parameter kSignIns[] = {{"user", Type::text},
                                  {"since", Type::number},
                                  {"limit", Type::number},
                                  {"follow", Type::boolean}};
constexpr Parameter kRequire[] = {kUser, {"required", Type::boolean, true}};
constexpr Parameter kWhatIf[] = {kUser,
                                 {"service", Type::text, true},
                                 {"rhost", Type::text},
                                 {"tty", Type::text},
                                 {"firstFactor", Type::text},
                                 {"accountOnly", Type::boolean},
                                 {"registering", Type::boolean},
                                 {"device", Type::text},
                                 {"devicePlatform", Type::text},
                                 {"clientAppType", Type::text},
                                 {"country", Type::text},
                                 {"signInRiskLevel", Type::text},
                                 {"userRiskLevel", Type::text}};
constexpr Parameter kSince[] = {{"since", Type::number}};

// Pending methods prove nothing and removing one weakens an account, so both
// are the administrators', not the person's own.
constexpr Operation kOperations[] = {
    {"org.varlink.service.GetInfo", Privilege::anyone, About::nobody, get_info},
    {"org.varlink.service.GetInterfaceDescription", Privilege::anyone,
     About::nobody, get_interface_description, kInterface},

    {"org.pammfa.Control.Status", Privilege::admin, About::nobody, show_status},
    {"org.pammfa.Control.Reload", Privilege::admin, About::nobody, reload},

    {"org.pammfa.Control.AddMethod", Privilege::admin, About::user, add_method,
     kAdd},
    {"org.pammfa.Control.ConfirmMethod", Privilege::admin, About::user,
     confirm_method, kConfirm},
    {"org.pammfa.Control.ListMethods", Privilege::self, About::user,
     list_methods, kOnlyUser},
    {"org.pammfa.Control.RemoveMethod", Privilege::admin, About::user,
     remove_method, kUserAndId},

    {"org.pammfa.Control.ShowUser", Privilege::self, About::user, show_user,
     kOnlyUser},
    {"org.pammfa.Control.UnlockUser", Privilege::admin, About::user,
     unlock_user, kOnlyUser},
    {"org.pammfa.Control.ResetGrace", Privilege::admin, About::user,
     reset_grace, kOnlyUser},
    {"org.pammfa.Control.RequireMfa", Privilege::admin, About::user,
     require_mfa, kRequire},
    {"org.pammfa.Control.ForgetRemembered", Privilege::admin, About::user,
     forget_remembered, kOnlyUser},

    {"org.pammfa.Control.SignIns", Privilege::self, About::user, list_sign_ins,
     kSignIns},
    {"org.pammfa.Control.Explain", Privilege::self, About::record, explain,
     kOnlyId},

    // About everybody, or about what would happen to somebody: whoever could
    // ask would learn which risks and devices open a door.
    {"org.pammfa.Control.WhatIf", Privilege::admin, About::user, what_if,
     kWhatIf},
    {"org.pammfa.Control.PolicyImpact", Privilege::admin, About::nobody,
     policy_impact, kSince},
};

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

const Operation* find_operation(std::string_view name) {
  for (const Operation& operation : kOperations) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
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

std::span<const Operation> operations() { return kOperations; }

asio::awaitable<Reply> dispatch(Call& call) {
  const Operation* operation = find_operation(call.request.method);
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
