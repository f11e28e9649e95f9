// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/assertion.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agent/base/base64.h"
#include "connector/graph/strict_json.h"

namespace mfa::connector::graph {
namespace {

constexpr int kMinRsaBits = 2048;

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

Bio reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Without it OpenSSL would ask for a passphrase at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

std::string base64url(std::span<const std::uint8_t> bytes) {
  std::string text = encode_base64_unpadded(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::string base64url(std::string_view text) {
  return base64url(std::span(reinterpret_cast<const std::uint8_t*>(text.data()),
                             text.size()));
}

std::string header_of(X509& certificate) {
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
  return Json{{"alg", "PS256"},
              {"typ", "JWT"},
              {"x5t#S256", base64url(std::span(digest).first(size))}}
      .dump();
}

std::string claims_text(const AssertionClaims& claims) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const auto now = duration_cast<seconds>(claims.now.time_since_epoch());
  return Json{{"aud", claims.audience},
              {"iss", claims.client_id},
              {"sub", claims.client_id},
              {"jti", claims.id},
              {"iat", now.count()},
              {"nbf", (now - seconds(kAssertionLeeway)).count()},
              {"exp", (now + seconds(kAssertionLifetime)).count()}}
      .dump();
}

bool prepare_pss(EVP_MD_CTX& context, EVP_PKEY& key) {
  EVP_PKEY_CTX* options = nullptr;  // the context's
  return EVP_DigestSignInit(&context, &options, EVP_sha256(), nullptr, &key) ==
             1 &&
         EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// Empty: it cannot be signed.
std::vector<std::uint8_t> signature(std::string_view text, EVP_PKEY& key) {
  const Digest context(EVP_MD_CTX_new());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_get_size(&key));
  std::vector<std::uint8_t> bytes(size);
  const auto* input = reinterpret_cast<const unsigned char*>(text.data());
  if (context == nullptr || !prepare_pss(*context, key) ||
      EVP_DigestSign(context.get(), bytes.data(), &size, input, text.size()) !=
          1) {
    size = 0;
  }
  bytes.resize(size);
  return bytes;
}

tl::unexpected<Error> unusable(std::string what) {
  ERR_clear_error();
  return error(ErrorKind::malformed, std::move(what));
}

}  // namespace

Result<std::string> sign_assertion(const AssertionClaims& claims,
                                   std::string_view certificate,
                                   std::string_view key) {
  const Certificate x509(PEM_read_bio_X509(reader(certificate).get(), nullptr,
                                           no_passphrase, nullptr));
  if (x509 == nullptr) return unusable("holds no certificate in PEM form");
  const Key pair(PEM_read_bio_PrivateKey(reader(key).get(), nullptr,
                                         no_passphrase, nullptr));
  if (pair == nullptr) {
    return unusable("the key is not in PEM form, or has a passphrase");
  }
  if (EVP_PKEY_get_base_id(pair.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(pair.get()) < kMinRsaBits) {
    return unusable("the key is not an RSA key of 2048 bits or more");
  }
  if (X509_check_private_key(x509.get(), pair.get()) != 1) {
    return unusable("the certificate belongs to another key");
  }
  std::string text =
      base64url(header_of(*x509)) + '.' + base64url(claims_text(claims));
  const auto signed_bytes = signature(text, *pair);
  if (signed_bytes.empty()) return unusable("the key cannot sign");
  return text + '.' + base64url(std::span(signed_bytes));
}

}  // namespace mfa::connector::graph
