// SPDX-License-Identifier: BSD-3-Clause
//
// SSH public keys and certificates, for what they say of who holds them. The
// wire format is that of RFC 4253, RFC 5656, RFC 8709 and of OpenSSH's
// PROTOCOL.u2f and PROTOCOL.certkeys; what breaks it by one byte is no key.
// No signature is verified: sshd does that before it names a key. Pure.
//
// Known are ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, -nistp384 and
// -nistp521, sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com,
// and version 01 certificates of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"

namespace mfa {

// Longest key as base64. A certificate names at most 256 principals.
inline constexpr std::size_t kMaxSshKeyText = 16384;
inline constexpr std::size_t kMaxSshPrincipals = 256;  // OpenSSH's limit

struct SshCertificate {
  enum class Kind { user, host };

  Kind kind = Kind::host;
  std::string authority;  // fingerprint of the key that signed it
  std::string key_id;
  std::vector<std::string> principals;  // empty: anybody
  // Seconds since 1970; the second is exclusive, all ones mean "for ever".
  std::uint64_t valid_after = 0;
  std::uint64_t valid_before = 0;

  bool is_valid_at(Instant instant) const;
};

struct SshKey {
  std::string algorithm;         // of the plain key: "ssh-ed25519"
  std::string fingerprint;       // of the plain key, as ssh-keygen -l prints it
  bool is_security_key = false;  // an "sk-" key: kept by a FIDO token
  std::optional<SshCertificate> certificate;

  // "ssh-ed25519" and "AAAA..."; the name must be the one in the key.
  static std::optional<SshKey> parse(std::string_view algorithm,
                                     std::string_view base64);
};

// Whether it looks like "SHA256:..." of 43 base64 characters.
bool is_ssh_fingerprint(std::string_view text);

}  // namespace mfa
