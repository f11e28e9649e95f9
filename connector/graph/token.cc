// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/token.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/uuid.h"
#include "agent/config/trusted_file.h"
#include "connector/config/secret_file.h"
#include "connector/graph/assertion.h"
#include "connector/graph/members.h"

namespace mfa::connector::graph {
namespace {

constexpr std::size_t kMaxCertificateBytes = 64 << 10;
constexpr std::size_t kMaxReasonBytes = 500;  // of an error, in a log
constexpr char kAssertionType[] =
    "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

Secret form_field(std::string_view name, std::string_view value) {
  std::string encoded = percent_encoded(value);
  std::string field;
  field.reserve(name.size() + encoded.size() + 2);
  field.append("&").append(name).append("=").append(encoded);
  Secret secret(field);
  wipe(encoded);
  wipe(field);
  return secret;
}

// What may stand in a header: a token must not write headers of its own.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTokenBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

// A number, which the machine's own endpoint writes as a text.
std::optional<std::int64_t> seconds_in(const Json& answer, const char* name) {
  const auto found = answer.find(name);
  if (found == answer.end()) return std::nullopt;
  if (found->is_number_unsigned()) {
    return static_cast<std::int64_t>(
        std::min<std::uint64_t>(found->get<std::uint64_t>(), INT64_MAX));
  }
  if (!found->is_string()) return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  std::int64_t seconds = 0;
  const auto [end, code] =
      std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (code != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return seconds;
}

// "invalid_client: AADSTS7000215: ..." of an answer that says no.
std::string reason_in(const HttpResponse& response) {
  const auto answer = parse_json(response.body);
  if (!answer || !answer->is_object()) {
    return fmt::format("HTTP {}", response.status);
  }
  const auto text = [&](const char* name) -> std::string {
    const auto found = answer->find(name);
    return found != answer->end() && found->is_string()
               ? found->get<std::string>()
               : std::string();
  };
  return fmt::format("HTTP {}: {}: {}", response.status, escaped(text("error")),
                     escaped(text("error_description"), kMaxReasonBytes));
}

}  // namespace

Result<TokenAnswer> parse_token_answer(const HttpResponse& response) {
  if (response.status != 200) {
    const bool asks_too_much = response.status == 429;
    return error(response.status >= 500 || asks_too_much
                     ? ErrorKind::unavailable
                     : ErrorKind::refused,
                 "no token: " + reason_in(response));
  }
  if (response.content_type != "application/json") {
    return error(ErrorKind::malformed,
                 fmt::format("no token: the answer is {}, not JSON",
                             mfa::quoted(response.content_type)));
  }
  auto answer = parse_json(response.body);
  if (!answer) {
    return error(ErrorKind::malformed, "no token: " + answer.error().what);
  }
  Members members(*answer, {"token", std::nullopt});
  const std::string type = members.text("token_type");
  std::string token = members.text("access_token");
  if (auto good = members.verdict(); !good) return tl::unexpected(good.error());
  const auto lifetime = seconds_in(*answer, "expires_in");
  if (strcasecmp(type.c_str(), "Bearer") != 0 || !is_token(token) ||
      !lifetime) {
    return error(ErrorKind::malformed,
                 "no token: the answer has no usable access_token, token_type "
                 "or expires_in");
  }
  TokenAnswer result{Secret(token),
                     std::clamp(std::chrono::seconds(*lifetime),
                                kMinTokenLifetime, kMaxTokenLifetime)};
  wipe(token);
  wipe((*answer)["access_token"].get_ref<std::string&>());
  return result;
}

Result<const Secret*> Tokens::current() {
  if (!token_ || clock_.now().since_boot >= ends_) {
    if (auto renewed = renew(); !renewed) {
      return tl::unexpected(renewed.error());
    }
  }
  return &*token_;
}

Result<> Tokens::renew() {
  token_.reset();
  const auto asked = clock_.now().since_boot;
  auto response =
      config_.credential == GraphConfig::Credential::managed_identity
          ? ask_machine()
          : ask_login();
  if (!response) return tl::unexpected(response.error());
  auto answer = parse_token_answer(*response);
  wipe(response->body);
  if (!answer) return tl::unexpected(answer.error());
  token_ = std::move(answer->token);
  const auto used =
      std::max(answer->lifetime - kTokenMargin, answer->lifetime / 2);
  ends_ = asked + used;
  return {};
}

std::string Tokens::endpoint() const {
  return fmt::format("{}/{}/oauth2/v2.0/token", config_.login_url,
                     percent_encoded(config_.tenant));
}

Result<HttpResponse> Tokens::ask_login() {
  const auto credential = credential_form();
  if (!credential) return tl::unexpected(credential.error());
  const std::string public_part =
      fmt::format("grant_type=client_credentials&client_id={}&scope={}",
                  percent_encoded(config_.client_id),
                  percent_encoded(config_.graph_url + "/.default"));
  std::string form;
  form.reserve(public_part.size() + credential->size());
  form.append(public_part).append(credential->reveal());
  HttpRequest request;
  request.method = HttpRequest::Method::post;
  request.url = endpoint();
  request.headers = {"Content-Type: application/x-www-form-urlencoded"};
  request.body = form;
  auto response = http_.send(request);
  wipe(form);
  return response;
}

Result<Secret> Tokens::credential_form() const {
  if (config_.credential == GraphConfig::Credential::secret) {
    const auto secret = read_secret_file(config_.secret_file);
    if (!secret) return tl::unexpected(secret.error());
    return form_field("client_secret", secret->reveal());
  }
  const auto certificate =
      read_trusted_file(config_.certificate_file, kMaxCertificateBytes);
  if (!certificate) return tl::unexpected(certificate.error());
  const auto key = read_secret_file(config_.key_file);
  if (!key) return tl::unexpected(key.error());
  const std::string audience = endpoint();
  const auto assertion = sign_assertion(
      {audience, config_.client_id, random_uuid(random_), clock_.now().wall},
      *certificate, key->reveal());
  if (!assertion) {
    return error(assertion.error().kind,
                 fmt::format("{}: {}", config_.certificate_file,
                             assertion.error().what));
  }
  return form_field(
      fmt::format("client_assertion_type={}&client_assertion", kAssertionType),
      *assertion);
}

// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources
Result<HttpResponse> Tokens::ask_machine() {
  HttpRequest request;
  request.way = HttpRequest::Way::link_local;
  request.url = fmt::format(
      "{}/metadata/identity/oauth2/token?api-version=2018-02-01&resource={}",
      config_.managed_identity_url, percent_encoded(config_.graph_url));
  if (!config_.client_id.empty()) {
    request.url += "&client_id=" + percent_encoded(config_.client_id);
  }
  request.headers = {"Metadata: true"};
  return http_.send(request);
}

}  // namespace mfa::connector::graph
