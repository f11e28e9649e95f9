// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/graph_source.h"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "agent/base/log.h"
#include "connector/graph/api.h"
#include "connector/graph/link.h"
#include "connector/graph/lists.h"
#include "connector/graph/people.h"
#include "connector/graph/policies.h"
#include "connector/graph/token.h"

namespace mfa::connector {
namespace {

using namespace graph;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What is fetched on its own, in this order: who somebody is before what they
// may do.
enum class Part { people, roles, devices, risks, policies };
constexpr std::array kParts = {Part::people, Part::roles, Part::devices,
                               Part::risks, Part::policies};

class GraphSource final : public Source {
 public:
  GraphSource(const GraphConfig& config, std::string origin,
              std::unique_ptr<Http> http, const Clock& clock, Random& random,
              Pause pause, Alive alive)
      : config_(config),
        clock_(clock),
        http_(std::move(http)),
        tokens_(config_, *http_, clock, random),
        api_(*http_, tokens_, clock, random, std::move(pause),
             std::move(alive)),
        tenant_{api_, config_, clock, std::move(origin),
                config_.graph_url + kGraphVersion} {}

  Result<> refresh(Receiver& agent, Position position) override;
  Result<Wake> wait(Receiver&, milliseconds timeout, int other) override;
  seconds interval() const override;
  Result<bool> report(const Remediation& remediation) override;

 private:
  struct State {
    std::optional<microseconds> brought;  // since boot
    bool is_known_to_be_forbidden = false;
    bool was_complete = false;  // ever
  };
  State& state(Part part) { return states_[static_cast<std::size_t>(part)]; }

  bool is_wanted(Part part) const;
  seconds interval_of(Part part) const;
  bool is_due(Part part, microseconds now);
  Result<> bring(Part part, Destination& to);
  Result<WalkEnd> fetch(Part part, Destination& to);
  void say_forbidden(bool& was_said, const std::string& what);

  const GraphConfig config_;
  const Clock& clock_;
  std::unique_ptr<Http> http_;
  Tokens tokens_;
  Api api_;
  Tenant tenant_;
  std::array<State, kParts.size()> states_;
  bool said_no_managed_devices_ = false;
  // A refresh that follows neither a wait to its end nor a failure is
  // somebody's wish: everything is fetched, due or not.
  bool is_by_the_clock_ = false;
};

Result<> GraphSource::refresh(Receiver& agent, Position position) {
  const auto now = clock_.now().since_boot;
  const bool everything = !is_by_the_clock_ || !position.token;
  Destination to{agent, std::move(position)};
  Result<> first_trouble;
  for (const Part part : kParts) {
    if (!is_wanted(part) || !(everything || is_due(part, now))) continue;
    auto brought = bring(part, to);
    state(part).brought.reset();
    if (brought) {
      state(part).brought = now;
    } else if (first_trouble) {
      first_trouble = std::move(brought);
    }
  }
  is_by_the_clock_ = !first_trouble;
  return first_trouble;
}

bool GraphSource::is_wanted(Part part) const {
  switch (part) {
    case Part::people:
      return config_.people;
    case Part::roles:
      return config_.roles;
    case Part::devices:
      return config_.devices;
    case Part::risks:
      return config_.risks;
    case Part::policies:
      return !config_.policies_folder.empty();
  }
  return false;
}

seconds GraphSource::interval_of(Part part) const {
  return part == Part::risks ? config_.risk_interval : config_.interval;
}

// A tenth early: whoever waits for an interval waits up to a tenth less.
bool GraphSource::is_due(Part part, microseconds now) {
  const auto brought = state(part).brought;
  const microseconds interval = interval_of(part);
  return !brought || now - *brought >= interval - interval / 10;
}

Result<> GraphSource::bring(Part part, Destination& to) {
  const auto end = fetch(part, to);
  if (!end) return tl::unexpected(end.error());
  bool& forbidden = state(part).is_known_to_be_forbidden;
  if (end->how == WalkEnd::How::complete) {
    forbidden = false;
    state(part).was_complete = true;
    return {};
  }
  // A permission that was taken away is nobody's plan: what is in force grows
  // old unseen.
  if (state(part).was_complete) return error(ErrorKind::refused, end->what);
  say_forbidden(forbidden, end->what);
  return {};
}

Result<WalkEnd> GraphSource::fetch(Part part, Destination& to) {
  switch (part) {
    case Part::people:
      return bring_people(tenant_, to);
    case Part::roles:
      return bring_roles(tenant_, to);
    case Part::devices:
      return bring_devices(tenant_, to, [this](const std::string& what) {
        say_forbidden(said_no_managed_devices_, what);
      });
    case Part::risks:
      return bring_risks(tenant_, to);
    case Part::policies:
      return bring_policies(tenant_);
  }
  return error(ErrorKind::damaged, "a part that is none");
}

void GraphSource::say_forbidden(bool& was_said, const std::string& what) {
  if (was_said) return;
  was_said = true;
  log::write(log::Level::warning,
             fmt::format("left out, since Graph does not permit it: {} (grant "
                         "the application permission, or switch this part off "
                         "in the configuration)",
                         what));
}

Result<Wake> GraphSource::wait(Receiver&, milliseconds timeout, int other) {
  pollfd watched{other, POLLIN, 0};
  const int most = static_cast<int>(
      std::clamp<milliseconds::rep>(timeout.count(), 0, INT32_MAX));
  const int ready = poll(&watched, 1, most);
  if (ready < 0 && errno != EINTR) {
    return error(ErrorKind::unavailable, "cannot wait for the agent");
  }
  is_by_the_clock_ = ready == 0;
  return ready == 0 ? Wake::changed : Wake::work;
}

seconds GraphSource::interval() const {
  return config_.risks ? std::min(config_.interval, config_.risk_interval)
                       : config_.interval;
}

Result<bool> GraphSource::report(const Remediation& remediation) {
  if (!config_.report_remediation) return false;
  const bool is_safe = remediation.action == Remediation::Action::confirm_safe;
  ApiCall call;
  call.method = HttpRequest::Method::post;
  call.quota = Quota::protection;
  call.url = fmt::format("{}identityProtection/riskyUsers/{}", tenant_.base_url,
                         is_safe ? "confirmSafe" : "dismiss");
  call.body = Json{{"userIds", Json::array({remediation.person})}}.dump();
  const auto answer = api_.call(call);
  if (!answer) return tl::unexpected(answer.error());
  if (answer->is_good()) return true;
  if (answer->status == 403 || answer->status == 404) return false;
  return error(ErrorKind::malformed, answer->what);
}

}  // namespace

void sleep_for(milliseconds time) { std::this_thread::sleep_for(time); }

Result<std::unique_ptr<Source>> make_graph_source(const GraphConfig& config,
                                                  const Clock& clock,
                                                  Random& random, Pause pause,
                                                  Alive alive) {
  auto origin = origin_of(config.graph_url);
  if (!origin) return tl::unexpected(origin.error());
  if (auto login = origin_of(config.login_url); !login) {
    return tl::unexpected(login.error());
  }
  auto http = make_http({config.proxy, config.ca_file, config.request_timeout});
  if (!http) return tl::unexpected(http.error());
  return std::make_unique<GraphSource>(config, std::move(*origin),
                                       std::move(*http), clock, random,
                                       std::move(pause), std::move(alive));
}

}  // namespace mfa::connector
