// SPDX-License-Identifier: BSD-3-Clause
#include "agent/facts/gather.h"

#include <algorithm>
#include <utility>

#include "agent/facts/facts.h"

namespace mfa {
namespace {

bool is_su(std::string_view service) { return service_family(service) == "su"; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

// tty1, ttyS0, console: terminals of this machine. A pts is none: it may end
// anywhere.
bool is_console_terminal(std::string_view terminal) {
  if (terminal.starts_with("/dev/")) terminal.remove_prefix(5);
  if (terminal == "console") return true;
  if (!terminal.starts_with("tty")) return false;
  terminal.remove_prefix(3);
  if (terminal.starts_with("S")) return terminal.size() > 1;
  return all_digits(terminal);
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find(' '));
}

// Names are never resolved: whoever controls a reverse zone would choose
// where he comes from.
Source source_of(const wire::Begin& begin, const SignIn& sign_in) {
  if (sign_in.asker != Asker::root) return {Source::Kind::self, std::nullopt};
  if (sign_in.is_console) return {Source::Kind::console, std::nullopt};
  std::optional<Address> address;
  if (sign_in.is_ssh && begin.ssh_connection) {
    address = Address::parse(first_word(*begin.ssh_connection));
  }
  if (!address && begin.rhost) address = Address::parse(*begin.rhost);
  if (!address) return {Source::Kind::unknown, std::nullopt, sign_in.service};
  return {Source::Kind::address, address};
}

// Lines of SSH_AUTH_INFO_0: "publickey ssh-ed25519 AAAA...", "password".
bool names_method(std::string_view auth_info, std::string_view method) {
  while (!auth_info.empty()) {
    const auto end = std::min(auth_info.find('\n'), auth_info.size());
    if (first_word(auth_info.substr(0, end)) == method) return true;
    auth_info.remove_prefix(std::min(end + 1, auth_info.size()));
  }
  return false;
}

FirstFactor first_factor_of(const wire::Begin& begin, const SignIn& sign_in) {
  if (sign_in.asker != Asker::root) return FirstFactor::unknown;
  if (begin.flags & wire::kFlagPasswordGiven) return FirstFactor::password;
  if (!sign_in.is_ssh || !begin.ssh_auth_info) return FirstFactor::unknown;
  if (names_method(*begin.ssh_auth_info, "password")) {
    return FirstFactor::password;
  }
  if (names_method(*begin.ssh_auth_info, "publickey")) {
    return FirstFactor::public_key;
  }
  return FirstFactor::unknown;
}

}  // namespace

std::string deciding_name(const wire::Begin& begin, std::uint32_t peer_uid) {
  const bool caller_decides = is_su(begin.service) && peer_uid == 0;
  if (caller_decides && begin.ruser && !begin.ruser->empty()) {
    return *begin.ruser;
  }
  return begin.user;
}

std::optional<Asker> asker_standing(
    std::uint32_t peer_uid, const Config& config, std::string_view service,
    const std::optional<Person>& person,
    const std::vector<std::string>& delegated_services) {
  if (peer_uid == 0) return Asker::root;
  if (std::find(delegated_services.begin(), delegated_services.end(),
                service) != delegated_services.end()) {
    return Asker::delegate;
  }
  if (person && person->uid == peer_uid && config.is_self_service(service)) {
    return Asker::self;
  }
  return std::nullopt;
}

bool is_open_to_users(const Config& config, std::string_view service) {
  if (config.is_self_service(service)) return true;
  return std::any_of(config.delegates.begin(), config.delegates.end(),
                     [&](const Delegate& delegate) {
                       return std::find(delegate.services.begin(),
                                        delegate.services.end(),
                                        service) != delegate.services.end();
                     });
}

SignIn gather(const wire::Begin& begin, const Rules& rules, Lookups lookups,
              std::string id, Instant began) {
  const Config& config = rules.config;
  const bool root = lookups.asker == Asker::root;
  SignIn sign_in;
  sign_in.id = std::move(id);
  sign_in.began = began;
  sign_in.asker = lookups.asker;
  sign_in.user_name = deciding_name(begin, root ? 0 : 1);
  if (sign_in.user_name != begin.user || is_su(begin.service)) {
    sign_in.target_user = begin.user;
  }
  sign_in.person = std::move(lookups.person);
  sign_in.application = begin.service;
  sign_in.service = std::string(service_family(begin.service));
  sign_in.is_ssh = root && config.is_ssh(begin.service);
  sign_in.is_privileged = config.is_privileged(begin.service);
  sign_in.terminal = begin.tty.value_or("");
  const bool remote = begin.rhost && !begin.rhost->empty();
  sign_in.is_console = root && !remote &&
                       config.is_console_service(begin.service) &&
                       is_console_terminal(sign_in.terminal);
  sign_in.source = source_of(begin, sign_in);
  sign_in.first_factor = first_factor_of(begin, sign_in);
  if (sign_in.is_ssh) sign_in.ssh_auth_info = begin.ssh_auth_info.value_or("");
  sign_in.by_sshd_password = sign_in.is_ssh && !begin.ssh_auth_info &&
                             begin.phase == wire::Phase::authenticate;
  sign_in.facts = facts_of(sign_in, rules);
  identify_device(sign_in, rules);
  return sign_in;
}

}  // namespace mfa
