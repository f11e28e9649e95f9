// SPDX-License-Identifier: BSD-3-Clause
//
// The access token: asked for when it is needed, kept in memory until shortly
// before it ends. Client secret, certificate or the machine's own identity.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/random.h"
#include "agent/base/result.h"
#include "connector/config/config.h"
#include "connector/graph/http.h"
#include "wire/secret.h"

namespace mfa::connector::graph {

// A request must not outlive its token.
inline constexpr std::chrono::seconds kTokenMargin{300};
// Whatever lifetime the server names, within these.
inline constexpr std::chrono::seconds kMinTokenLifetime{60};
inline constexpr std::chrono::seconds kMaxTokenLifetime{86400};
inline constexpr std::size_t kMaxTokenBytes = 16 << 10;

class Tokens {
 public:
  Tokens(const GraphConfig& config, Http& http, const Clock& clock,
         Random& random)
      : config_(config), http_(http), clock_(clock), random_(random) {}

  // The view of it ends with the next call of either function.
  Result<const Secret*> current();
  // The server refused it: the next one is a new one.
  void forget() { token_.reset(); }

 private:
  Result<> renew();
  Result<Secret> credential_form() const;
  Result<HttpResponse> ask_login();
  Result<HttpResponse> ask_machine();
  std::string endpoint() const;

  const GraphConfig& config_;
  Http& http_;
  const Clock& clock_;
  Random& random_;
  std::optional<Secret> token_;
  std::chrono::microseconds ends_{};  // since_boot
};

// What a token endpoint says. Pure.
struct TokenAnswer {
  Secret token;
  std::chrono::seconds lifetime{};
};
Result<TokenAnswer> parse_token_answer(const HttpResponse& response);

}  // namespace mfa::connector::graph
