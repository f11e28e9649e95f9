// SPDX-License-Identifier: BSD-3-Clause
//
// Keys and certificates are made by the real ssh-keygen, which also says what
// is in them.
#include "agent/facts/ssh_auth_info.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>

#include "agent/base/base64.h"
#include "tests/check.h"
#include "tests/command.h"

namespace mfa {
namespace {

constexpr std::uint64_t kStart = 1800000000;  // 2027-01-15 08:00 UTC
constexpr std::uint64_t kEnd = kStart + 3600;
constexpr char kValidity[] = "-V 20270115080000Z:20270115090000Z";

Instant at(std::uint64_t seconds) {
  return Instant(std::chrono::seconds(seconds));
}

// The wire format's string.
std::string field(std::string_view bytes) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += static_cast<char>(size >> shift & 0xff);
  }
  return text.append(bytes);
}

std::string base64(const std::string& bytes) {
  std::string text = encode_base64_unpadded(
      {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return text.append((4 - text.size() % 4) % 4, '=');
}

std::string bytes_of(std::string_view text) {
  const auto bytes = decode_base64(text);
  assert_true(bytes.has_value());
  return {bytes->begin(), bytes->end()};
}

// A folder of keys, made once: an RSA key takes its time.
class Keys {
 public:
  static const Keys& made() {
    static const Keys keys;
    return keys;
  }

  const std::vector<std::string>& names() const { return names_; }
  std::string path(const std::string& name) const {
    return folder_ + "/" + name;
  }

  // "ssh-ed25519 AAAA...", without comment.
  std::string line(const std::string& name) const {
    std::ifstream file(path(name + ".pub"));
    std::string algorithm, key;
    file >> algorithm >> key;
    return algorithm + ' ' + key;
  }

  std::string fingerprint(const std::string& name) const {
    const std::string shown = run("-lf " + path(name + ".pub"));
    const auto from = shown.find("SHA256:");
    return shown.substr(from, shown.find(' ', from) - from);
  }

  // Of the key `name` by the key `authority`; the name of the certificate.
  std::string sign(const std::string& name, const std::string& authority,
                   const std::string& options) const {
    run("-q -s " + path(authority) + ' ' + options + ' ' + path(name + ".pub"));
    return name + "-cert";
  }

 private:
  Keys() {
    char pattern[] = "/tmp/mfa-keys-XXXXXX";
    folder_ = mkdtemp(pattern);
    make("ed25519", "-t ed25519");
    make("rsa", "-t rsa -b 2048");
    make("nistp256", "-t ecdsa -b 256");
    make("nistp384", "-t ecdsa -b 384");
    make("nistp521", "-t ecdsa -b 521");
    make_security_keys();
  }
  ~Keys() { std::filesystem::remove_all(folder_); }

  void make(const std::string& name, const std::string& options) {
    run("-q -N '' " + options + " -f " + path(name));
    names_.push_back(name);
  }

  // There is no token here to make them; their public half is a plain key
  // with the application behind it.
  void make_security_keys() {
    const std::string ed25519 = bytes_of(line("ed25519").substr(12));
    write("sk-ed25519", "sk-ssh-ed25519@openssh.com",
          ed25519.substr(4 + 11) + field("ssh:"));
    const std::string nistp256 = bytes_of(line("nistp256").substr(20));
    write("sk-nistp256", "sk-ecdsa-sha2-nistp256@openssh.com",
          nistp256.substr(4 + 19) + field("ssh:"));
  }

  void write(const std::string& name, const std::string& algorithm,
             const std::string& fields) {
    std::ofstream(path(name + ".pub"))
        << algorithm << ' ' << base64(field(algorithm) + fields) << '\n';
    names_.push_back(name);
  }

  static std::string run(const std::string& arguments) {
    const auto result = check::run_command("ssh-keygen " + arguments);
    if (!result.succeeded) fail_msg("ssh-keygen %s", arguments.c_str());
    return result.output;
  }

  std::string folder_;
  std::vector<std::string> names_;
};

std::vector<SshKey> offered(const std::string& auth_info,
                            std::uint64_t seconds = kStart) {
  return offered_ssh_keys(auth_info, at(seconds));
}

SshKey only_key(const std::string& auth_info) {
  const auto keys = offered(auth_info);
  if (keys.size() != 1)
    fail_msg("%zu keys: %s", keys.size(), auth_info.c_str());
  return keys.at(0);
}

std::string certificate_line(const std::string& name, const std::string& ca,
                             const std::string& options) {
  const Keys& keys = Keys::made();
  return "publickey " + keys.line(keys.sign(name, ca, options)) + '\n';
}

TEST("every key has the fingerprint that ssh-keygen -l prints") {
  const Keys& keys = Keys::made();
  for (const std::string& name : keys.names()) {
    const SshKey key = only_key("publickey " + keys.line(name) + '\n');
    assert_string_equal(key.fingerprint.c_str(),
                        keys.fingerprint(name).c_str());
    assert_true(keys.line(name).starts_with(key.algorithm + ' '));
    assert_true(key.is_security_key == name.starts_with("sk-"));
    assert_false(key.certificate.has_value());
  }
}

TEST("a certificate of every kind says what ssh-keygen put into it") {
  const Keys& keys = Keys::made();
  for (const std::string& name : keys.names()) {
    const SshKey key = only_key(certificate_line(
        name, "nistp384",
        std::string("-I 'laptop 7' -n alice,root -z 9 -O no-pty ") +
            "-O source-address=192.0.2.0/24 " + kValidity));
    assert_string_equal(key.fingerprint.c_str(),
                        keys.fingerprint(name).c_str());
    assert_true(key.is_security_key == name.starts_with("sk-"));
    assert_true(key.algorithm.find("cert") == std::string::npos);
    const SshCertificate& certificate = key.certificate.value();
    assert_string_equal(certificate.authority.c_str(),
                        keys.fingerprint("nistp384").c_str());
    assert_string_equal(certificate.key_id.c_str(), "laptop 7");
    assert_true(certificate.principals ==
                std::vector<std::string>({"alice", "root"}));
    assert_int_equal(certificate.valid_after, kStart);
    assert_int_equal(certificate.valid_before, kEnd);
  }
}

TEST("an authority of every kind is known by its fingerprint") {
  const Keys& keys = Keys::made();
  for (const char* authority : {"ed25519", "rsa", "nistp256", "nistp521"}) {
    const SshKey key = only_key(certificate_line("ed25519", authority, "-I x"));
    assert_string_equal(key.certificate.value().authority.c_str(),
                        keys.fingerprint(authority).c_str());
    assert_true(key.certificate->principals.empty());
  }
}

TEST("a certificate identifies nobody before and after its time") {
  const std::string line =
      certificate_line("ed25519", "rsa", std::string("-I x ") + kValidity);
  assert_int_equal(offered(line, kStart - 1).size(), 0);
  assert_int_equal(offered(line, kStart).size(), 1);
  assert_int_equal(offered(line, kEnd - 1).size(), 1);
  assert_int_equal(offered(line, kEnd).size(), 0);
  const std::string always = certificate_line("ed25519", "rsa", "-I x");
  assert_int_equal(offered(always, 0).size(), 1);
  assert_int_equal(offered(always, 1ull << 40).size(), 1);
  assert_true(
      offered_ssh_keys(line, Instant(std::chrono::seconds(-1))).empty());
}

TEST("a host's certificate identifies no person") {
  assert_true(offered(certificate_line("ed25519", "rsa", "-h -I x")).empty());
}

TEST("of several methods, the keys that a person has proved are taken") {
  const Keys& keys = Keys::made();
  const std::string info =
      "password\npublickey " + keys.line("ed25519") +
      "\nkeyboard-interactive/pam\npublickey " + keys.line("sk-ed25519") +
      " signature count = 5\nhostbased " + keys.line("rsa") +
      " client user \"alice\", client host \"x\"\n";
  const auto found = offered(info);
  assert_int_equal(found.size(), 2);
  assert_string_equal(found[0].fingerprint.c_str(),
                      keys.fingerprint("ed25519").c_str());
  assert_string_equal(found[1].fingerprint.c_str(),
                      keys.fingerprint("sk-ed25519").c_str());
}

TEST("no more keys are read than anybody asks for") {
  std::string info;
  for (std::size_t i = 0; i <= kMaxOfferedSshKeys; ++i) {
    info += "publickey " + Keys::made().line("ed25519") + '\n';
  }
  assert_int_equal(offered(info).size(), kMaxOfferedSshKeys);
}

TEST("a line that is not as sshd writes it is left out") {
  const std::string line = Keys::made().line("ed25519");
  const std::string key = line.substr(line.find(' ') + 1);
  for (const std::string& text :
       {std::string(), std::string("publickey"), std::string("publickey "),
        "publickey  " + line, " publickey " + line, "publickey\t" + line,
        "publickey " + key, "publickey ssh-rsa " + key, "Publickey " + line,
        "publickey ssh-ed25519 " + key.substr(0, key.size() - 1),
        "publickey ssh-ed25519 " + key + "=",
        "publickey ssh-ed25519 " + key + "AAAA",
        "publickey ssh-ed25519-cert-v01@openssh.com " + key,
        "publickey ssh-dss " + key, "publickey ssh-ed25519 *" + key}) {
    if (!offered(text + '\n').empty()) fail_msg("taken: %s", text.c_str());
    // And what follows is read.
    assert_int_equal(offered(text + "\npublickey " + line).size(), 1);
  }
}

// As base64 of a key whose name and fields are these.
std::string made_line(const std::string& algorithm, const std::string& fields) {
  return "publickey " + algorithm + ' ' + base64(field(algorithm) + fields);
}

TEST("a key whose fields are not in their only form is no key") {
  const std::string number(256, '\x7f');
  const std::string three("\x03", 1);
  assert_int_equal(
      offered(made_line("ssh-rsa", field(three) + field(number))).size(), 1);
  for (const std::string& modulus :
       {std::string(), '\0' + number, '\xff' + number, std::string(1, '\0'),
        std::string(3000, '\x7f')}) {
    assert_true(
        offered(made_line("ssh-rsa", field(three) + field(modulus))).empty());
  }
  assert_true(
      offered(made_line("ssh-ed25519", field(std::string(31, 'a')))).empty());
  const std::string nistp256 = "ecdsa-sha2-nistp256";
  const std::string point = '\x04' + std::string(64, 'a');
  assert_int_equal(
      offered(made_line(nistp256, field("nistp256") + field(point))).size(), 1);
  for (const std::string& fields :
       {field("nistp384") + field(point),
        field("nistp256") + field('\x02' + std::string(32, 'a')),
        field("nistp256") + field('\x02' + std::string(64, 'a')),
        field("nistp256") + field('\x04' + std::string(65, 'a')),
        field("nistp256") + field(point) + 'x'}) {
    assert_true(offered(made_line(nistp256, fields)).empty());
  }
}

// The parts of a certificate that tests change.
struct Parts {
  std::string kind{"\0\0\0\1", 4};
  std::string key_id = "x";
  std::string principals;
  std::string options;
  std::string authority;
  std::string signature = "signature";
  std::string behind;
};

std::string line_of(const Parts& parts) {
  const std::string forever = std::string(8, '\0') + std::string(8, '\xff');
  return made_line(
      "ssh-ed25519-cert-v01@openssh.com",
      field("nonce") + field(std::string(32, 'k')) + std::string(8, '\0') +
          parts.kind + field(parts.key_id) + field(parts.principals) + forever +
          field(parts.options) + field("") + field("") +
          field(parts.authority) + field(parts.signature) + parts.behind);
}

// Whatever it says of whom.
bool is_certificate(const Parts& parts) {
  const std::string line = line_of(parts);
  const auto from = line.find(' ') + 1;
  const auto space = line.find(' ', from);
  return SshKey::parse(line.substr(from, space - from), line.substr(space + 1))
      .has_value();
}

Parts good_parts() {
  Parts parts;
  parts.authority = field("ssh-ed25519") + field(std::string(32, 'c'));
  return parts;
}

TEST("a certificate of which one part breaks the format is no key") {
  assert_true(is_certificate(good_parts()));
  const std::vector<void (*)(Parts&)> faults = {
      [](Parts& parts) { parts.kind = std::string("\0\0\0\3", 4); },
      [](Parts& parts) { parts.key_id = std::string("x\0y", 3); },
      [](Parts& parts) { parts.principals = "alice"; },
      [](Parts& parts) { parts.principals = field(std::string("a\0", 2)); },
      [](Parts& parts) { parts.options = field("force-command"); },
      [](Parts& parts) { parts.authority = field("ssh-ed25519"); },
      [](Parts& parts) { parts.authority += 'x'; },
      [](Parts& parts) {
        parts.authority = field("ssh-ed25519-cert-v01@openssh.com");
      },
      [](Parts& parts) { parts.signature = ""; },
      [](Parts& parts) { parts.behind = "x"; },
      [](Parts& parts) {
        for (std::size_t i = 0; i <= kMaxSshPrincipals; ++i) {
          parts.principals += field("a");
        }
      },
  };
  for (std::size_t i = 0; i < faults.size(); ++i) {
    Parts parts = good_parts();
    faults[i](parts);
    if (is_certificate(parts)) fail_msg("fault %zu was not seen", i);
  }
}

TEST("a key or certificate that is cut off anywhere is no key") {
  const Keys& keys = Keys::made();
  for (const std::string& name : keys.names()) {
    for (const std::string& whole :
         {keys.line(name), keys.line(keys.sign(name, "rsa", "-I x"))}) {
      const auto space = whole.find(' ');
      const std::string blob = bytes_of(whole.substr(space + 1));
      for (std::size_t size = 0; size < blob.size(); ++size) {
        const std::string cut = "publickey " + whole.substr(0, space + 1) +
                                base64(blob.substr(0, size));
        if (!offered(cut).empty()) fail_msg("taken: %s", cut.c_str());
      }
    }
  }
}

TEST("damaged and random bytes never crash, and never make a wrong key") {
  const Keys& keys = Keys::made();
  std::mt19937 random(64);
  const std::string whole =
      keys.line(keys.sign("sk-nistp256", "rsa", "-I x -n a,b"));
  const auto space = whole.find(' ');
  const std::string blob = bytes_of(whole.substr(space + 1));
  const std::string start = "publickey " + whole.substr(0, space + 1);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = blob;
    for (int i = 0; i < 3; ++i) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    if (round % 4 == 0) bytes.resize(random() % bytes.size());
    if (round % 4 == 1) {
      for (char& byte : bytes) byte = static_cast<char>(random());
    }
    for (const SshKey& key : offered(start + base64(bytes))) {
      assert_true(is_ssh_fingerprint(key.fingerprint));
      assert_true(is_ssh_fingerprint(key.certificate.value().authority));
    }
    offered(bytes);
  }
}

TEST("a fingerprint is SHA256: and 32 bytes in base64 without padding") {
  const std::string good = Keys::made().fingerprint("ed25519");
  assert_true(is_ssh_fingerprint(good));
  for (const std::string& text :
       {good + "=", good + "A", good.substr(0, good.size() - 1), good.substr(7),
        std::string("SHA256:"), "sha256:" + good.substr(7),
        "SHA512:" + good.substr(7), std::string()}) {
    assert_false(is_ssh_fingerprint(text));
  }
}

}  // namespace
}  // namespace mfa
