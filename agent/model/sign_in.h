// SPDX-License-Identifier: BSD-3-Clause
//
// One sign-in as facts: what the facts room gathers and the policy room reads.
// Each fact may be unknown; unknown is never the weaker value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/model/address.h"
#include "agent/model/directory_record.h"
#include "agent/model/sign_in_facts.h"
#include "agent/model/user_name.h"

namespace mfa {

// What the person has proved before us. `unknown`: nothing we can see.
enum class FirstFactor { unknown, password, public_key };

// Who asks. `self` and `delegate` make nothing permanent and their
// claims about address and first factor are ignored.
enum class Asker { root, self, delegate };

// Where a sign-in comes from, as the throttle counts it.
struct Source {
  enum class Kind {
    unknown,  // no numeric address: sudo, su, a host name
    address,  // an IPv4 address, or the /64 of an IPv6 address
    console,  // a terminal of this machine
    self,     // an unprivileged caller asking for itself
  };
  Kind kind = Kind::unknown;
  std::optional<Address> address;
  // With `unknown`: which service it was, so that wrong codes at one local
  // service do not pause another.
  std::string service = {};

  // Key of the counters: "192.0.2.1", "2001:db8::/64", "console",
  // "unknown:sudo", ...
  std::string key() const;
};

// What NSS cannot say of the groups that rules name, for everybody alike.
// Names of this machine, sorted.
struct GroupsNotHere {
  std::vector<std::string> missing;  // surely not there
  std::vector<std::string> silent;   // cannot tell
};

// The account that decides, as NSS, the central directory and the
// configuration know it.
struct Person {
  UserName name;  // canonical
  std::uint32_t uid = 0;
  std::vector<std::string> roles;   // display names, as configured
  std::vector<std::string> groups;  // those that policies name, as they do
  // What could not be looked up: the person may have these roles and be in
  // these groups.
  std::vector<std::string> uncertain_roles;
  std::vector<std::string> uncertain_groups;
  // nullptr: NSS could not say in which groups the person is.
  std::shared_ptr<const GroupsNotHere> groups_not_here = nullptr;
  // nullopt: there is no central directory.
  std::optional<CentralRecord> central = std::nullopt;
  // The central directory is in doubt about roles, and not only those listed.
  bool may_hold_any_role = false;

  bool memberships_known() const {
    return uncertain_roles.empty() && uncertain_groups.empty() &&
           !may_hold_any_role;
  }
};

struct SignIn {
  std::string id;  // correlation id, a random UUID
  Instant began;

  // nullopt: no account of that name. The dialog is the same, and fails.
  std::optional<Person> person;
  std::string user_name;    // as the application gave it; not trusted
  std::string target_user;  // su: who the caller becomes; else empty

  std::string application;  // the PAM service, as it named itself
  // The service whose rules apply: sudo for sudo-i, su for su-l.
  std::string service;
  bool is_ssh = false;
  bool is_console = false;     // a console service on a real terminal
  bool is_privileged = false;  // no registration grace for admin roles

  Asker asker = Asker::root;
  Source source;
  std::string terminal;  // opaque, never a path
  FirstFactor first_factor = FirstFactor::unknown;
  // SSH_AUTH_INFO_0 from a root sshd: the keys and certificates it verified.
  std::string ssh_auth_info;
  // sshd's `password` method, which cannot put a question to the person: the
  // module then sends no ssh_auth_info in the auth phase, and with
  // keyboard-interactive always one, perhaps empty.
  bool by_sshd_password = false;

  // What the person has proved in the dialog; facts/facts.h lays it over the
  // facts, also when they are gathered again.
  Controls proved_controls;
  std::vector<MethodCombination> proved_methods;

  // What the policies may know of it; facts/gather.h makes it.
  SignInFacts facts;
};

}  // namespace mfa
