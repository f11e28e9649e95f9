// SPDX-License-Identifier: BSD-3-Clause
//
// A control stage with a central directory: the real cache, in a folder of its
// own, and a connector that may bring it.
#pragma once

#include <string>

#include "tests/unit/control/stage.h"

namespace mfa::control {

inline constexpr uid_t kConnectorUid = 950;

class ConnectorStage : public ControlStage {
 public:
  ConnectorStage();

  Client connector() { return connect_as_connector(somebody(kConnectorUid)); }
  // One whole generation of people.
  void bring(const Json& people);
  // Lets the agent notice that connections ended.
  void settle();

  CacheStatus status();
  CentralRecord::Standing standing_of(const std::string& account);
  std::optional<RiskLevel> risk_of(const std::string& account);
  bool is_member(const std::string& account, const std::string& group);
};

Json person(const std::string& id, const std::string& account);
// `more`, with the generation.
Json parameters(std::int64_t generation, Json more);

Json begin(ControlStage::Client& connector, const Json& kinds,
           bool full = true);
std::int64_t begin_full(ControlStage::Client& connector, const Json& kinds);
std::int64_t begin_delta(ControlStage::Client& connector);
// What was refused.
Json put_people(ControlStage::Client& connector, std::int64_t generation,
                const Json& people);
Json commit(ControlStage::Client& connector, std::int64_t generation,
            const Json& up_to_date, Json token = nullptr);

}  // namespace mfa::control
