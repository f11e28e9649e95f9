// SPDX-License-Identifier: BSD-3-Clause
#include "pam_module/request.h"

#include <security/pam_ext.h>
#include <sys/random.h>
#include <syslog.h>

#include <cerrno>
#include <clocale>

#include "pam_module/items.h"
#include "pam_module/text.h"
#include "wire/codec.h"

namespace mfa::pam {
namespace {

// A host that is there and has no address: neither the console nor any
// network. No program names a host so.
constexpr std::string_view kHostThatCannotTravel = "invalid";

bool can_travel(std::string_view value, std::size_t limit) {
  return value.size() <= limit && wire::is_text(value);
}

std::optional<std::string> if_it_can_travel(
    std::optional<std::string_view> value, std::size_t limit) {
  if (!value || !can_travel(*value, limit)) return std::nullopt;
  return std::string(*value);
}

std::optional<std::string_view> pam_environment(pam_handle_t* pamh,
                                                const char* name) {
  const char* value = pam_getenv(pamh, name);
  return value ? std::optional<std::string_view>(value) : std::nullopt;
}

// sshd's password method answers every question with the password, by a
// conversation that has no data of its own; keyboard-interactive's always has.
bool answers_blindly(pam_handle_t* pamh) {
  const void* conversation = nullptr;
  if (pam_get_item(pamh, PAM_CONV, &conversation) != PAM_SUCCESS ||
      !conversation) {
    return false;
  }
  return !static_cast<const pam_conv*>(conversation)->appdata_ptr;
}

// Absent, in the auth phase, means sshd's password method; so it is empty where
// it cannot travel. Since OpenSSH 9.8 that method sets it, too, and on 9.2 what
// keyboard-interactive set before on the same connection is still there.
std::optional<std::string> ssh_auth_info(pam_handle_t* pamh,
                                         wire::Phase phase) {
  if (phase == wire::Phase::authenticate && answers_blindly(pamh)) {
    return std::nullopt;
  }
  const auto info = pam_environment(pamh, "SSH_AUTH_INFO_0");
  if (!info) return std::nullopt;
  return if_it_can_travel(info, wire::kMaxSshAuthInfo).value_or("");
}

// Never absent where the application named a host: absent is "from here".
std::optional<std::string> remote_host(pam_handle_t* pamh) {
  const auto host = item(pamh, PAM_RHOST);
  if (!host) return std::nullopt;
  return std::string(can_travel(*host, wire::kMaxItem) ? *host
                                                       : kHostThatCannotTravel);
}

std::optional<std::string_view> message_locale() {
  const char* name = std::setlocale(LC_MESSAGES, nullptr);  // a query
  return name ? std::optional<std::string_view>(name) : std::nullopt;
}

bool can_be_a_name(std::string_view name, std::size_t limit) {
  return !name.empty() && name.size() <= limit && wire::is_text(name) &&
         !has_control_characters(name);
}

bool has_possible_names(pam_handle_t* pamh, const wire::Begin& begin) {
  if (can_be_a_name(begin.user, wire::kMaxUserName) &&
      can_be_a_name(begin.service, wire::kMaxServiceName)) {
    return true;
  }
  pam_syslog(pamh, LOG_NOTICE,
             "denied user=\"%s\" service=\"%s\": not a possible name",
             escaped(begin.user).c_str(), escaped(begin.service).c_str());
  return false;
}

// In su it says whose code decides: without it, that of the account one
// becomes would.
bool has_possible_caller(pam_handle_t* pamh, const wire::Begin& begin) {
  const std::string_view caller = item_or_empty(pamh, PAM_RUSER);
  if (can_travel(caller, wire::kMaxItem)) return true;
  pam_syslog(pamh, LOG_NOTICE,
             "denied user=\"%s\" service=\"%s\": PAM_RUSER is not UTF-8 or "
             "longer than %zu bytes",
             escaped(begin.user).c_str(), escaped(begin.service).c_str(),
             wire::kMaxItem);
  return false;
}

bool is_password_given(pam_handle_t* pamh) {
  const std::string_view password = item_or_empty(pamh, PAM_AUTHTOK);
  return !password.empty() && !is_sshd_filler(password);
}

std::uint32_t flags_of(const Call& call) {
  std::uint32_t flags = 0;
  if (call.flags & PAM_SILENT) flags |= wire::kFlagSilent;
  if (call.flags & PAM_DISALLOW_NULL_AUTHTOK) {
    flags |= wire::kFlagDisallowNullAuthtok;
  }
  if (is_password_given(call.pamh)) flags |= wire::kFlagPasswordGiven;
  return flags;
}

bool fill_random(wire::Nonce& nonce) {
  ssize_t size = -1;
  do {
    size = getrandom(nonce.data(), nonce.size(), 0);
  } while (size < 0 && errno == EINTR);
  return size == static_cast<ssize_t>(nonce.size());
}

}  // namespace

bool is_sshd_filler(std::string_view password) {
  static constexpr std::string_view kFiller = "\b\n\r\177INCORRECT";
  for (std::size_t i = 0; i < password.size(); ++i) {
    if (password[i] != kFiller[i % kFiller.size()]) return false;
  }
  return !password.empty();
}

Request make_request(const Call& call, wire::Phase phase, Deadline deadline) {
  pam_handle_t* pamh = call.pamh;
  wire::Begin begin;
  begin.phase = phase;
  begin.user = item_or_empty(pamh, PAM_USER);
  begin.service = item_or_empty(pamh, PAM_SERVICE);
  if (!has_possible_names(pamh, begin) || !has_possible_caller(pamh, begin)) {
    return {std::nullopt, PAM_AUTH_ERR};
  }
  if (!fill_random(begin.nonce)) {
    pam_syslog(pamh, LOG_CRIT, "denied: no random numbers from the kernel: %s",
               error_text(errno));
    return {std::nullopt, PAM_SYSTEM_ERR};
  }
  begin.rhost = remote_host(pamh);
  begin.ruser = if_it_can_travel(item(pamh, PAM_RUSER), wire::kMaxItem);
  begin.tty = if_it_can_travel(item(pamh, PAM_TTY), wire::kMaxItem);
  begin.ssh_connection =
      if_it_can_travel(pam_environment(pamh, "SSH_CONNECTION"), wire::kMaxItem);
  begin.ssh_auth_info = ssh_auth_info(pamh, phase);
  begin.locale = if_it_can_travel(message_locale(), wire::kMaxItem);
  begin.flags = flags_of(call);
  begin.time_left_ms = static_cast<std::uint32_t>(deadline.left().count());
  return {std::move(begin), PAM_SUCCESS};
}

}  // namespace mfa::pam
