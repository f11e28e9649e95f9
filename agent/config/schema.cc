// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/schema.h"

#include "agent/config/readers.h"

namespace mfa {
namespace {

using yaml::Node;

constexpr unsigned kMaxGraceDays = 365;  // longer is no registration duty
// RFC 6238 5.2: at most one step of delay. More would help a guesser.
constexpr unsigned kMaxAcceptedSteps = 2;
constexpr unsigned kMaxKeepDays = 3650;
// Fewer would drop the records of an attack while it lasts; more would
// outgrow the disk (about 300 bytes each).
constexpr std::uint64_t kLeastKeepRecords = 1000;
constexpr std::uint64_t kMostKeepRecords = 100'000'000;
constexpr std::uint64_t kMaxMassAtLeast = 1'000'000;
constexpr std::size_t kMaxIssuerBytes = 64;  // shown on a small screen
constexpr std::size_t kMaxGroupBytes = 256;

Result<> read_unsigned(const Node& node, std::string_view name, unsigned least,
                       unsigned most, unsigned& to) {
  const auto value = yaml::integer(node, name, least, most);
  if (!value) return tl::unexpected(value.error());
  to = static_cast<unsigned>(*value);
  return {};
}

// The default values stand in config.h; a test sees that `fallback` says
// the same.
constexpr ConfigKey kKeys[] = {
    {"runtime_directory", "path", "/run/mfa-agent",
     "absolute, without .., at most 92 bytes",
     "directory of sign-in.sock, control.sock and connector.sock",
     [](const Node& node, Config& config) {
       return assign(
           config.runtime_directory,
           read_path(node, "runtime_directory", kMaxRuntimeDirectoryBytes));
     }},
    {"state_directory", "path", "/var/lib/mfa-agent",
     "absolute, without .., at most 1024 bytes",
     "directory of the database, and of the key without a credential",
     [](const Node& node, Config& config) {
       return assign(
           config.state_directory,
           read_path(node, "state_directory", kMaxStateDirectoryBytes));
     }},
    {"security_defaults.enabled", "boolean", "true", "",
     "everybody needs a second factor",
     [](const Node& node, Config& config) {
       return assign(config.security_defaults.enabled,
                     yaml::boolean(node, "security_defaults.enabled"));
     }},
    {"security_defaults.registration_grace_days", "integer", "14", "0 to 365",
     "days from a person's first sign-in in which no method is needed",
     [](const Node& node, Config& config) {
       return read_unsigned(node, "security_defaults.registration_grace_days",
                            0, kMaxGraceDays,
                            config.security_defaults.registration_grace_days);
     }},
    {"policies", "path", "\"\"", "absolute, without .., at most 1024 bytes",
     "file or folder of the Conditional Access policies; \"\" for none",
     [](const Node& node, Config& config) {
       return assign(config.policies, read_optional_path(node, "policies"));
     }},
    {"named_locations", "path", "\"\"",
     "absolute, without .., at most 1024 bytes",
     "file of the networks and countries that policies name; \"\" for none",
     [](const Node& node, Config& config) {
       return assign(config.named_locations,
                     read_optional_path(node, "named_locations"));
     }},
    {"directory_file", "path", "\"\"",
     "absolute, without .., at most 1024 bytes",
     "file of risks, devices and object ids; \"\" for none",
     [](const Node& node, Config& config) {
       return assign(config.directory_file,
                     read_optional_path(node, "directory_file"));
     }},
    {"country_database", "path", "\"\"",
     "absolute, without .., at most 1024 bytes",
     "MaxMind file that says in which country an address is; \"\" for none",
     [](const Node& node, Config& config) {
       return assign(config.country_database,
                     read_optional_path(node, "country_database"));
     }},
    {"roles", "map of roles", "{}", "at most 256 roles",
     "who holds an administrator role: groups and users for each",
     [](const Node& node, Config& config) {
       return assign(config.roles, read_roles(node));
     }},
    {"privileged_services", "list of services",
     "[sudo, su, runuser, polkit-1, cockpit, doas]", "at most 1000",
     "services that give people with a role no grace",
     [](const Node& node, Config& config) {
       return assign(config.privileged_services,
                     read_services(node, "privileged_services"));
     }},
    {"ssh_services", "list of services", "[sshd]", "at most 1000",
     "names under which sshd calls PAM",
     [](const Node& node, Config& config) {
       return assign(config.ssh_services, read_services(node, "ssh_services"));
     }},
    {"console_services", "list of services", "[login]", "at most 1000",
     "services that are the console when they run on a real terminal",
     [](const Node& node, Config& config) {
       return assign(config.console_services,
                     read_services(node, "console_services"));
     }},
    {"self_services", "list of services",
     "[swaylock, i3lock, xscreensaver, kde, gtklock, vlock]", "at most 1000",
     "services that unprivileged callers may use for themselves",
     [](const Node& node, Config& config) {
       return assign(config.self_services,
                     read_services(node, "self_services"));
     }},
    {"legacy_services", "list of services",
     "[vsftpd, proftpd, pure-ftpd, ftp, dovecot, imap, pop3, smtp, saslauthd, "
     "apache2, httpd, nginx, ppp, radiusd, squid, cups, samba]",
     "at most 1000", "services that cannot put a question to the person",
     [](const Node& node, Config& config) {
       return assign(config.legacy_services,
                     read_services(node, "legacy_services"));
     }},
    {"ssh_security_keys_are_fido2", "boolean", "false", "",
     "an SSH key on a security token satisfies fido2",
     [](const Node& node, Config& config) {
       return assign(config.ssh_security_keys_are_fido2,
                     yaml::boolean(node, "ssh_security_keys_are_fido2"));
     }},
    {"emergency_access", "list of users", "[]", "at most 1000",
     "accounts outside every policy on the console",
     [](const Node& node, Config& config) {
       return assign(config.emergency_access,
                     read_users(node, "emergency_access"));
     }},
    {"emergency_access_from", "list of networks", "[]", "at most 1000",
     "networks where they are so, too",
     [](const Node& node, Config& config) {
       return assign(config.emergency_access_from,
                     read_networks(node, "emergency_access_from"));
     }},
    {"delegates", "map of services", "{}", "at most 256 accounts",
     "accounts that may ask for others, and for which services",
     [](const Node& node, Config& config) {
       return assign(config.delegates, read_delegates(node));
     }},
    {"admin_group", "group", "mfa-admin", "at most 256 bytes",
     "group whose members may do in mfactl what root may",
     [](const Node& node, Config& config) {
       return assign(config.admin_group,
                     read_group(node, "admin_group", kMaxGroupBytes));
     }},
    {"totp.issuer", "text", "\"\"", "at most 64 bytes, no colon",
     "name beside the code in an authenticator app; \"\": the host's name",
     [](const Node& node, Config& config) {
       return assign(config.totp.issuer,
                     read_issuer(node, "totp.issuer", kMaxIssuerBytes));
     }},
    {"totp.accepted_steps", "integer", "2", "1 or 2",
     "1: the present code; 2: the one before it, too",
     [](const Node& node, Config& config) {
       return read_unsigned(node, "totp.accepted_steps", 1, kMaxAcceptedSteps,
                            config.totp.accepted_steps);
     }},
    {"terms_of_use", "map of terms", "{}", "at most 40, texts of 8192 bytes",
     "texts that a policy's termsOfUse asks people to accept",
     [](const Node& node, Config& config) {
       return assign(config.terms_of_use, read_terms_of_use(node));
     }},
    {"connector_user", "user", "\"\"", "an account of this machine",
     "who may bring the central directory; \"\": nobody, there is none",
     [](const Node& node, Config& config) {
       return assign(config.connector_user,
                     read_optional_user(node, "connector_user"));
     }},
    {"device_certificate_authorities", "list of fingerprints", "[]",
     "at most 1000",
     "keys whose certificates prove a device of the central directory",
     [](const Node& node, Config& config) {
       return assign(config.device_certificate_authorities,
                     read_fingerprints(node, "device_certificate_authorities"));
     }},
    {"directory_age.people", "age", "{soft: 1h, hard: 24h}", "at most 30d",
     "when people and groups are fetched again, and not believed",
     [](const Node& node, Config& config) {
       return assign(
           config.directory_age.people,
           read_age(node, "directory_age.people", CacheAges().people));
     }},
    {"directory_age.roles", "age", "{soft: 1h, hard: 24h}", "at most 30d",
     "the same of who holds a directory role",
     [](const Node& node, Config& config) {
       return assign(config.directory_age.roles,
                     read_age(node, "directory_age.roles", CacheAges().roles));
     }},
    {"directory_age.risks", "age", "{soft: 15m, hard: 24h}", "at most 30d",
     "the same of risks",
     [](const Node& node, Config& config) {
       return assign(config.directory_age.risks,
                     read_age(node, "directory_age.risks", CacheAges().risks));
     }},
    {"directory_age.devices", "age", "{soft: 1h, hard: 24h}", "at most 30d",
     "the same of devices",
     [](const Node& node, Config& config) {
       return assign(
           config.directory_age.devices,
           read_age(node, "directory_age.devices", CacheAges().devices));
     }},
    {"mass_change.percent", "integer", "20", "1 to 100",
     "share of people, roles or risks that may vanish at once",
     [](const Node& node, Config& config) {
       return read_unsigned(node, "mass_change.percent", 1, 100,
                            config.mass_change.percent);
     }},
    {"mass_change.at_least", "integer", "5", "1 to 1000000",
     "fewer than this may always vanish",
     [](const Node& node, Config& config) {
       return assign(
           config.mass_change.at_least,
           yaml::integer(node, "mass_change.at_least", 1, kMaxMassAtLeast));
     }},
    {"sign_in_log.keep_days", "integer", "90", "1 to 3650",
     "age at which a sign-in record is removed",
     [](const Node& node, Config& config) {
       return read_unsigned(node, "sign_in_log.keep_days", 1, kMaxKeepDays,
                            config.sign_in_log.keep_days);
     }},
    {"sign_in_log.keep_records", "integer", "1000000", "1000 to 100000000",
     "number above which the oldest records are removed",
     [](const Node& node, Config& config) {
       return assign(config.sign_in_log.keep_records,
                     yaml::integer(node, "sign_in_log.keep_records",
                                   kLeastKeepRecords, kMostKeepRecords));
     }},
};

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

}  // namespace mfa
