// SPDX-License-Identifier: BSD-3-Clause
//
// Seals seeds so that the database file alone is worth nothing: libsodium's
// XChaCha20-Poly1305 under the master key. Who and what a seed belongs to is
// authenticated with it, so a row copied onto another person's does not open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/random.h"
#include "agent/base/result.h"
#include "wire/secret.h"

namespace mfa {

// What a seed is bound to.
struct SeedOwner {
  std::string_view person;
  std::string_view method_id;
  std::int64_t row_version = 0;
};

class Seal {
 public:
  // Fails only when libsodium cannot start.
  static Result<Seal> with_key(Secret master_key);

  std::string seal(std::string_view plain, const SeedOwner& owner,
                   Random& random) const;
  // nullopt: not sealed by this key, or not for this owner.
  std::optional<Secret> open(std::string_view sealed,
                             const SeedOwner& owner) const;

  // 16 bytes that only a holder of the key can make of `message`.
  std::string authenticate(std::string_view message) const;

 private:
  explicit Seal(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace mfa
