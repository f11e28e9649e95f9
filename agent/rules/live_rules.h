// SPDX-License-Identifier: BSD-3-Clause
//
// The rules in force, as numbered generations. A reload puts a new one in
// place; whoever began under the old one keeps its snapshot and can see that
// it is no longer current.
//
// Used on the server's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/clock.h"
#include "agent/rules/rules.h"

namespace mfa {

struct Generation {
  std::shared_ptr<const Rules> rules;
  std::uint64_t number = 0;
  Instant loaded;

  const Config& config() const { return rules->config; }
  // A share of the rules, for a thread that outlives the snapshot.
  std::shared_ptr<const MembershipScope> scope() const {
    return {rules, &rules->scope};
  }
};

class LiveRules {
 public:
  LiveRules(std::string file, Rules rules, Instant loaded)
      : file_(std::move(file)),
        current_{std::make_shared<const Rules>(std::move(rules)), 1, loaded} {}

  const std::string& file() const { return file_; }
  const Generation& current() const { return current_; }
  const Config& config() const { return current_.config(); }

  void replace(Rules rules, Instant loaded) {
    current_ = {std::make_shared<const Rules>(std::move(rules)),
                current_.number + 1, loaded};
    last_error_.reset();
  }

  // A reload that failed: the last good generation stays in force.
  void keep_after(std::string error) { last_error_ = std::move(error); }
  const std::optional<std::string>& last_error() const { return last_error_; }

 private:
  std::string file_;
  Generation current_;
  std::optional<std::string> last_error_;
};

}  // namespace mfa
