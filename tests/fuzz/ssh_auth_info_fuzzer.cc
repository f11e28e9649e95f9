// SPDX-License-Identifier: BSD-3-Clause
//
// Whatever the lines say: a key that is found has a fingerprint, and a
// certificate that identifies somebody is a person's and valid.
#include <cstdint>
#include <cstdlib>

#include "agent/facts/ssh_auth_info.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const mfa::Instant now(std::chrono::seconds(1800000000));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto keys = mfa::offered_ssh_keys(text, now);
  if (keys.size() > mfa::kMaxOfferedSshKeys) std::abort();
  for (const mfa::SshKey& key : keys) {
    if (!mfa::is_ssh_fingerprint(key.fingerprint)) std::abort();
    if (!key.certificate) continue;
    if (key.certificate->kind != mfa::SshCertificate::Kind::user ||
        !key.certificate->is_valid_at(now) ||
        !mfa::is_ssh_fingerprint(key.certificate->authority)) {
      std::abort();
    }
  }
  return 0;
}
