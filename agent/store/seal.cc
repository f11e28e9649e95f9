// SPDX-License-Identifier: BSD-3-Clause
#include "agent/store/seal.h"

#include <sodium.h>

#include <array>
#include <vector>

#include "agent/store/key.h"

namespace mfa {
namespace {

static_assert(kMasterKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
constexpr std::size_t kNonceBytes =
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kMacBytes = crypto_generichash_BYTES_MIN;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void append_number(std::string& out, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out += static_cast<char>(number >> shift & 0xff);
  }
}

// Length-prefixed, so that no two owners have the same bytes.
std::string associated_data(const SeedOwner& owner) {
  std::string data = "pam_mfa seed 1";
  for (const std::string_view field : {owner.person, owner.method_id}) {
    append_number(data, field.size());
    data += field;
  }
  append_number(data, static_cast<std::uint64_t>(owner.row_version));
  return data;
}

}  // namespace

Result<Seal> Seal::with_key(Secret master_key) {
  if (sodium_init() < 0) {
    return error(ErrorKind::unavailable, "libsodium cannot be used");
  }
  if (master_key.size() != kMasterKeyBytes) {
    return error(ErrorKind::damaged, "the master key has the wrong length");
  }
  return Seal(std::move(master_key));
}

std::string Seal::seal(std::string_view plain, const SeedOwner& owner,
                       Random& random) const {
  const auto nonce = random.array<kNonceBytes>();
  const std::string data = associated_data(owner);
  std::string sealed(nonce.begin(), nonce.end());
  sealed.resize(kNonceBytes + plain.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      bytes_of(sealed) + kNonceBytes, nullptr, bytes_of(plain), plain.size(),
      bytes_of(data), data.size(), nullptr, nonce.data(),
      bytes_of(key_.reveal()));
  return sealed;
}

std::optional<Secret> Seal::open(std::string_view sealed,
                                 const SeedOwner& owner) const {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view box = sealed.substr(kNonceBytes);
  const std::string data = associated_data(owner);
  std::vector<unsigned char> plain(box.size() - kTagBytes);
  const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(
      plain.data(), nullptr, nullptr, bytes_of(box), box.size(), bytes_of(data),
      data.size(), bytes_of(nonce), bytes_of(key_.reveal()));
  std::optional<Secret> secret;
  if (status == 0) {
    secret.emplace(std::string_view(reinterpret_cast<const char*>(plain.data()),
                                    plain.size()));
  }
  wipe(plain);
  return secret;
}

std::string Seal::authenticate(std::string_view message) const {
  std::string mac(kMacBytes, '\0');
  crypto_generichash(bytes_of(mac), mac.size(), bytes_of(message),
                     message.size(), bytes_of(key_.reveal()), key_.size());
  return mac;
}

}  // namespace mfa
