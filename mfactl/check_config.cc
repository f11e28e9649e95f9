// SPDX-License-Identifier: BSD-3-Clause
//
// `config check`: everything that can be said of the file without the agent.
#include <vector>

#include "agent/config/file.h"
#include "agent/directory/directory.h"
#include "mfactl/commands.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

std::vector<std::string> all_warnings(const Config& config) {
  std::vector<std::string> all = warnings(config);
  for (const std::string& group : unresolved_names(config)) {
    all.push_back(words::unresolved_group(group));
  }
  return all;
}

Json as_json(const std::string& file, const Json& error,
             const std::vector<std::string>& warnings) {
  return {{"file", file},
          {"valid", error.is_null()},
          {"error", error},
          {"warnings", warnings}};
}

}  // namespace

int check_config(const Arguments& arguments) {
  const std::string& file = arguments.config_file;
  const auto config = load_config(file);
  if (!config) {
    if (arguments.json) print(document(as_json(file, config.error().what, {})));
    return fail(config.error());
  }
  const auto warnings = all_warnings(*config);
  if (arguments.json) {
    print(document(as_json(file, nullptr, warnings)));
    return kDone;
  }
  for (const auto& warning : warnings) {
    complain(words::config_warning(warning));
  }
  print(words::config_good(file) + '\n');
  return kDone;
}

}  // namespace mfa::mfactl
