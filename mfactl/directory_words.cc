// SPDX-License-Identifier: BSD-3-Clause
//
// The sentences of `mfactl directory`.
#include "mfactl/translated.h"
#include "mfactl/words.h"

namespace mfa::mfactl::words {

std::string never_brought() {
  return _(
      "nothing was brought yet: everybody's roles and groups count as "
      "uncertain");
}

std::string brought_generation(std::int64_t generation, std::string_view source,
                               std::string_view at) {
  return filled(_("generation {} of {}, in force since {}"), generation, source,
                at);
}

std::string connector_listens() { return _("connected"); }
std::string connector_absent() {
  return _("not connected; see systemctl status mfa-connector");
}
std::string last_heard(std::string_view at) {
  return filled(_("last heard of {}"), at);
}
std::string sync_waits() { return _("asked to sync"); }

std::string trouble(std::string_view message, std::string_view at,
                    std::string_view next) {
  return filled(_("{} ({}; next try: {})"), message, at, next);
}

std::string held_change(std::string_view what, std::string_view since) {
  return filled(_("{} (since {}). What it says against people is in force; "
                  "else the last generation stays."),
                what, since);
}

std::string too_old_from(std::string_view time) {
  return filled(_("From {} on that is too old, and everybody may hold any "
                  "role."),
                time);
}

std::string accept_with(std::string_view since) {
  return filled(_("To take the change: mfactl directory accept {}"), since);
}

std::string directory_holds(std::int64_t people, std::int64_t groups,
                            std::int64_t devices, std::int64_t disabled,
                            std::int64_t at_risk) {
  return filled(_("{} people ({} disabled, {} at risk), {} groups, {} devices"),
                people, disabled, at_risk, groups, devices);
}

std::string mebibytes(std::int64_t size) { return filled(_("{} MiB"), size); }
std::string full_sync_wanted() {
  return _("wanted: the connector brings everything anew");
}
std::string reports(std::int64_t count) {
  return filled(N_("{} risk dealt with here, of which the directory has not "
                   "heard",
                   "{} risks dealt with here, of which the directory has not "
                   "heard",
                   count),
                count);
}

std::string fresh() { return _("fresh"); }
std::string to_be_fetched() { return _("old: to be fetched"); }
std::string not_believed() { return _("too old: helps nobody any more"); }

std::string local_account() {
  return _("does not have the account: one of this host alone");
}
std::string closed_account(std::string_view detail) {
  return filled(_("no sign-in: {}"), detail);
}
std::string conflicting_account(std::string_view detail) {
  return filled(_("no sign-in, it is not sure who this is: {}"), detail);
}
std::string known_as(std::string_view id, std::string_view principal_name) {
  if (principal_name.empty()) return filled(_("known as {}"), id);
  return filled(_("known as {}, {}"), id, principal_name);
}

std::string freshness(bool memberships, bool devices) {
  if (memberships && devices) return fresh();
  if (memberships) return _("devices are too old to count as compliant");
  if (devices) return _("roles and groups are too old to be sure of");
  return _("roles, groups and devices are too old to be sure of");
}

std::string uncertain(std::string_view names) {
  return filled(_("perhaps {}"), names);
}

std::string device_disabled() { return _("disabled"); }

std::string sync_asked(bool connected) {
  return connected ? _("The connector was asked to sync.")
                   : _("No connector is connected; it is asked to sync when it "
                       "comes.");
}

std::string change_accepted(std::string_view what, bool connected) {
  return filled(_("Accepted: {}. {}"), what, sync_asked(connected));
}

std::string kind_forgotten(std::string_view kind) {
  return filled(_("What the directory said of {} is forgotten."), kind);
}

std::string retire_kind(std::string_view kind) {
  return filled(_("If the connector does not bring {0} any more: mfactl "
                  "directory forget-kind {0}"),
                kind);
}

std::string account_forgotten(std::string_view user) {
  return filled(_("{} is an account of this host alone now: the directory no "
                  "longer closes it."),
                user);
}

}  // namespace mfa::mfactl::words
