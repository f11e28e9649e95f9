// SPDX-License-Identifier: BSD-3-Clause
//
// Passwords and private keys stand in files of their own, so that they can be
// replaced without touching the configuration and shown to nobody with it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "wire/secret.h"

namespace mfa::connector {

inline constexpr std::string_view kCredentialPrefix = "credential:";

// An RSA key of 16384 bits is about 13 KiB as PEM.
inline constexpr std::size_t kMaxSecretBytes = 16 << 10;

// Keys of every kind and version of one account are below 1 KiB.
inline constexpr std::size_t kMaxKeytabBytes = 64 << 10;

// As systemd takes it in LoadCredential=, without what could leave a folder.
bool is_credential_name(std::string_view name);

// The path of the file: `name` itself, or that of "credential:NAME" below
// $CREDENTIALS_DIRECTORY.
Result<std::string> secret_file_path(const std::string& name);

// Its content without the newline at the end. Trusted as a configuration is,
// and readable by its owner and group alone. An empty one is an error.
Result<Secret> read_secret_file(const std::string& name);

// The path of a file that libkrb5 reads itself. Trusted as a secret is, and a
// keytab by its first bytes.
Result<std::string> keytab_path(const std::string& name);

}  // namespace mfa::connector
