// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/gather.h"

#include "tests/check.h"

namespace mfa {
namespace {

Person alice() { return {*UserName::parse("alice"), 1000, {}, {}, {}, {}}; }

wire::Begin begin_of(const std::string& service) {
  wire::Begin begin;
  begin.user = "alice";
  begin.service = service;
  return begin;
}

SignIn gathered(const wire::Begin& begin, Asker asker = Asker::root,
                const Config& config = {}) {
  Rules rules;
  rules.config = config;
  return gather(begin, rules, {alice(), asker}, "id", Instant{});
}

TEST("the address of an ssh sign-in comes from SSH_CONNECTION") {
  auto begin = begin_of("sshd");
  begin.ssh_connection = "192.0.2.7 40000 198.51.100.1 22";
  begin.rhost = "client.example.org";
  assert_string_equal(gathered(begin).source.key().c_str(), "192.0.2.7");
}

TEST("hostile input 21: an address written as IPv6 is the IPv4 address") {
  auto begin = begin_of("sshd");
  begin.rhost = "::ffff:192.0.2.7";
  assert_string_equal(gathered(begin).source.key().c_str(), "192.0.2.7");
}

TEST("hostile input 21: a host name, UNKNOWN or garbage is no address") {
  for (const char* rhost : {"client.example.org", "UNKNOWN", "", "1.2.3",
                            "%s%n", "1.2.3.4.5", "[::1]"}) {
    auto begin = begin_of("sshd");
    begin.rhost = rhost;
    assert_true(gathered(begin).source.kind == Source::Kind::unknown);
  }
}

TEST("SSH_CONNECTION counts for ssh services only") {
  auto begin = begin_of("vsftpd");
  begin.ssh_connection = "192.0.2.7 40000 198.51.100.1 22";
  assert_true(gathered(begin).source.kind == Source::Kind::unknown);
}

TEST("a console service on a terminal of this machine is the console") {
  for (const char* tty : {"/dev/tty1", "tty63", "/dev/ttyS0", "console"}) {
    auto begin = begin_of("login");
    begin.tty = tty;
    begin.rhost = "";
    const SignIn sign_in = gathered(begin);
    assert_true(sign_in.is_console);
    assert_true(sign_in.source.kind == Source::Kind::console);
  }
}

TEST("hostile input 22: no other terminal and no remote host is the console") {
  for (const char* tty : {"/dev/pts/0", "ssh", "../../tty1", "tty", "tty1x",
                          "/dev/ttyS", "pts/1", ":0", "xtty1"}) {
    auto begin = begin_of("login");
    begin.tty = tty;
    assert_false(gathered(begin).is_console);
  }
  auto remote = begin_of("login");
  remote.tty = "/dev/tty1";
  remote.rhost = "192.0.2.7";
  assert_false(gathered(remote).is_console);
  auto sudo = begin_of("sudo");
  sudo.tty = "/dev/tty1";
  assert_false(gathered(sudo).is_console);
}

TEST("sudo without an address is an unknown source, not the console") {
  assert_true(gathered(begin_of("sudo")).source.kind == Source::Kind::unknown);
}

TEST("sudo-i is sudo and su-l is su") {
  assert_string_equal(gathered(begin_of("sudo-i")).service.c_str(), "sudo");
  assert_true(gathered(begin_of("sudo-i")).is_privileged);
  assert_true(gathered(begin_of("su-l")).is_privileged);
  assert_string_equal(gathered(begin_of("su-l")).application.c_str(), "su-l");
}

TEST("for su the caller decides and both names are kept") {
  auto begin = begin_of("su");
  begin.user = "root";
  begin.ruser = "alice";
  assert_string_equal(deciding_name(begin, 0).c_str(), "alice");
  const SignIn sign_in = gathered(begin);
  assert_string_equal(sign_in.user_name.c_str(), "alice");
  assert_string_equal(sign_in.target_user.c_str(), "root");
}

TEST("hostile input 23: PAM_RUSER decides nothing but su asked by root") {
  auto begin = begin_of("sshd");
  begin.ruser = "root";
  assert_string_equal(deciding_name(begin, 0).c_str(), "alice");
  begin.service = "su";
  assert_string_equal(deciding_name(begin, 1000).c_str(), "alice");
  begin.ruser = "";
  assert_string_equal(deciding_name(begin, 0).c_str(), "alice");
}

TEST("a password or a key is a first factor, nothing is unknown") {
  auto begin = begin_of("sshd");
  assert_true(gathered(begin).first_factor == FirstFactor::unknown);
  begin.ssh_auth_info = "publickey ssh-ed25519 AAAAC3\n";
  assert_true(gathered(begin).first_factor == FirstFactor::public_key);
  begin.ssh_auth_info = "password";
  assert_true(gathered(begin).first_factor == FirstFactor::password);
  begin.ssh_auth_info = "";
  begin.flags = wire::kFlagPasswordGiven;
  assert_true(gathered(begin).first_factor == FirstFactor::password);
}

TEST("a line that only begins like a key method names none") {
  auto begin = begin_of("sshd");
  begin.ssh_auth_info = "publickeyish x\nkeyboard-interactive/pam\n";
  assert_true(gathered(begin).first_factor == FirstFactor::unknown);
}

TEST("the auth phase of an sshd without SSH_AUTH_INFO_0 is a legacy client") {
  auto begin = begin_of("sshd");
  const auto legacy = [&](Asker asker = Asker::root, bool defaults = false) {
    Rules rules;
    rules.policies.security_defaults = defaults;
    return gather(begin, rules, {alice(), asker}, "id", Instant{})
               .facts.client_app_type == ClientAppType::other;
  };
  assert_true(legacy());
  // The days to register are for Debian's sshd, too.
  assert_false(legacy(Asker::root, true));
  assert_false(legacy(Asker::delegate));
  // A public key alone, where our line is in the account phase only.
  begin.phase = wire::Phase::account;
  assert_false(legacy());
  begin.phase = wire::Phase::authenticate;
  begin.ssh_auth_info = "";
  assert_false(legacy());
  begin.service = "login";
  begin.ssh_auth_info.reset();
  assert_false(legacy());
}

TEST("SSH_AUTH_INFO_0 counts for ssh services only") {
  auto begin = begin_of("login");
  begin.ssh_auth_info = "publickey ssh-ed25519 AAAAC3\n";
  assert_true(gathered(begin).first_factor == FirstFactor::unknown);
}

TEST("hostile input 29: an unprivileged asker's claims are not believed") {
  auto begin = begin_of("swaylock");
  begin.rhost = "10.0.0.1";
  begin.tty = "/dev/tty1";
  begin.flags = wire::kFlagPasswordGiven;
  begin.ssh_auth_info = "publickey ssh-ed25519 AAAAC3\n";
  Config config;
  config.console_services = {"swaylock"};
  config.ssh_services = {"swaylock"};
  const SignIn sign_in = gathered(begin, Asker::self, config);
  assert_true(sign_in.source.kind == Source::Kind::self);
  assert_true(sign_in.first_factor == FirstFactor::unknown);
  assert_false(sign_in.is_console);
  assert_false(sign_in.is_ssh);
}

TEST("hostile input 41: only root may ask for somebody else") {
  const Config config;
  assert_true(asker_standing(0, config, "sshd", alice(), {}) == Asker::root);
  assert_true(asker_standing(1000, config, "swaylock", alice(), {}) ==
              Asker::self);
  assert_true(asker_standing(1001, config, "swaylock", alice(), {}) ==
              std::nullopt);
  assert_true(asker_standing(1000, config, "sshd", alice(), {}) ==
              std::nullopt);
  assert_true(asker_standing(1000, config, "swaylock", std::nullopt, {}) ==
              std::nullopt);
}

TEST("a delegate may ask for others on its own services only") {
  const Config config;
  assert_true(asker_standing(33, config, "apache2", alice(), {"apache2"}) ==
              Asker::delegate);
  assert_true(asker_standing(33, config, "sshd", alice(), {"apache2"}) ==
              std::nullopt);
}

}  // namespace
}  // namespace mfa
