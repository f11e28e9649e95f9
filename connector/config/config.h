// SPDX-License-Identifier: BSD-3-Clause
//
// The connector's configuration as values; what an administrator reads is
// man/mfa-connector.yaml.5. Parsing is pure: text in, Config or an error with
// file, line and column out. Secrets are in files of their own, which are read
// when they are used (secret_file.h), so that they can be replaced.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

namespace mfa::connector {

inline constexpr char kDefaultConfigFile[] =
    "/etc/mfa-connector/mfa-connector.yaml";

// A file with a secret: absolute, or "credential:NAME" for one that systemd
// hands over (LoadCredential=).
using SecretFile = std::string;

struct LdapConfig {
  // ldaps://HOST[:PORT] or ldap://HOST[:PORT] with StartTLS, ldapi:// for a
  // server on this machine; tried in turn.
  std::vector<std::string> servers;

  enum class Preset { rfc2307, rfc2307bis, ad };
  Preset preset = Preset::rfc2307bis;

  // How changes are learnt: syncrepl (RFC 4533, told at once), usn (Active
  // Directory's uSNChanged), timestamp (modifyTimestamp). `automatic` asks the
  // server what it can do.
  enum class Sync { automatic, syncrepl, usn, timestamp };
  Sync sync = Sync::automatic;

  enum class Bind { simple, external, gssapi };
  Bind bind = Bind::simple;
  std::string bind_dn;
  SecretFile password_file;
  SecretFile keytab_file;                  // "": as the environment says
  std::string ca_file;                     // "": the system's
  std::string certificate_file, key_file;  // for external over TLS

  std::string base;
  std::string people_base, groups_base, devices_base;  // "": base; no devices
  std::string people_filter, groups_filter, devices_filter;  // "": preset's

  // What our members are called there; what is not named has the preset's.
  // id, account, uid, userPrincipalName, members, memberOf, groupName,
  // disabled; deviceId, sshKeys, owners, isCompliant, ...
  std::map<std::string, std::string> attributes;

  std::chrono::seconds interval{60};          // usn and timestamp
  std::chrono::seconds full_interval{86400};  // looks for what is gone
  std::chrono::seconds network_timeout{10};

  bool operator==(const LdapConfig&) const = default;
};

struct GraphConfig {
  std::string tenant;     // id or domain
  std::string client_id;  // of the app registration
  enum class Credential { secret, certificate, managed_identity };
  Credential credential = Credential::secret;
  SecretFile secret_file;
  std::string certificate_file;
  SecretFile key_file;

  // Hosts of a national cloud, or a test server; https only.
  std::string login_url = "https://login.microsoftonline.com";
  std::string graph_url = "https://graph.microsoft.com";
  std::string managed_identity_url = "http://169.254.169.254";
  std::string proxy;    // "": none, whatever the environment says
  std::string ca_file;  // "": the system's

  // The property that names the Linux account: mailNickname,
  // onPremisesSamAccountName, userPrincipalName, extensionAttribute1 to 15 (of
  // onPremisesExtensionAttributes), employeeId.
  std::string account_property = "mailNickname";
  // Of devices: an extensionAttribute with OpenSSH fingerprints; "": none.
  std::string device_key_property;

  bool people = true, roles = true, risks = true, devices = true;
  // Where the tenant's policies and named locations are written to, for the
  // agent's `policies` and `named_locations`; "": they are not fetched.
  std::string policies_folder;

  std::chrono::seconds interval{300};
  std::chrono::seconds risk_interval{60};
  std::chrono::seconds request_timeout{60};
  bool report_remediation = true;

  bool operator==(const GraphConfig&) const = default;
};

struct Config {
  std::string agent_socket = "/run/mfa-agent/connector.sock";
  // What the agent knows this directory as; another name means another
  // directory, which is brought in full. Never empty once parsed: "ldap:" and
  // the base, or "graph:" and the tenant, where the file does not say it.
  std::string name;
  // Exactly one of them.
  std::optional<LdapConfig> ldap;
  std::optional<GraphConfig> graph;

  bool operator==(const Config&) const = default;
};

// Differs when another part of the directory, or the same one read in another
// way, would be asked for: what was brought before is then no base for changes.
std::string fingerprint(const Config& config);

Result<Config> parse_config(std::string_view text, std::string_view file);
Result<Config> load_config(const std::string& file);

}  // namespace mfa::connector
