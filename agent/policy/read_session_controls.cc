// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "agent/policy/read_controls.h"

namespace mfa {
namespace {

using graph::Field;
using yaml::error_at;
using yaml::Node;

constexpr unsigned kHoursPerDay = 24;

enum class Interval { time_based, every_time };
constexpr GraphName<Interval> kIntervals[] = {
    {Interval::time_based, "timeBased"},
    {Interval::every_time, "everyTime"},
};

// Both kinds mean the same where the first factor is given at every sign-in.
enum class AuthenticationType { primary_and_secondary, secondary };
constexpr GraphName<AuthenticationType> kAuthenticationTypes[] = {
    {AuthenticationType::primary_and_secondary,
     "primaryAndSecondaryAuthentication"},
    {AuthenticationType::secondary, "secondaryAuthentication"},
};

// --- signInFrequency ---------------------------------------------------------

struct FrequencyDraft {
  std::optional<Interval> interval;
  std::optional<FrequencyUnit> unit;
  const Node* value = nullptr;
};

constexpr graph::Member<FrequencyDraft> kFrequencyMembers[] = {
    {"isEnabled", [](const Field&, FrequencyDraft&) { return Result<>(); }},
    {"value",
     [](const Field& field, FrequencyDraft& to) {
       to.value = &field.node;
       return Result<>();
     }},
    {"type",
     [](const Field& field, FrequencyDraft& to) {
       return graph::read_optional_word(field, graph_names<FrequencyUnit>(),
                                        to.unit);
     }},
    {"frequencyInterval",
     [](const Field& field, FrequencyDraft& to) {
       return graph::read_optional_word<Interval>(field, kIntervals,
                                                  to.interval);
     }},
    {"authenticationType",
     [](const Field& field, FrequencyDraft&) {
       std::optional<AuthenticationType> type;
       return graph::read_optional_word<AuthenticationType>(
           field, kAuthenticationTypes, type);
     }},
};

Result<SignInFrequency> every_time(const Field& field,
                                   const FrequencyDraft& draft) {
  if (draft.value) {
    return error_at(draft.value->place,
                    fmt::format("{}.value has no meaning with everyTime; "
                                "remove it, or write frequencyInterval: "
                                "timeBased",
                                field.name));
  }
  return SignInFrequency{.every_time = true};
}

Result<SignInFrequency> time_based(const Field& field,
                                   const FrequencyDraft& draft) {
  if (!draft.value) {
    return graph::missing(field, "value",
                          "write value and type, for example 4 and hours, or "
                          "frequencyInterval: everyTime");
  }
  if (!draft.unit) {
    return graph::missing(field, "type", "write hours or days");
  }
  const unsigned most = *draft.unit == FrequencyUnit::days
                            ? kMaxFrequencyDays
                            : kMaxFrequencyDays * kHoursPerDay;
  const auto value =
      yaml::integer(*draft.value, graph::member_path(field, "value"), 1, most);
  if (!value) return tl::unexpected(value.error());
  return SignInFrequency{.every_time = false,
                         .value = static_cast<unsigned>(*value),
                         .unit = *draft.unit};
}

Result<> read_sign_in_frequency(const Field& field, PolicyDraft& draft) {
  FrequencyDraft read;
  if (auto ok = graph::read_members(field, kFrequencyMembers, read); !ok) {
    return ok;
  }
  const auto enabled = graph::is_enabled(field);
  if (!enabled) return tl::unexpected(enabled.error());
  if (!*enabled) return {};
  auto frequency = read.interval == Interval::every_time
                       ? every_time(field, read)
                       : time_based(field, read);
  if (!frequency) return tl::unexpected(frequency.error());
  draft.policy.session.sign_in_frequency = *frequency;
  return {};
}

// --- persistentBrowser -------------------------------------------------------

Result<> read_persistent_browser(const Field& field, PolicyDraft& draft) {
  constexpr std::string_view kKeys[] = {"isEnabled", "mode"};
  if (auto ok = graph::check_keys(field, kKeys); !ok) return ok;
  const auto enabled = graph::is_enabled(field);
  if (!enabled) return tl::unexpected(enabled.error());
  if (!*enabled) return {};
  const Node* mode = graph::present(field.node, "mode");
  if (!mode) return graph::missing(field, "mode", "write never or always");
  return graph::read_optional_word({*mode, graph::member_path(field, "mode")},
                                   graph_names<PersistentBrowser>(),
                                   draft.policy.session.persistent_browser);
}

// --- controls of applications that are not here ------------------------------

Result<> note_foreign(const Field& field, std::string_view own_key,
                      PolicyDraft& draft) {
  const std::string_view keys[] = {"isEnabled", own_key};
  if (auto ok = graph::check_keys(field, keys); !ok) return ok;
  const auto enabled = graph::is_enabled(field);
  if (!enabled) return tl::unexpected(enabled.error());
  const Node* own = graph::present(field.node, own_key);
  if (*enabled && !(own && own->scalar == "disabled")) {
    draft.note(
        fmt::format("{} has no effect: no service here knows it", field.name));
  }
  return {};
}

Result<> read_resilience(const Field& field, PolicyDraft& draft) {
  const auto disable = yaml::boolean(field.node, field.name);
  if (!disable) return tl::unexpected(disable.error());
  draft.policy.disable_resilience_defaults = *disable;
  return {};
}

constexpr PolicyMember kSessionMembers[] = {
    {"signInFrequency", read_sign_in_frequency},
    {"persistentBrowser", read_persistent_browser},
    {"disableResilienceDefaults", read_resilience},
    {"applicationEnforcedRestrictions",
     [](const Field& field, PolicyDraft& draft) {
       return note_foreign(field, "isEnabled", draft);
     }},
    {"secureSignInSession",
     [](const Field& field, PolicyDraft& draft) {
       return note_foreign(field, "isEnabled", draft);
     }},
    {"cloudAppSecurity",
     [](const Field& field, PolicyDraft& draft) {
       return note_foreign(field, "cloudAppSecurityType", draft);
     }},
    {"continuousAccessEvaluation",
     [](const Field& field, PolicyDraft& draft) {
       return note_foreign(field, "mode", draft);
     }},
    {"globalSecureAccessFilteringProfile",
     [](const Field& field, PolicyDraft& draft) {
       return note_foreign(field, "profileId", draft);
     }},
};

}  // namespace

Result<> read_session_controls(const Field& controls, PolicyDraft& draft) {
  return graph::read_members(controls, kSessionMembers, draft);
}

}  // namespace mfa
