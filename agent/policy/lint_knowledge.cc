// SPDX-License-Identifier: BSD-3-Clause
//
// Conditions and controls that hang on what this host is never told: who has
// no directory_file knows no risk, no guest and no device.
#include <algorithm>
#include <utility>

#include "agent/policy/lint_rules.h"

namespace mfa {
namespace {

constexpr char kGiveDirectoryFile[] =
    "write what is known into directory_file (mfa-directory(5)), or remove the "
    "condition";

void never(Complaints& complaints, std::string why, std::string advice) {
  complaints.add(Severity::warning, "neverApplies",
                 "it applies to no sign-in: " + std::move(why),
                 std::move(advice));
}

bool includes_nobody_but_guests(const UsersCondition& users) {
  return users.include_guests && !users.include_all &&
         users.include_users.empty() && users.include_groups.empty() &&
         users.include_roles.empty();
}

bool all_are(const LocationsCondition& wanted, NamedLocation::Kind kind,
             const NamedLocations& locations) {
  return !wanted.include_all && !wanted.include_trusted &&
         !wanted.include.empty() &&
         std::all_of(wanted.include.begin(), wanted.include.end(),
                     [&](std::size_t index) {
                       const auto& location = locations.list()[index];
                       return location.kind == kind &&
                              !location.include_unknown_countries;
                     });
}

bool wants_risk(const EnumSet<RiskLevel>& levels) { return !levels.empty(); }

void lint_without_directory(const PolicyConditions& wanted,
                            Complaints& complaints) {
  if (wants_risk(wanted.sign_in_risk_levels) ||
      wants_risk(wanted.user_risk_levels)) {
    never(complaints, "nothing tells this host of risks", kGiveDirectoryFile);
  }
  if (includes_nobody_but_guests(wanted.users)) {
    never(complaints, "nothing tells this host who is a guest",
          kGiveDirectoryFile);
  }
  if (wanted.platforms && !wanted.platforms->include_all) {
    never(complaints, "nothing tells this host of the platform of a device",
          kGiveDirectoryFile);
  }
}

// These hold where another control stands beside them with OR.
void lint_devices(const Policy& policy, Complaints& complaints) {
  Controls others = policy.grant.controls;
  others.erase(Control::compliant_device);
  others.erase(Control::domain_joined_device);
  const bool wants_device = !(others == policy.grant.controls);
  if (!wants_device || (!policy.grant.all_of && !others.empty())) return;
  complaints.add(Severity::error, "noDeviceKnown",
                 "it refuses everyone it applies to: this host knows no device",
                 "write the devices and their SSH keys into directory_file "
                 "(mfa-directory(5)) before it is enabled");
}

void lint_what_never_happens(const PolicyConditions& wanted,
                             Complaints& complaints) {
  const auto& clients = wanted.client_app_types;
  if (!clients.empty() && clients != EnumSet{ClientAppType::eas_supported} &&
      !clients.contains(ClientAppType::mobile_apps_and_desktop_clients) &&
      !clients.contains(ClientAppType::other)) {
    never(complaints, "no PAM service is a browser or a client of Exchange",
          "write mobileAppsAndDesktopClients for services that can ask, other "
          "for those that cannot");
  }
  if (!wanted.authentication_flows.empty()) {
    never(complaints, "no PAM service uses device codes or transfers",
          "remove it from this host's policies");
  }
}

}  // namespace

void lint_knowledge(const Policy& policy, const NamedLocations& locations,
                    const Surroundings& surroundings, Complaints& complaints) {
  const PolicyConditions& wanted = policy.conditions;
  lint_what_never_happens(wanted, complaints);
  if (surroundings.has_directory_file == false) {
    lint_without_directory(wanted, complaints);
    lint_devices(policy, complaints);
  }
  if (surroundings.has_country_database == false && wanted.locations &&
      all_are(*wanted.locations, NamedLocation::Kind::countries, locations)) {
    never(complaints, "nothing tells this host of the country of an address",
          "set country_database, or name networks");
  }
}

}  // namespace mfa
