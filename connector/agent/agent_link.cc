// SPDX-License-Identifier: BSD-3-Clause
#include "connector/agent/agent_link.h"

#include <algorithm>
#include <utility>

#include "agent/base/escape.h"
#include "connector/agent/open_generation.h"
#include "connector/agent/records_json.h"
#include "connector/agent/reply.h"

namespace mfa::connector {
namespace {

// Longer advice than an administrator reads in one line.
constexpr std::size_t kMaxTroubleBytes = 1000;

Json names_of(const std::vector<Kind>& kinds) {
  Json names = Json::array();
  for (const Kind kind : kinds) names.push_back(name_of(kind));
  return names;
}

std::optional<Work::Action> parse_action(std::string_view text) {
  if (text == "sync") return Work::Action::sync;
  if (text == "confirmSafe") return Work::Action::confirm_safe;
  if (text == "dismissRisk") return Work::Action::dismiss_risk;
  return std::nullopt;
}

}  // namespace

AgentLink::AgentLink(Settings settings, std::function<void()> alive)
    : settings_(std::move(settings)), alive_(std::move(alive)) {}

Result<> AgentLink::connect() {
  if (connection_ && !connection_->is_stale()) return {};
  connection_.reset();
  is_reachable_ = false;
  auto opened = Connection::open(settings_.socket_path);
  if (!opened) return tl::unexpected(opened.error());
  connection_ = std::make_shared<Connection>(std::move(*opened));
  is_reachable_ = true;
  return {};
}

bool AgentLink::is_reachable() const {
  return is_reachable_ && !connection_->is_broken();
}

Result<Json> AgentLink::call(std::string_view method, const Json& parameters) {
  if (auto ok = connect(); !ok) return tl::unexpected(ok.error());
  auto reply = connection_->call(method, parameters);
  alive_();
  return reply;
}

std::optional<std::string> AgentLink::own_token(
    const std::string& token) const {
  const std::string own = settings_.fingerprint + kEndOfFingerprint;
  if (!token.starts_with(own)) return std::nullopt;
  return token.substr(own.size());
}

Result<Position> AgentLink::position() {
  const auto state = call("GetState", Json::object());
  if (!state) return tl::unexpected(state.error());
  Position position;
  position.generation = number_of(*state, "generation").value_or(0);
  const auto token = optional_text(*state, "token");
  if (token && text_of(*state, "source") == settings_.source &&
      !flag_of(*state, "fullSyncWanted")) {
    position.token = own_token(*token);
  }
  return position;
}

Result<std::unique_ptr<Generation>> AgentLink::begin(
    bool full, const std::vector<Kind>& kinds, std::uint64_t base) {
  const auto begun = call("Begin", {{"source", settings_.source},
                                    {"full", full},
                                    {"kinds", names_of(kinds)},
                                    {"base", base}});
  if (!begun) return tl::unexpected(begun.error());
  const auto number = number_of(*begun, "generation");
  if (!number) {
    return error(ErrorKind::malformed,
                 "mfa-agent began a generation without a number; it is of "
                 "another version: restart it after an upgrade");
  }
  return std::make_unique<OpenGeneration>(connection_, *number,
                                          settings_.fingerprint, alive_);
}

Result<> AgentLink::up_to_date(const std::vector<Kind>& kinds) {
  if (kinds.empty()) return {};
  const auto reply = call(
      "UpToDate", {{"source", settings_.source}, {"kinds", names_of(kinds)}});
  if (!reply) return tl::unexpected(reply.error());
  return {};
}

Result<> AgentLink::report_trouble(std::string_view message, Instant next_try) {
  const auto reply =
      call("ReportTrouble", {{"source", settings_.source},
                             {"message", message.substr(0, kMaxTroubleBytes)},
                             {"nextTryDateTime", to_iso8601(next_try)}});
  if (!reply) return tl::unexpected(reply.error());
  return {};
}

Result<> AgentLink::open_work() {
  if (work_ && !work_->is_broken()) return {};
  work_.reset();
  auto opened = Connection::open(settings_.socket_path);
  if (!opened) return tl::unexpected(opened.error());
  if (auto ok = opened->begin_stream("Work"); !ok) return ok;
  work_ = std::move(*opened);
  return {};
}

int AgentLink::work_fd() const { return work_ ? work_->fd() : -1; }

Result<std::optional<Work>> AgentLink::next_work() {
  while (work_ && work_->has_reply()) {
    const auto reply = work_->next_reply();
    if (!reply) {
      work_.reset();
      return tl::unexpected(reply.error());
    }
    auto work = read_work(*reply);
    if (!work || *work) return work;
  }
  return std::nullopt;
}

// nullopt: the minute's empty reply, or work that we do not know.
Result<std::optional<Work>> AgentLink::read_work(const Json& reply) {
  const auto found = reply.find("work");
  if (found == reply.end() || !found->is_object()) return std::nullopt;
  const auto id = number_of(*found, "id");
  if (!id) return std::nullopt;
  const auto action = parse_action(text_of(*found, "action"));
  Work work{static_cast<std::int64_t>(*id), Work::Action::sync,
            text_of(*found, "person")};
  if (!action) {
    const auto told = work_done(work.id, false,
                                "this connector is older than the agent and "
                                "does not know this work");
    if (!told) return tl::unexpected(told.error());
    return std::nullopt;
  }
  work.action = *action;
  return work;
}

Result<> AgentLink::work_done(std::int64_t id, bool done,
                              std::string_view message) {
  Json parameters = {{"id", id}, {"done", done}};
  if (!message.empty()) parameters["message"] = message;
  const auto reply = call("WorkDone", parameters);
  if (!reply) return tl::unexpected(reply.error());
  return {};
}

}  // namespace mfa::connector
