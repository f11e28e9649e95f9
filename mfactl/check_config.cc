// SPDX-License-Identifier: BSD-3-Clause
//
// `config check`: everything that can be said of the file without the agent.
#include <utility>
#include <vector>

#include "agent/base/clock.h"
#include "agent/directory/unresolved_record_names.h"
#include "agent/rules/rules.h"
#include "mfactl/commands.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

Json as_json(const std::string& file, const Json& error,
             const std::vector<std::string>& warnings) {
  return {{"file", file},
          {"valid", error.is_null()},
          {"error", error},
          {"warnings", warnings}};
}

// What parsed well and would still be refused by a reload.
Result<> check_names(const std::string& file, const Rules& rules) {
  std::string unresolved;
  for (const std::string& complaint : unresolved_names(rules)) {
    if (!unresolved.empty()) unresolved += "; ";
    unresolved += complaint;
  }
  if (unresolved.empty()) return {};
  return error(ErrorKind::malformed, file + ": " + unresolved);
}

int report_bad(const Arguments& arguments, const Error& error,
               const std::vector<std::string>& warnings) {
  if (arguments.json) {
    print(document(as_json(arguments.config_file, error.what, warnings)));
  }
  return fail(error);
}

}  // namespace

int check_config(const Arguments& arguments) {
  const std::string& file = arguments.config_file;
  const auto rules = load_rules(file);
  if (!rules) return report_bad(arguments, rules.error(), {});
  auto complaints = warnings(*rules);
  const auto central =
      unresolved_centrally(*rules, nullptr, SystemClock().now().wall);
  complaints.insert(complaints.end(), central.warnings.begin(),
                    central.warnings.end());
  for (std::string& name : unresolved_names(rules->records)) {
    complaints.push_back(std::move(name));
  }
  if (!arguments.json) {
    for (const auto& warning : complaints) {
      complain(words::config_warning(warning));
    }
  }
  if (const auto names = check_names(file, *rules); !names) {
    return report_bad(arguments, names.error(), complaints);
  }
  if (arguments.json) {
    print(document(as_json(file, nullptr, complaints)));
  } else {
    print(words::config_good(file) + '\n');
  }
  return kDone;
}

}  // namespace mfa::mfactl
