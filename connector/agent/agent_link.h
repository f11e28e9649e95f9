// SPDX-License-Identifier: BSD-3-Clause
//
// The agent, over connector.sock: one connection for what is brought, one for
// work. Either is opened anew when the agent closed it: it does so when it is
// restarted, and when nothing was said for a while.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connector/agent/agent.h"
#include "connector/agent/connection.h"

namespace mfa::connector {

class AgentLink final : public Agent {
 public:
  struct Settings {
    std::string socket_path;
    // What the agent knows the directory as.
    std::string source;
    // Of what is asked of the directory: a token that was made with another
    // one is none.
    std::string fingerprint;
  };
  // Connects to nothing yet. `alive` is called when the agent took something.
  AgentLink(Settings settings, std::function<void()> alive);

  Result<Position> position() override;
  Result<std::unique_ptr<Generation>> begin(bool full,
                                            const std::vector<Kind>& kinds,
                                            std::uint64_t base) override;
  Result<> up_to_date(const std::vector<Kind>& kinds) override;

  Result<> report_trouble(std::string_view message, Instant next_try) override;
  Result<> open_work() override;
  int work_fd() const override;
  Result<std::optional<Work>> next_work() override;
  Result<> work_done(std::int64_t id, bool done,
                     std::string_view message) override;
  bool is_reachable() const override;

 private:
  Result<Json> call(std::string_view method, const Json& parameters);
  Result<> connect();
  // Without the fingerprint; nullopt: of another one.
  std::optional<std::string> own_token(const std::string& token) const;
  Result<std::optional<Work>> read_work(const Json& reply);

  Settings settings_;
  std::function<void()> alive_;
  // Shared with the generation that is open: a new connection is none of its.
  std::shared_ptr<Connection> connection_;
  bool is_reachable_ = false;
  std::optional<Connection> work_;
};

}  // namespace mfa::connector
