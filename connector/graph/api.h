// SPDX-License-Identifier: BSD-3-Clause
//
// One call of Graph's: with a token, as often as Graph permits, again when it
// was asked to wait; read, and judged.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/base/result.h"
#include "connector/graph/graph_source.h"
#include "connector/graph/http.h"
#include "connector/graph/strict_json.h"
#include "connector/graph/token.h"
#include "connector/schedule/back_off.h"

namespace mfa::connector::graph {

// How often one call is tried that Graph is too busy for; retries count against
// the quota.
inline constexpr unsigned kMaxAttempts = 6;
// Where Graph does not say how long to wait: half a minute in all.
inline constexpr Pauses kOwnPauses{std::chrono::seconds(1),
                                   std::chrono::seconds(16)};
// A longer pause ends the call: the source is asked again later.
inline constexpr std::chrono::seconds kMaxPauseInCall{120};
// Our clock is worth a look when the server's differs by more.
inline constexpr std::chrono::minutes kNotableClockSkew{5};

// Which of Graph's quotas a call counts against.
enum class Quota {
  directory,
  // Identity Protection and Conditional Access: one request a second for the
  // tenant's apps together, and no Retry-After.
  protection,
};
inline constexpr std::size_t kQuotas = 2;
inline constexpr std::chrono::milliseconds kProtectionPause{1000};

struct ApiCall {
  HttpRequest::Method method = HttpRequest::Method::get;
  std::string url;
  std::vector<std::string> headers;
  std::string body;  // JSON, with post
  Quota quota = Quota::directory;
};

struct ApiAnswer {
  long status = 0;
  Json body;         // of 2xx; null where there is none
  std::string code;  // of others: "Request_ResourceNotFound", escaped
  std::string what;  // of others: one line for an administrator

  bool is_good() const { return status >= 200 && status < 300; }
};

class Api {
 public:
  Api(
      Http& http, Tokens& tokens, const Clock& clock, Random& random,
      Pause pause, Alive alive = [] {})
      : http_(http),
        tokens_(tokens),
        clock_(clock),
        random_(random),
        pause_(std::move(pause)),
        alive_(std::move(alive)) {}

  // 4xx are answers, which mean different things to different callers. Errors:
  // `unavailable` (no connection, 5xx, throttled for longer), `refused` (no
  // token), `malformed` (no JSON, a redirect).
  Result<ApiAnswer> call(const ApiCall& call);

 private:
  Result<HttpResponse> attempt(const ApiCall& call);
  Result<HttpResponse> authorized(const ApiCall& call);
  Result<> wait_for_turn(Quota quota);
  Result<> wait_as_asked(const HttpResponse& response, Quota quota,
                         BackOff& own);
  void look_at_date(const HttpResponse& response);

  Http& http_;
  Tokens& tokens_;
  const Clock& clock_;
  Random& random_;
  Pause pause_;
  Alive alive_;
  // Since boot; zero: at once.
  std::array<std::chrono::microseconds, kQuotas> next_turn_{};
  std::array<std::chrono::microseconds, kQuotas> closed_until_{};
  bool has_warned_of_clock_ = false;
};

// Pure: what a response other than 429 and 503 means.
Result<ApiAnswer> judge(const HttpResponse& response, std::string_view url);

}  // namespace mfa::connector::graph
