// SPDX-License-Identifier: BSD-3-Clause
//
// The agent's configuration as values. The keys, their types, limits and
// defaults are one table in schema.cc, which also feeds mfa-agent.yaml(5)'s
// check; what an administrator reads is man/mfa-agent.yaml.5.
//
// Parsing is pure: text in, Config or an error with file, line and column
// out. Only file.h touches the disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/model/address.h"
#include "agent/model/directory_age.h"
#include "agent/model/user_name.h"

namespace mfa {

// Who holds a directory role: `roles: {ROLE NAME: {groups: [], users: []}}`.
struct RoleMapping {
  std::string role;  // display name; a known template id becomes its name
  std::vector<std::string> groups;
  std::vector<UserName> users;
};

// `delegates: {www-data: [apache2]}`: an account that may ask for others.
struct Delegate {
  UserName account;
  std::vector<std::string> services;
};

struct TermsOfUse {
  std::string id;
  std::string version;  // a person who accepted another one is asked again
  std::string text;     // what is shown
};

struct Config {
  std::string runtime_directory = "/run/mfa-agent";
  std::string state_directory = "/var/lib/mfa-agent";

  struct SecurityDefaults {
    bool enabled = true;
    unsigned registration_grace_days = 14;  // 0 to 365
  } security_defaults;

  // Where the policies are: a file or a folder; "" for none.
  std::string policies;
  std::string named_locations;   // a file; "" for none
  std::string directory_file;    // a file; "" for none
  std::string country_database;  // a MaxMind file; "" for none

  std::vector<RoleMapping> roles;

  // PAM services. `sudo` covers sudo-i, `su` covers su-l.
  std::vector<std::string> privileged_services = {
      "sudo", "su", "runuser", "polkit-1", "cockpit", "doas"};
  std::vector<std::string> ssh_services = {"sshd"};
  std::vector<std::string> console_services = {"login"};
  std::vector<std::string> self_services = {
      "swaylock", "i3lock", "xscreensaver", "kde", "gtklock", "vlock"};

  // Services that cannot put a question to the person.
  std::vector<std::string> legacy_services = {
      "vsftpd", "proftpd", "pure-ftpd", "ftp",     "dovecot", "imap",
      "pop3",   "smtp",    "saslauthd", "apache2", "httpd",   "nginx",
      "ppp",    "radiusd", "squid",     "cups",    "samba"};
  // An SSH key on a security token counts as fido2. Only where sshd is set to
  // `PubkeyAuthOptions verify-required`: without, touching the token is
  // enough, and a thief can touch, too.
  bool ssh_security_keys_are_fido2 = false;

  std::vector<UserName> emergency_access;
  std::vector<Network> emergency_access_from;  // besides the console
  std::vector<Delegate> delegates;

  std::string admin_group = "mfa-admin";  // may do what root may in mfactl

  struct Totp {
    std::string issuer;           // in the QR code; "" means the host's name
    unsigned accepted_steps = 2;  // the present step and those before: 1 or 2
  } totp;

  // `terms_of_use: {ID: {version: "2", file: /etc/...}}`: what a policy's
  // termsOfUse names.
  std::vector<TermsOfUse> terms_of_use;

  // The account that may bring the central directory through connector.sock;
  // nullopt: there is no such socket and no central directory.
  std::optional<UserName> connector_user;
  // Fingerprints of the authorities whose certificates prove a device of the
  // central directory by its deviceId.
  std::vector<std::string> device_certificate_authorities;
  CacheAges directory_age;
  MassChangeLimit mass_change;

  struct SignInLog {
    unsigned keep_days = 90;               // 1 to 3650
    std::uint64_t keep_records = 1000000;  // 1000 to 100 million
  } sign_in_log;

  bool is_privileged(std::string_view service) const;
  bool is_ssh(std::string_view service) const;
  bool is_console_service(std::string_view service) const;
  bool is_self_service(std::string_view service) const;
  bool is_legacy_service(std::string_view service) const;
  bool is_emergency(const UserName& name) const;
  const TermsOfUse* find_terms(std::string_view id) const;  // nullptr: none
};

// sudo for sudo-i, su for su-l, runuser for runuser-l, else the name itself.
std::string_view service_family(std::string_view service);

// Largest configuration, in bytes; a longer file is a mistake or an attack.
inline constexpr std::size_t kMaxConfigBytes = 1 << 20;

// `file` is only named in errors: "FILE:LINE:COLUMN: what; what to do".
Result<Config> parse_config(std::string_view text, std::string_view file);

// What is allowed and yet worth a second look, one sentence each: for
// `config check`, start and reload. Names that do not exist are found by
// unresolved_names (directory/directory.h).
std::vector<std::string> warnings(const Config& config);

}  // namespace mfa
