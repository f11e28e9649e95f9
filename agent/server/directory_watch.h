// SPDX-License-Identifier: BSD-3-Clause
//
// What an administrator should hear of the central directory without asking:
// that a kind of fact grows too old, that it is fresh again, that a change is
// held no more. Each is said once, when it happens. Pure.
//
// That a change is held is said where it is refused (control room).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/base/log.h"
#include "agent/cache/cache.h"

namespace mfa {

class DirectoryWatch {
 public:
  struct Line {
    log::Level level;
    std::string text;
  };
  // What has changed since the last look; the first one tells what is wrong
  // already.
  std::vector<Line> look(const CacheStatus& status);

 private:
  enum class Age { fresh, soft, hard };
  static Age age_of(const KindStatus& kind);
  static Line line_of(DirectoryKind kind, Age age);

  std::map<DirectoryKind, Age> ages_;
  bool held_ = false;
};

}  // namespace mfa
