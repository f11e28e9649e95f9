// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/api.h"

#include <deque>
#include <string>
#include <vector>

#include "connector/graph/pages.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector;
using namespace mfa::connector::graph;
using namespace std::chrono_literals;

namespace {

constexpr char kUrl[] = "https://graph.example/v1.0/x";

HttpResponse answer(long status, std::string body = "{}") {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

HttpResponse busy(const char* retry_after) {
  HttpResponse response = answer(429);
  if (retry_after != nullptr) response.retry_after = retry_after;
  return response;
}

class Script final : public Http {
 public:
  Result<HttpResponse> send(const HttpRequest& request) override {
    urls.push_back(request.url);
    if (request.url.find("oauth2") != std::string::npos ||
        request.url.find("metadata") != std::string::npos) {
      return answer(200, R"({"token_type":"Bearer","expires_in":"3600",)"
                         R"("access_token":"t"})");
    }
    assert_non_null(request.bearer);
    if (answers.empty()) return error(ErrorKind::unavailable, "down");
    HttpResponse next = answers.front();
    if (answers.size() > 1) answers.pop_front();
    return next;
  }
  std::deque<HttpResponse> answers;  // the last one for ever
  std::vector<std::string> urls;
};

class SetClock final : public Clock {
 public:
  Now now() const override {
    return {Instant(1'800'000'000s + passed), 100s + passed, "boot"};
  }
  std::chrono::microseconds passed{};
};

class NoRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = 0;
  }
};

struct Stage {
  Stage() { config.credential = GraphConfig::Credential::managed_identity; }

  GraphConfig config;
  Script http;
  SetClock clock;
  NoRandom random;
  Tokens tokens{config, http, clock, random};
  std::vector<std::chrono::milliseconds> pauses;
  Api api{http, tokens, clock, random, [this](auto time) {
            pauses.push_back(time);
            clock.passed += time;
          }};

  Result<ApiAnswer> call(Quota quota = Quota::directory) {
    ApiCall call;
    call.url = kUrl;
    call.quota = quota;
    return api.call(call);
  }
};

}  // namespace

TEST("a call that Graph is too busy for is made again after what it asks") {
  Stage stage;
  stage.http.answers = {busy("7"), answer(200)};
  assert_true(stage.call().has_value());
  assert_true(stage.pauses == std::vector<std::chrono::milliseconds>{7s});
}

TEST("without Retry-After, pauses double; the sixth refusal is the last") {
  Stage stage;
  stage.http.answers = {busy(nullptr)};
  assert_true(stage.call().error().kind == ErrorKind::unavailable);
  assert_true(stage.pauses ==
              (std::vector<std::chrono::milliseconds>{1s, 2s, 4s, 8s, 16s}));
}

TEST("a long Retry-After closes one quota until it is over, not the other") {
  Stage stage;
  stage.http.answers = {busy("600"), answer(200)};
  assert_false(stage.call().has_value());
  assert_true(stage.pauses.empty());
  assert_false(stage.call().has_value());
  assert_true(stage.call(Quota::protection).has_value());
  stage.clock.passed += 601s;
  assert_true(stage.call().has_value());
}

TEST("calls of the protection quota are a second apart, however they end") {
  Stage stage;
  stage.http.answers = {answer(200), answer(404), answer(200)};
  for (int i = 0; i < 3; ++i) {
    assert_true(stage.call(Quota::protection).has_value());
  }
  assert_int_equal(stage.pauses.size(), 2);
  for (const auto pause : stage.pauses) assert_true(pause >= 1s);
  assert_true(stage.call().has_value());
  assert_int_equal(stage.pauses.size(), 2);
}

TEST("time that has passed anyway is not waited for") {
  Stage stage;
  stage.http.answers = {answer(200)};
  assert_true(stage.call(Quota::protection).has_value());
  stage.clock.passed += 5s;
  assert_true(stage.call(Quota::protection).has_value());
  assert_true(stage.pauses.empty());
}

TEST("4xx are answers, 5xx and redirects are errors") {
  Stage stage;
  stage.http.answers = {
      answer(404, R"({"error":{"code":"C\u001b","message":"m"}})")};
  const auto gone = stage.call();
  assert_true(gone.has_value() && !gone->is_good());
  assert_string_equal(gone->code.c_str(), "C\\x1b");
  assert_string_equal(gone->what.c_str(), "/v1.0/x: HTTP 404 C\\x1b m");
  stage.http.answers = {answer(500)};
  assert_true(stage.call().error().kind == ErrorKind::unavailable);
  stage.http.answers = {answer(302)};
  assert_true(stage.call().error().kind == ErrorKind::malformed);
}

TEST("204 needs no body, 200 needs JSON") {
  Stage stage;
  HttpResponse nothing;
  nothing.status = 204;
  stage.http.answers = {nothing};
  assert_true(stage.call()->is_good());
  nothing.status = 200;
  stage.http.answers = {nothing};
  assert_true(stage.call().error().kind == ErrorKind::malformed);
}

TEST("a collection ends with its last page, a delta with its deltaLink") {
  const char* last = R"({"value":[]})";
  const char* delta =
      R"({"value":[],"@odata.deltaLink":"https://graph.example/v1.0/d"})";
  for (const bool is_delta : {false, true}) {
    for (const char* body : {last, delta}) {
      Stage stage;
      stage.http.answers = {answer(200, body)};
      Walk walk;
      walk.resource = "x";
      walk.first_link = kUrl;
      walk.is_delta = is_delta;
      const auto end =
          walk_pages(stage.api, "https://graph.example:443", walk,
                     [](const Json&, const Place&) -> Result<> { return {}; });
      assert_int_equal(end.has_value(), !is_delta || body == delta);
      if (end && is_delta) {
        assert_string_equal(end->delta_link.c_str(),
                            "https://graph.example/v1.0/d");
      }
    }
  }
}

TEST("a walk of more than 100,000 pages is given up") {
  Stage stage;
  std::size_t asked = 0;
  class Bomb final : public Http {
   public:
    explicit Bomb(std::size_t& pages) : pages_(pages) {}
    Result<HttpResponse> send(const HttpRequest& request) override {
      if (request.bearer == nullptr) {
        return answer(200, R"({"token_type":"Bearer","expires_in":3600,)"
                           R"("access_token":"t"})");
      }
      return answer(200, R"({"value":[1],"@odata.nextLink":)"
                         R"("https://graph.example/v1.0/)" +
                             std::to_string(++pages_) + "\"}");
    }

   private:
    std::size_t& pages_;
  } bomb(asked);
  Tokens tokens(stage.config, bomb, stage.clock, stage.random);
  Api api(bomb, tokens, stage.clock, stage.random, [](auto) {});
  Walk walk;
  walk.resource = "x";
  walk.first_link = kUrl;
  const auto end =
      walk_pages(api, "https://graph.example:443", walk,
                 [](const Json&, const Place&) -> Result<> { return {}; });
  assert_false(end.has_value());
  assert_non_null(strstr(end.error().what.c_str(), "pages"));
  assert_int_equal(asked, kMaxPages);
}

TEST("the machine's token says its lifetime as a text") {
  const auto token = parse_token_answer(
      answer(200, R"({"access_token":"a.b-_","expires_in":"3599",)"
                  R"("token_type":"Bearer"})"));
  assert_true(token->token.reveal() == "a.b-_");
  assert_true(token->lifetime == 3599s);
}

TEST("a token's lifetime is at least a minute and at most a day") {
  for (const auto& [said, taken] : {std::pair{"0", 60s},
                                    {"1", 60s},
                                    {"99999999999", 86400s},
                                    {"18446744073709551615", 86400s}}) {
    const auto token = parse_token_answer(
        answer(200, std::string(R"({"access_token":"a","expires_in":)") + said +
                        R"(,"token_type":"bearer"})"));
    assert_true(token->lifetime == taken);
  }
}
