// SPDX-License-Identifier: BSD-3-Clause
//
// What can be called on control.sock.
#include "agent/control/endpoint.h"
#include "agent/control/handlers.h"
#include "agent/control/interface_text.h"

namespace mfa::control {
namespace {

constexpr Parameter kUser = {"user", Type::text, true};
constexpr Parameter kId = {"id", Type::text, true};

constexpr Parameter kInterface[] = {{"interface", Type::text, true}};
constexpr Parameter kOnlyUser[] = {kUser};
constexpr Parameter kOnlyId[] = {kId};
constexpr Parameter kHeld[] = {{"sinceDateTime", Type::text, true}};
constexpr Parameter kKind[] = {{"kind", Type::text, true}};
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

    {"org.pammfa.Control.ShowDirectory", Privilege::admin, About::nobody,
     show_directory},
    {"org.pammfa.Control.SyncDirectory", Privilege::admin, About::nobody,
     sync_directory},
    {"org.pammfa.Control.ShowDirectoryUser", Privilege::admin, About::user,
     show_directory_user, kOnlyUser},
    {"org.pammfa.Control.AcceptDirectory", Privilege::admin, About::nobody,
     accept_directory, kHeld},
    {"org.pammfa.Control.ForgetDirectoryUser", Privilege::admin, About::user,
     forget_directory_user, kOnlyUser},
    {"org.pammfa.Control.ForgetDirectoryKind", Privilege::admin, About::nobody,
     forget_directory_kind, kKind},

    // About everybody, or about what would happen to somebody: whoever could
    // ask would learn which risks and devices open a door.
    {"org.pammfa.Control.WhatIf", Privilege::admin, About::user, what_if,
     kWhatIf},
    {"org.pammfa.Control.PolicyImpact", Privilege::admin, About::nobody,
     policy_impact, kSince},
};

}  // namespace

const Endpoint& control_endpoint() {
  static constexpr Endpoint kEndpoint = {
      "control",   kControlInterface, kOperations,    Privilege::anyone,
      kMaxMessage, kControlSeats,     &Context::load, &Times::idle};
  return kEndpoint;
}

}  // namespace mfa::control
