// SPDX-License-Identifier: BSD-3-Clause
#include "agent/policy/read_assignments.h"

#include <fmt/format.h>

#include "agent/base/escape.h"
#include "agent/config/role_names.h"

namespace mfa {
namespace {

using graph::Field;
using yaml::error_at;

constexpr std::string_view kAll = "All";
constexpr std::string_view kNone = "None";
constexpr std::string_view kGuests = "GuestsOrExternalUsers";
constexpr std::string_view kUserWords[] = {kAll, kNone, kGuests};
constexpr std::string_view kApplicationWords[] = {kAll, kNone};

// --- users -------------------------------------------------------------------

// What stands in Microsoft's templates where an administrator belongs.
constexpr std::string_view kPlaceholder =
    "Current administrator will be excluded";

UsersCondition& users_of(PolicyDraft& draft) {
  return draft.policy.conditions.users;
}

UserRef user_ref(const std::string& text) {
  return {Name(text), Name(lower_case(text))};
}

Result<> read_include_users(const Field& list, PolicyDraft& draft) {
  UsersCondition& users = users_of(draft);
  return graph::each_text(
      list, [&](const Field& item, const std::string& who) -> Result<> {
        if (who == kAll) {
          users.include_all = true;
        } else if (who == kGuests) {
          users.include_guests = true;
        } else if (who != kNone) {
          users.include_users.push_back(user_ref(who));
        }
        return graph::check_spelling(item, who, kUserWords);
      });
}

Result<> exclude_user(const Field& item, const std::string& who,
                      PolicyDraft& draft) {
  if (who == kAll) return graph::excludes_everything(item, item.node);
  if (lower_case(who) == lower_case(kPlaceholder)) {
    return error_at(item.node.place,
                    fmt::format("{} has the placeholder {} of a template; "
                                "write the name of your emergency access "
                                "account instead",
                                item.name, quoted(who)));
  }
  if (who == kGuests) {
    users_of(draft).exclude_guests = true;
  } else if (who == kNone) {
    draft.note(fmt::format("{}: None excludes nobody", item.name));
  } else {
    users_of(draft).exclude_users.push_back(user_ref(who));
  }
  return graph::check_spelling(item, who, kUserWords);
}

Result<> read_exclude_users(const Field& list, PolicyDraft& draft) {
  return graph::each_text(list, [&](const Field& item, const std::string& who) {
    return exclude_user(item, who, draft);
  });
}

Result<> read_names(const Field& list, std::vector<Name>& to) {
  return graph::each_text(
      list, [&](const Field&, const std::string& name) -> Result<> {
        to.emplace_back(name);
        return {};
      });
}

Result<> read_roles(const Field& list, std::vector<Name>& to) {
  return graph::each_text(
      list, [&](const Field&, const std::string& role) -> Result<> {
        to.emplace_back(role_key(role));
        return {};
      });
}

// Kinds of guests and their tenants, which nobody here has.
Result<> check_guests(const Field& guests) {
  constexpr std::string_view kKeys[] = {"guestOrExternalUserTypes",
                                        "externalTenants"};
  return graph::check_keys(guests, kKeys);
}

Result<> read_include_guests(const Field& guests, PolicyDraft& draft) {
  users_of(draft).include_guests = true;
  draft.note(fmt::format(
      "{} includes every guest: kinds of guests and their tenants are not "
      "known here",
      guests.name));
  return check_guests(guests);
}

Result<> read_exclude_guests(const Field& guests, PolicyDraft& draft) {
  draft.note(fmt::format(
      "{} excludes nobody: kinds of guests and their tenants are not known "
      "here; GuestsOrExternalUsers in excludeUsers excludes every guest",
      guests.name));
  return check_guests(guests);
}

constexpr PolicyMember kUserMembers[] = {
    {"includeUsers", read_include_users},
    {"excludeUsers", read_exclude_users},
    {"includeGroups",
     [](const Field& list, PolicyDraft& draft) {
       return read_names(list, users_of(draft).include_groups);
     }},
    {"excludeGroups",
     [](const Field& list, PolicyDraft& draft) {
       return read_names(list, users_of(draft).exclude_groups);
     }},
    {"includeRoles",
     [](const Field& list, PolicyDraft& draft) {
       return read_roles(list, users_of(draft).include_roles);
     }},
    {"excludeRoles",
     [](const Field& list, PolicyDraft& draft) {
       return read_roles(list, users_of(draft).exclude_roles);
     }},
    {"includeGuestsOrExternalUsers", read_include_guests},
    {"excludeGuestsOrExternalUsers", read_exclude_guests},
};

// --- applications ------------------------------------------------------------

// As policies spell them; a sign-in has other words.
constexpr GraphName<UserAction> kUserActions[] = {
    {UserAction::register_security_information,
     "urn:user:registersecurityinfo"},
    {UserAction::register_or_join_devices, "urn:user:registerdevice"},
    {UserAction::account_recovery, "urn:user:accountrecovery"},
};

ApplicationsCondition& applications_of(PolicyDraft& draft) {
  return draft.policy.conditions.applications;
}

void add_service(const Field& item, const std::string& service,
                 std::vector<Name>& to, PolicyDraft& draft) {
  to.emplace_back(service);
  if (service == "Office365" || service == "MicrosoftAdminPortals") {
    draft.note(
        fmt::format("{}: {} is no service of this host", item.name, service));
  }
}

Result<> read_include_applications(const Field& list, PolicyDraft& draft) {
  ApplicationsCondition& to = applications_of(draft);
  return graph::each_text(
      list, [&](const Field& item, const std::string& service) -> Result<> {
        if (service == kAll) {
          to.include_all = true;
        } else if (service != kNone) {
          add_service(item, service, to.include, draft);
        }
        return graph::check_spelling(item, service, kApplicationWords);
      });
}

Result<> read_exclude_applications(const Field& list, PolicyDraft& draft) {
  return graph::each_text(
      list, [&](const Field& item, const std::string& service) -> Result<> {
        if (service == kAll) {
          return graph::excludes_everything(item, item.node);
        }
        if (service == kNone) {
          draft.note(fmt::format("{}: None excludes nothing", item.name));
        } else {
          add_service(item, service, applications_of(draft).exclude, draft);
        }
        return graph::check_spelling(item, service, kApplicationWords);
      });
}

// c1 to c99.
bool is_authentication_context(std::string_view text) {
  return (text.size() == 2 || text.size() == 3) && text[0] == 'c' &&
         text[1] != '0' && text.find_first_not_of("0123456789", 1) == text.npos;
}

Result<> read_authentication_contexts(const Field& list, PolicyDraft&) {
  return graph::each_text(
      list, [](const Field& item, const std::string& text) -> Result<> {
        if (is_authentication_context(text)) return {};
        return error_at(
            item.node.place,
            fmt::format("{} has {}, which is no authentication context; write "
                        "c1 to c99",
                        item.name, quoted(text)));
      });
}

Result<> refuse_application_filter(const Field& filter, PolicyDraft&) {
  return error_at(filter.node.place,
                  fmt::format("{} is not supported: a PAM service has no "
                              "attributes to filter by; remove it and name "
                              "the services in includeApplications",
                              filter.name));
}

constexpr PolicyMember kApplicationMembers[] = {
    {"includeApplications", read_include_applications},
    {"excludeApplications", read_exclude_applications},
    {"includeUserActions",
     [](const Field& list, PolicyDraft& draft) {
       return graph::read_set<UserAction>(list, kUserActions,
                                          applications_of(draft).user_actions);
     }},
    {"includeAuthenticationContextClassReferences",
     read_authentication_contexts},
    {"applicationFilter", refuse_application_filter},
    {"globalSecureAccess", must_be_empty},
    {"networkAccess", must_be_empty},
};

// Exactly one kind of rule; a policy without would never apply.
Result<> check_application_rule(const Field& field, PolicyDraft& draft) {
  const bool services = graph::has_entries(field.node, "includeApplications");
  const bool actions = graph::has_entries(field.node, "includeUserActions");
  const bool contexts = graph::has_entries(
      field.node, "includeAuthenticationContextClassReferences");
  if (services && actions) {
    return error_at(field.node.place,
                    "a policy is about applications or about user actions; "
                    "empty includeApplications or includeUserActions, or make "
                    "it two policies");
  }
  if (!services && !actions && !contexts) {
    return graph::missing(field, "includeApplications",
                          "write [All], or the PAM services it is about");
  }
  if (!services && graph::has_entries(field.node, "excludeApplications")) {
    draft.note(fmt::format(
        "{}.excludeApplications has no effect without includeApplications",
        field.name));
  }
  if (contexts && (services || actions)) {
    draft.note(
        fmt::format("{}.includeAuthenticationContextClassReferences has no "
                    "effect: no sign-in here asks for an authentication "
                    "context",
                    field.name));
  }
  applications_of(draft).only_authentication_contexts = !services && !actions;
  return {};
}

}  // namespace

Result<> read_users(const Field& users, PolicyDraft& draft) {
  return graph::read_members(users, kUserMembers, draft);
}

Result<> read_applications(const Field& applications, PolicyDraft& draft) {
  auto ok = graph::read_members(applications, kApplicationMembers, draft);
  return ok ? check_application_rule(applications, draft) : ok;
}

}  // namespace mfa
