// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/api.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/log.h"
#include "connector/graph/link.h"
#include "connector/schedule/back_off.h"
#include "connector/schedule/retry_after.h"

namespace mfa::connector::graph {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxReasonBytes = 300;  // of Graph's error, in a log

bool is_too_busy(long status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

// The path is enough to know which call it was; tokens of delta links are long
// and mean nothing to anybody.
std::string name_of(std::string_view url) {
  const std::size_t host = url.find("://");
  if (host != std::string_view::npos) {
    const std::size_t path = url.find('/', host + 3);
    if (path != std::string_view::npos) url.remove_prefix(path);
  }
  return escaped(without_query(url));
}

std::string member_text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

// {"error": {"code": ..., "message": ...}}, or whatever else came.
void read_error(const HttpResponse& response, std::string_view url,
                ApiAnswer& answer) {
  std::string message;
  const auto body = parse_json(response.body);
  if (body && body->is_object() && body->contains("error") &&
      (*body)["error"].is_object()) {
    answer.code = escaped(member_text((*body)["error"], "code"));
    message =
        escaped(member_text((*body)["error"], "message"), kMaxReasonBytes);
  }
  answer.what = fmt::format("{}: HTTP {} {} {}", name_of(url), response.status,
                            answer.code, message);
}

Result<Json> read_body(const HttpResponse& response, std::string_view url) {
  if (response.status == 204) return Json();
  if (response.content_type != "application/json") {
    return error(ErrorKind::malformed,
                 fmt::format("{}: the answer is of type {}, not JSON",
                             name_of(url), mfa::quoted(response.content_type)));
  }
  auto body = parse_json(response.body);
  if (!body) {
    return error(body.error().kind,
                 fmt::format("{}: {}", name_of(url), body.error().what));
  }
  return body;
}

std::size_t index_of(Quota quota) { return static_cast<std::size_t>(quota); }

}  // namespace

Result<ApiAnswer> judge(const HttpResponse& response, std::string_view url) {
  ApiAnswer answer;
  answer.status = response.status;
  if (answer.is_good()) {
    auto body = read_body(response, url);
    if (!body) return tl::unexpected(body.error());
    answer.body = std::move(*body);
    return answer;
  }
  if (response.status < 400) {
    return error(ErrorKind::malformed,
                 fmt::format("{}: HTTP {} sends us elsewhere, which is not "
                             "followed; check graph_url",
                             name_of(url), response.status));
  }
  read_error(response, url, answer);
  if (response.status >= 500) {
    return error(ErrorKind::unavailable, answer.what);
  }
  return answer;
}

Result<ApiAnswer> Api::call(const ApiCall& call) {
  BackOff own(kOwnPauses, random_);
  for (unsigned attempts = 1;; ++attempts) {
    auto response = authorized(call);
    if (!response) return tl::unexpected(response.error());
    if (!is_too_busy(response->status)) {
      look_at_date(*response);
      return judge(*response, call.url);
    }
    if (attempts == kMaxAttempts) {
      return error(ErrorKind::unavailable,
                   fmt::format("{}: HTTP {}, {} times in turn",
                               name_of(call.url), response->status, attempts));
    }
    auto waited = wait_as_asked(*response, call.quota, own);
    if (!waited) return tl::unexpected(waited.error());
  }
}

// With a token; with a new one when it is refused.
Result<HttpResponse> Api::authorized(const ApiCall& call) {
  auto response = attempt(call);
  if (!response || response->status != 401) return response;
  tokens_.forget();
  response = attempt(call);
  if (response && response->status == 401) {
    tokens_.forget();
    return error(ErrorKind::refused,
                 fmt::format("{}: HTTP 401 with a new token, too; is graph_url "
                             "of the same cloud as login_url?",
                             name_of(call.url)));
  }
  return response;
}

Result<HttpResponse> Api::attempt(const ApiCall& call) {
  alive_();
  if (auto turn = wait_for_turn(call.quota); !turn) {
    return tl::unexpected(turn.error());
  }
  const auto token = tokens_.current();
  if (!token) return tl::unexpected(token.error());
  HttpRequest request;
  request.method = call.method;
  request.url = call.url;
  request.headers = call.headers;
  request.bearer = *token;
  request.body = call.body;
  if (call.method == HttpRequest::Method::post) {
    request.headers.emplace_back("Content-Type: application/json");
  }
  return http_.send(request);
}

Result<> Api::wait_for_turn(Quota quota) {
  const auto now = clock_.now().since_boot;
  const auto closed = closed_until_[index_of(quota)];
  if (now < closed) {
    return error(ErrorKind::unavailable,
                 fmt::format("Graph asks us to wait for another {}",
                             duration_cast<seconds>(closed - now)));
  }
  if (quota != Quota::protection) return {};
  auto& turn = next_turn_[index_of(quota)];
  if (now < turn) {
    pause_(duration_cast<milliseconds>(turn - now) + milliseconds(1));
  }
  turn = std::max(now, turn) + kProtectionPause;
  return {};
}

Result<> Api::wait_as_asked(const HttpResponse& response, Quota quota,
                            BackOff& own) {
  const Now now = clock_.now();
  std::optional<milliseconds> asked;
  if (response.retry_after) {
    asked = retry_after(*response.retry_after, now.wall);
  }
  const milliseconds pause =
      asked ? random_between(*asked, *asked + *asked / 4, random_)
            : own.failed();
  if (asked && *asked > kMaxPauseInCall) {
    closed_until_[index_of(quota)] = now.since_boot + pause;
    return error(ErrorKind::unavailable,
                 fmt::format("Graph is too busy (HTTP {}) and asks us to wait "
                             "for {}",
                             response.status, duration_cast<seconds>(*asked)));
  }
  pause_(pause);
  return {};
}

void Api::look_at_date(const HttpResponse& response) {
  if (!response.date || has_warned_of_clock_) return;
  const auto date = parse_http_date(*response.date);
  if (!date) return;
  const auto skew = std::chrono::abs(*date - clock_.now().wall);
  if (skew <= kNotableClockSkew) return;
  has_warned_of_clock_ = true;
  log::write(log::Level::warning,
             fmt::format("Graph's clock and this machine's differ by {}; codes "
                         "and tokens depend on it",
                         duration_cast<seconds>(skew)));
}

}  // namespace mfa::connector::graph
