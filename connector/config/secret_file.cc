// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/secret_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "agent/base/escape.h"
#include "agent/config/trusted_file.h"

namespace mfa::connector {
namespace {

bool may_stand_in_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
}

// Version 2, which MIT Kerberos, Samba and ktpass write.
constexpr std::string_view kKeytabBegins = "\x05\x02";

Result<> check_content(std::string_view text, const std::string& path) {
  const std::string file = escaped(path);
  if (text.empty()) {
    return error(ErrorKind::malformed,
                 fmt::format("{}: empty; write the secret into it, and "
                             "nothing else",
                             file));
  }
  if (text.size() > kMaxSecretBytes) {
    return error(ErrorKind::malformed,
                 fmt::format("{}: longer than {} bytes; that is no secret",
                             file, kMaxSecretBytes));
  }
  if (text.find('\0') != text.npos) {
    return error(
        ErrorKind::malformed,
        fmt::format("{}: holds a NUL byte; write the secret as text", file));
  }
  return {};
}

}  // namespace

bool is_credential_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), may_stand_in_name);
}

Result<std::string> secret_file_path(const std::string& name) {
  if (!name.starts_with(kCredentialPrefix)) return name;
  const std::string credential = name.substr(kCredentialPrefix.size());
  if (!is_credential_name(credential)) {
    return error(ErrorKind::malformed,
                 quoted(name) + " cannot be the name of a credential");
  }
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (!folder || folder[0] != '/') {
    return error(
        ErrorKind::not_found,
        fmt::format("the credential {0} was not handed over by systemd; add "
                    "LoadCredential={0}:/path/of/the/file with: systemctl "
                    "edit mfa-connector",
                    credential));
  }
  return std::string(folder) + '/' + credential;
}

Result<Secret> read_secret_file(const std::string& name) {
  const auto path = secret_file_path(name);
  if (!path) return tl::unexpected(path.error());
  auto text =
      read_trusted_file(*path, kMaxSecretBytes + 1, Readers::owner_and_group);
  if (!text) return tl::unexpected(text.error());
  if (text->ends_with('\n')) text->pop_back();
  const auto good = check_content(*text, *path);
  Secret secret(good ? *text : std::string_view());
  wipe(*text);
  if (!good) return tl::unexpected(good.error());
  return secret;
}

Result<std::string> keytab_path(const std::string& name) {
  const auto path = secret_file_path(name);
  if (!path) return path;
  auto text =
      read_trusted_file(*path, kMaxKeytabBytes + 1, Readers::owner_and_group);
  if (!text) return tl::unexpected(text.error());
  const bool is_keytab =
      text->starts_with(kKeytabBegins) && text->size() <= kMaxKeytabBytes;
  wipe(*text);
  if (is_keytab) return path;
  return error(ErrorKind::malformed,
               escaped(*path) +
                   ": this is no keytab; klist -k shows what is "
                   "in one");
}

}  // namespace mfa::connector
