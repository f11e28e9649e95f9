// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/connection.h"

#include <fmt/format.h>
#include <lber.h>
#include <stdlib.h>

#include "agent/base/escape.h"
#include "connector/config/secret_file.h"
#include "connector/ldap/bind.h"
#include "connector/ldap/limits.h"
#include "connector/ldap/result_codes.h"
#include "connector/ldap/time_limit.h"

namespace mfa::connector::ldap {
namespace {

// Where Debian keeps the certificates it trusts. GnuTLS trusts none by itself.
constexpr char kSystemCaFile[] = "/etc/ssl/certs/ca-certificates.crt";

// A peer that vanished is noticed while we wait for news.
constexpr int kKeepaliveIdle = 60, kKeepaliveInterval = 10,
              kKeepaliveProbes = 3;
constexpr int kUnacknowledged = 30'000;  // ms

// Connecting to a name's addresses, StartTLS, the handshake.
constexpr int kStepsOfTls = 3;

// Before libldap reads its configuration, once.
void shut_out_environment() {
  static const bool kDone = [] {
    setenv("LDAPNOINIT", "1", 1);
    for (const char* name :
         {"SSLKEYLOGFILE", "HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS",
          "SASL_PATH", "SASL_CONF_PATH", "GNUTLS_SYSTEM_PRIORITY_FILE"}) {
      unsetenv(name);
    }
    return true;
  }();
  static_cast<void>(kDone);
}

timeval to_timeval(std::chrono::milliseconds time) {
  timeval value{};
  value.tv_sec = time.count() / 1000;
  value.tv_usec = time.count() % 1000 * 1000;
  return value;
}

bool is_local(std::string_view server) { return server.starts_with("ldapi:"); }
bool is_encrypted_at_once(std::string_view server) {
  return server.starts_with("ldaps:");
}

// Sets options one after the other and remembers the first that failed.
class Options {
 public:
  explicit Options(LDAP* handle) : handle_(handle) {}

  Options& set(int option, const void* value) {
    if (result_ == LDAP_OPT_SUCCESS) {
      result_ = ldap_set_option(handle_, option, value);
      failed_ = option;
    }
    return *this;
  }
  Options& number(int option, int value) { return set(option, &value); }
  Options& text(int option, const std::string& value) {
    return value.empty() ? *this : set(option, value.c_str());
  }
  Result<> done(const Connection& connection) const {
    if (result_ == LDAP_OPT_SUCCESS) return {};
    return tl::unexpected(connection.failure(
        LDAP_LOCAL_ERROR, fmt::format("set option {:#x}", failed_), ""));
  }

 private:
  LDAP* handle_;
  int result_ = LDAP_OPT_SUCCESS;
  int failed_ = 0;
};

std::vector<Control> to_values(LDAPControl** controls) {
  std::vector<Control> values;
  for (LDAPControl** one = controls; one && *one; ++one) {
    const berval& value = (*one)->ldctl_value;
    values.push_back({(*one)->ldctl_oid,
                      value.bv_val
                          ? std::optional<std::string>(
                                std::in_place, value.bv_val, value.bv_len)
                          : std::nullopt,
                      (*one)->ldctl_iscritical != 0});
  }
  ldap_controls_free(controls);
  return values;
}

std::string take_text(char* text) {
  std::string value = text ? text : "";
  ldap_memfree(text);
  return value;
}

// Our controls and names as libldap wants them; pointers into `request`.
struct RawRequest {
  explicit RawRequest(const SearchRequest& request) {
    for (const std::string& name : request.attributes) {
      attributes.push_back(const_cast<char*>(name.c_str()));
    }
    attributes.push_back(nullptr);
    raw.reserve(request.controls.size());
    for (const Control& control : request.controls) {
      LDAPControl& one = raw.emplace_back();
      one.ldctl_oid = const_cast<char*>(control.oid.c_str());
      one.ldctl_iscritical = control.critical ? 1 : 0;
      if (!control.value) continue;
      one.ldctl_value = {control.value->size(),
                         const_cast<char*>(control.value->data())};
    }
    for (LDAPControl& control : raw) controls.push_back(&control);
    controls.push_back(nullptr);
  }

  std::vector<char*> attributes;
  std::vector<LDAPControl> raw;
  std::vector<LDAPControl*> controls;
};

}  // namespace

Connection::Connection(std::string server, const LdapConfig& config,
                       const Clock& clock)
    : server_(std::move(server)),
      clock_(clock),
      message_timeout_(kTimeoutsPerMessage * config.network_timeout) {
  restart_deadline();
}

Connection::~Connection() {
  if (handle_) ldap_unbind_ext(handle_, nullptr, nullptr);
}

void Connection::restart_deadline() {
  deadline_ = clock_.now().since_boot + kLongestRefresh;
}

Result<std::unique_ptr<Connection>> Connection::open(const LdapConfig& config,
                                                     const std::string& server,
                                                     const Clock& clock) {
  shut_out_environment();
  std::unique_ptr<Connection> connection(new Connection(server, config, clock));
  const int made = ldap_initialize(&connection->handle_, server.c_str());
  if (made != LDAP_SUCCESS) {
    return tl::unexpected(connection->failure(made, "read its address", ""));
  }
  connection->limit_ = std::make_unique<TimeLimit>(
      connection->handle_, kStepsOfTls * config.network_timeout);
  auto ready = connection->set_options(config);
  if (ready) ready = connection->connect();
  if (ready) ready = bind(*connection, config);
  if (!ready) return tl::unexpected(ready.error());
  return connection;
}

Result<> Connection::set_options(const LdapConfig& config) {
  const timeval network = to_timeval(config.network_timeout);
  const timeval answer = to_timeval(message_timeout_);
  Options options(handle_);
  options.number(LDAP_OPT_PROTOCOL_VERSION, LDAP_VERSION3)
      .set(LDAP_OPT_REFERRALS, LDAP_OPT_OFF)
      .number(LDAP_OPT_DEREF, LDAP_DEREF_NEVER)
      .set(LDAP_OPT_NETWORK_TIMEOUT, &network)
      .set(LDAP_OPT_TIMEOUT, &answer)
      .number(LDAP_OPT_X_KEEPALIVE_IDLE, kKeepaliveIdle)
      .number(LDAP_OPT_X_KEEPALIVE_INTERVAL, kKeepaliveInterval)
      .number(LDAP_OPT_X_KEEPALIVE_PROBES, kKeepaliveProbes)
      .number(LDAP_OPT_TCP_USER_TIMEOUT, kUnacknowledged)
      // A name server must not choose whose ticket we show.
      .set(LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON);
  const auto set = options.done(*this);
  return !set || is_local(server_) ? set : set_tls_options(config);
}

Result<> Connection::set_tls_options(const LdapConfig& config) {
  const auto key_file = config.key_file.empty()
                            ? Result<std::string>()
                            : secret_file_path(config.key_file);
  if (!key_file) return tl::unexpected(key_file.error());
  Options options(handle_);
  options
      .text(LDAP_OPT_X_TLS_CACERTFILE,
            config.ca_file.empty() ? kSystemCaFile : config.ca_file)
      .text(LDAP_OPT_X_TLS_CERTFILE, config.certificate_file)
      .text(LDAP_OPT_X_TLS_KEYFILE, *key_file)
      .number(LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND)
      // The subject's common name counts where there is no other name alone.
      .number(LDAP_OPT_X_TLS_REQUIRE_SAN, LDAP_OPT_X_TLS_TRY)
      .number(LDAP_OPT_X_TLS_PROTOCOL_MIN, LDAP_OPT_X_TLS_PROTOCOL_TLS1_2)
      .number(LDAP_OPT_X_TLS_NEWCTX, 0);
  if (const auto set = options.done(*this)) return set;
  return tl::unexpected(failure(LDAP_CONNECT_ERROR, "prepare TLS",
                                "ca_file, certificate_file or key_file cannot "
                                "be read as PEM"));
}

Result<> Connection::connect() {
  if (!is_local(server_)) {
    if (const auto encrypted = encrypt(); !encrypted) return encrypted;
  } else if (const int code = ldap_connect(handle_); code != LDAP_SUCCESS) {
    return failed(code, "connect");
  }
  return set_socket_options();
}

Result<> Connection::encrypt() {
  limit_->begin();
  const int code = is_encrypted_at_once(server_)
                       ? ldap_connect(handle_)
                       : ldap_start_tls_s(handle_, nullptr, nullptr);
  if (limit_->end()) {
    return tl::unexpected(failure(LDAP_TIMEOUT, "connect with TLS", ""));
  }
  if (code != LDAP_SUCCESS) return failed(code, "connect with TLS");
  return check_encryption();
}

// Positive evidence, whatever the library thinks it did: with GnuTLS it
// takes no notice of the least version.
Result<> Connection::check_encryption() {
  berval certificate{};
  ldap_get_option(handle_, LDAP_OPT_X_TLS_PEERCERT, &certificate);
  const bool has_certificate = certificate.bv_len > 0;
  ber_memfree(certificate.bv_val);
  char* name = nullptr;
  ldap_get_option(handle_, LDAP_OPT_X_TLS_VERSION, &name);
  const std::string version = take_text(name);
  if (ldap_tls_inplace(handle_) != 1 || !has_certificate) {
    return tl::unexpected(failure(LDAP_CONNECT_ERROR, "connect with TLS",
                                  "the connection is not encrypted"));
  }
  if (version.ends_with("1.2") || version.ends_with("1.3")) return {};
  return tl::unexpected(
      failure(LDAP_CONFIDENTIALITY_REQUIRED, "connect with TLS",
              fmt::format("the server speaks {}; 1.2 is the least", version)));
}

Result<> Connection::set_socket_options() {
  Sockbuf* socket = nullptr;
  ldap_get_option(handle_, LDAP_OPT_SOCKBUF, &socket);
  ber_len_t longest = kLongestMessage;
  // Not blocking: a server that sends half a record and stops cannot hold us
  // inside a read, where no timeout applies.
  if (socket &&
      ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &longest) == 1 &&
      ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_NONBLOCK, socket) == 1) {
    return {};
  }
  return failed(LDAP_LOCAL_ERROR, "set up its socket");
}

int Connection::fd() const {
  int fd = -1;
  ldap_get_option(handle_, LDAP_OPT_DESC, &fd);
  return fd;
}

Result<int> Connection::start(const SearchRequest& request) {
  RawRequest raw(request);
  int id = -1;
  const int code = ldap_search_ext(
      handle_, request.base.c_str(), request.scope, request.filter.c_str(),
      raw.attributes.data(), 0, raw.controls.data(), nullptr, nullptr,
      LDAP_NO_LIMIT, &id);
  if (code == LDAP_SUCCESS) return id;
  return failed(code, fmt::format("search {} by {}", quoted(request.base),
                                  quoted(request.filter)));
}

Result<Message> Connection::receive(std::chrono::milliseconds timeout) {
  timeval limit = to_timeval(timeout);
  LDAPMessage* message = nullptr;
  const int type =
      ldap_result(handle_, LDAP_RES_ANY, LDAP_MSG_ONE, &limit, &message);
  if (type > 0) return Message(message);
  if (type == 0) return Message();
  int code = LDAP_SERVER_DOWN;
  ldap_get_option(handle_, LDAP_OPT_RESULT_CODE, &code);
  return failed(code, "receive");
}

Result<Message> Connection::receive() {
  if (clock_.now().since_boot > deadline_) {
    return tl::unexpected(
        failure(LDAP_TIMEOUT, "bring the directory",
                fmt::format("more than {} minutes", kLongestRefresh.count())));
  }
  auto message = receive(message_timeout_);
  if (!message || *message) return message;
  return tl::unexpected(failure(LDAP_TIMEOUT, "receive",
                                fmt::format("no whole message within {} s",
                                            message_timeout_.count() / 1000)));
}

Result<Message> Connection::receive_if_there() {
  return receive(std::chrono::milliseconds(0));
}

Result<Outcome> Connection::outcome_of(LDAPMessage* message) const {
  Outcome outcome;
  char* text = nullptr;
  LDAPControl** controls = nullptr;
  const int parsed = ldap_parse_result(handle_, message, &outcome.code, nullptr,
                                       &text, nullptr, &controls, 0);
  outcome.message = take_text(text);
  outcome.controls = to_values(controls);
  if (parsed != LDAP_SUCCESS) return failed(parsed, "read a result");
  return outcome;
}

std::vector<Control> Connection::controls_of(LDAPMessage* entry) const {
  LDAPControl** controls = nullptr;
  ldap_get_entry_controls(handle_, entry, &controls);
  return to_values(controls);
}

tl::unexpected<Error> Connection::failed(int code,
                                         std::string_view doing) const {
  char* text = nullptr;
  ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  return tl::unexpected(failure(code, doing, take_text(text)));
}

Error Connection::failure(int code, std::string_view doing,
                          std::string_view message) const {
  std::string what = fmt::format("{}: cannot {}: {}", escaped(server_), doing,
                                 ldap_err2string(code));
  // What GnuTLS says of a certificate is lost in libldap.
  const bool is_known = message.find("unknown error code") == message.npos;
  if (!message.empty() && is_known)
    what += fmt::format(" ({})", escaped(message));
  const std::string_view advice = advice_for(code);
  if (!advice.empty()) what += fmt::format("; {}", advice);
  return {kind_of(code), std::move(what)};
}

Error Connection::malformed(std::string_view what) const {
  return {ErrorKind::malformed, fmt::format("{}: {}", escaped(server_), what)};
}

}  // namespace mfa::connector::ldap
