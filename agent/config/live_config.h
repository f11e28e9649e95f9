// SPDX-License-Identifier: BSD-3-Clause
//
// The configuration in force, as numbered generations. A reload puts a new
// one in place; whoever began under the old one keeps its snapshot and can
// see that it is no longer current.
//
// Used on the server's thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/clock.h"
#include "agent/config/config.h"

namespace mfa {

struct ConfigGeneration {
  std::shared_ptr<const Config> config;
  std::uint64_t number = 0;
  Instant loaded;
};

class LiveConfig {
 public:
  LiveConfig(std::string file, Config config, Instant loaded)
      : file_(std::move(file)),
        current_{std::make_shared<const Config>(std::move(config)), 1, loaded} {
  }

  const std::string& file() const { return file_; }
  const ConfigGeneration& current() const { return current_; }

  void replace(Config config, Instant loaded) {
    current_ = {std::make_shared<const Config>(std::move(config)),
                current_.number + 1, loaded};
    last_error_.reset();
  }

  // A reload that failed: the last good generation stays in force.
  void keep_after(std::string error) { last_error_ = std::move(error); }
  const std::optional<std::string>& last_error() const { return last_error_; }

 private:
  std::string file_;
  ConfigGeneration current_;
  std::optional<std::string> last_error_;
};

}  // namespace mfa
