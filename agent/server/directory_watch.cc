// SPDX-License-Identifier: BSD-3-Clause
#include "agent/server/directory_watch.h"

#include <fmt/format.h>

#include <utility>

#include "agent/control/connector_call.h"

namespace mfa {

DirectoryWatch::Age DirectoryWatch::age_of(const KindStatus& kind) {
  if (kind.hard_expired) return Age::hard;
  return kind.soft_expired ? Age::soft : Age::fresh;
}

DirectoryWatch::Line DirectoryWatch::line_of(DirectoryKind kind, Age age) {
  const auto name = control::name_of(kind);
  switch (age) {
    case Age::fresh:
      break;
    case Age::soft:
      return {log::Level::warning,
              fmt::format("directory kind={} has passed its soft age; the "
                          "connector is asked to fetch it",
                          name)};
    case Age::hard:
      return {log::Level::alert,
              fmt::format("directory kind={} has passed its hard age: from now "
                          "on it makes nobody's sign-in easier; see mfactl "
                          "directory status",
                          name)};
  }
  return {log::Level::notice,
          fmt::format("directory kind={} is up to date again", name)};
}

std::vector<DirectoryWatch::Line> DirectoryWatch::look(
    const CacheStatus& status) {
  std::vector<Line> lines;
  for (const KindStatus& kind : status.kinds) {
    const Age age = age_of(kind);
    Age& before = ages_.try_emplace(kind.kind, Age::fresh).first->second;
    if (std::exchange(before, age) != age) {
      lines.push_back(line_of(kind.kind, age));
    }
  }
  const bool is_held = status.held.has_value();
  if (std::exchange(held_, is_held) && !is_held) {
    lines.push_back({log::Level::notice,
                     "directory: no change is held any more; what the "
                     "directory says is in force"});
  }
  return lines;
}

}  // namespace mfa
