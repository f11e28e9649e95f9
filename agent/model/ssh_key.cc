// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/ssh_key.h"

#include <algorithm>
#include <limits>
#include <span>

#include "agent/base/base64.h"
#include "agent/base/sha256.h"

namespace mfa {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::string_view kFingerprintStart = "SHA256:";
constexpr std::size_t kEd25519Bytes = 32;
// 16,384 bits and the zero byte before a set sign bit: OpenSSH's limit.
constexpr std::size_t kMaxNumberBytes = 16384 / 8 + 1;

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Takes one field after the other. The first that is not there spoils the
// reader, and everything it returns from then on is empty.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }
  Bytes rest() const { return rest_; }
  void spoil_unless(bool condition) {
    if (!condition) ok_ = false;
  }

  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : take(size)) value = value << 8 | byte;
    return value;
  }

  Bytes string() { return take(number(4)); }

  // A string that C could hold.
  std::string text() {
    const std::string_view text = as_text(string());
    spoil_unless(text.find('\0') == text.npos);
    return std::string(text);
  }

 private:
  Bytes take(std::uint64_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  Bytes rest_;
  bool ok_ = true;
};

// --- the fields that make a key, by algorithm --------------------------------

// A positive number in the only form that RFC 4251 allows: another form would
// give one key a second fingerprint.
void read_number(Reader& reader) {
  const Bytes number = reader.string();
  const bool has_first = !number.empty() && number.size() <= kMaxNumberBytes;
  const bool leading_zero = has_first && number[0] == 0;
  reader.spoil_unless(has_first && number[0] < 0x80);
  reader.spoil_unless(!leading_zero ||
                      (number.size() > 1 && number[1] >= 0x80));
}

void read_rsa(Reader& reader) {
  read_number(reader);  // exponent
  read_number(reader);  // modulus
}

void read_ed25519(Reader& reader) {
  reader.spoil_unless(reader.string().size() == kEd25519Bytes);
}

void read_point(Reader& reader, std::string_view curve,
                std::size_t coordinate_bytes) {
  constexpr std::uint8_t kUncompressed = 4;
  reader.spoil_unless(as_text(reader.string()) == curve);
  const Bytes point = reader.string();
  reader.spoil_unless(point.size() == 1 + 2 * coordinate_bytes &&
                      point[0] == kUncompressed);
}

void read_nistp256(Reader& reader) { read_point(reader, "nistp256", 32); }
void read_nistp384(Reader& reader) { read_point(reader, "nistp384", 48); }
void read_nistp521(Reader& reader) { read_point(reader, "nistp521", 66); }

void read_sk_ed25519(Reader& reader) {
  read_ed25519(reader);
  reader.text();  // the FIDO application, "ssh:"
}

void read_sk_nistp256(Reader& reader) {
  read_nistp256(reader);
  reader.text();
}

struct Algorithm {
  std::string_view name;
  std::string_view certificate;  // what a certificate of such a key is called
  bool is_security_key;
  void (*read)(Reader&);
};

constexpr Algorithm kAlgorithms[] = {
    {"ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", false, read_ed25519},
    {"ssh-rsa", "ssh-rsa-cert-v01@openssh.com", false, read_rsa},
    {"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com", false,
     read_nistp256},
    {"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", false,
     read_nistp384},
    {"ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", false,
     read_nistp521},
    {"sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", true,
     read_sk_ed25519},
    {"sk-ecdsa-sha2-nistp256@openssh.com",
     "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", true, read_sk_nistp256},
};

const Algorithm* find_algorithm(std::string_view name,
                                std::string_view Algorithm::*spelling) {
  const auto found =
      std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                   [&](const Algorithm& a) { return a.*spelling == name; });
  return found == std::end(kAlgorithms) ? nullptr : found;
}

// --- plain keys --------------------------------------------------------------

std::string fingerprint_of(Bytes plain_key) {
  return std::string(kFingerprintStart) +
         encode_base64_unpadded(sha256(plain_key));
}

std::optional<SshKey> read_plain_key(Bytes blob) {
  Reader reader(blob);
  const Algorithm* algorithm =
      find_algorithm(as_text(reader.string()), &Algorithm::name);
  if (!algorithm) return std::nullopt;
  algorithm->read(reader);
  if (!reader.at_end()) return std::nullopt;
  return SshKey{std::string(algorithm->name), fingerprint_of(blob),
                algorithm->is_security_key, std::nullopt};
}

// The plain key inside a certificate: its fields behind the plain name.
std::string inner_fingerprint(std::string_view name, Bytes fields) {
  std::vector<std::uint8_t> blob{0, 0, 0,
                                 static_cast<std::uint8_t>(name.size())};
  blob.insert(blob.end(), name.begin(), name.end());
  blob.insert(blob.end(), fields.begin(), fields.end());
  return fingerprint_of(blob);
}

// --- certificates ------------------------------------------------------------

std::vector<std::string> read_principals(Reader& certificate) {
  Reader reader(certificate.string());
  std::vector<std::string> principals;
  while (reader.ok() && !reader.at_end()) {
    principals.push_back(reader.text());
    reader.spoil_unless(principals.size() <= kMaxSshPrincipals);
  }
  certificate.spoil_unless(reader.ok());
  return principals;
}

// Critical options or extensions: names and values. sshd obeys them.
void skip_options(Reader& certificate) {
  Reader reader(certificate.string());
  while (reader.ok() && !reader.at_end()) {
    reader.string();
    reader.string();
  }
  certificate.spoil_unless(reader.ok());
}

SshCertificate::Kind read_kind(Reader& reader) {
  constexpr std::uint64_t kUser = 1;
  constexpr std::uint64_t kHost = 2;
  const std::uint64_t kind = reader.number(4);
  reader.spoil_unless(kind == kUser || kind == kHost);
  return kind == kUser ? SshCertificate::Kind::user
                       : SshCertificate::Kind::host;
}

// What stands behind the certified key.
std::optional<SshCertificate> read_statement(Reader& reader) {
  SshCertificate certificate;
  reader.number(8);  // serial number
  certificate.kind = read_kind(reader);
  certificate.key_id = reader.text();
  certificate.principals = read_principals(reader);
  certificate.valid_after = reader.number(8);
  certificate.valid_before = reader.number(8);
  skip_options(reader);  // critical options
  skip_options(reader);  // extensions
  reader.string();       // reserved
  const auto authority = read_plain_key(reader.string());
  const Bytes signature = reader.string();
  if (!reader.at_end() || !authority || signature.empty()) return std::nullopt;
  certificate.authority = authority->fingerprint;
  return certificate;
}

std::optional<SshKey> read_certificate(Bytes blob) {
  Reader reader(blob);
  const Algorithm* algorithm =
      find_algorithm(as_text(reader.string()), &Algorithm::certificate);
  if (!algorithm) return std::nullopt;
  reader.string();  // nonce
  const Bytes from_fields = reader.rest();
  algorithm->read(reader);
  if (!reader.ok()) return std::nullopt;
  const Bytes fields =
      from_fields.first(from_fields.size() - reader.rest().size());
  auto certificate = read_statement(reader);
  if (!certificate) return std::nullopt;
  return SshKey{std::string(algorithm->name),
                inner_fingerprint(algorithm->name, fields),
                algorithm->is_security_key, std::move(certificate)};
}

}  // namespace

bool SshCertificate::is_valid_at(Instant instant) const {
  const auto since_1970 = std::chrono::duration_cast<std::chrono::seconds>(
      instant.time_since_epoch());
  if (since_1970.count() < 0) return false;
  const auto seconds = static_cast<std::uint64_t>(since_1970.count());
  return valid_after <= seconds && seconds < valid_before;
}

std::optional<SshKey> SshKey::parse(std::string_view algorithm,
                                    std::string_view base64) {
  if (base64.size() > kMaxSshKeyText) return std::nullopt;
  const auto blob = decode_base64(base64);
  if (!blob || as_text(Reader(*blob).string()) != algorithm) {
    return std::nullopt;
  }
  return find_algorithm(algorithm, &Algorithm::name) ? read_plain_key(*blob)
                                                     : read_certificate(*blob);
}

bool is_ssh_fingerprint(std::string_view text) {
  if (!text.starts_with(kFingerprintStart)) return false;
  text.remove_prefix(kFingerprintStart.size());
  // 32 bytes, whose padding OpenSSH leaves out.
  const auto bytes = decode_base64(std::string(text) + '=');
  return bytes && bytes->size() == 32;
}

}  // namespace mfa
