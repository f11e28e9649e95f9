// SPDX-License-Identifier: BSD-3-Clause
//
// One sign-in as facts: what the facts room gathers and the policy room reads.
// Each fact may be unknown; unknown is never the weaker value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/model/address.h"
#include "agent/model/user_name.h"

namespace mfa {

// Graph's conditionalAccessClientApp. `modern` can carry a challenge.
enum class ClientAppType { modern, other };

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

// The account that decides, as NSS and the configuration know it.
struct Person {
  UserName name;  // canonical
  std::uint32_t uid = 0;
  std::vector<std::string> roles;  // display names, as configured
  // False when a lookup was partial or late: the person may have any role.
  bool roles_known = false;
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

  ClientAppType client_app_type = ClientAppType::modern;
  Asker asker = Asker::root;
  Source source;
  std::string terminal;  // opaque, never a path
  FirstFactor first_factor = FirstFactor::unknown;

  // Controls this person has met, in this sign-in: for example "mfa".
  std::vector<std::string> satisfied_controls;
};

}  // namespace mfa
