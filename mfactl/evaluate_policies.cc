// SPDX-License-Identifier: BSD-3-Clause
//
// `policy evaluate`: sign-ins in, decisions out, with the very function that
// decides real ones. Lines are worked on one at a time, so a file of any
// length needs the same memory.
#include <unistd.h>

#include "agent/policy/evaluate.h"
#include "agent/policy/read_policies.h"
#include "mfactl/commands.h"
#include "mfactl/decision_json.h"
#include "mfactl/lines.h"
#include "mfactl/policy_files.h"
#include "mfactl/sign_in_facts_json.h"
#include "mfactl/terminal.h"
#include "mfactl/words.h"

namespace mfa::mfactl {
namespace {

// A person in thousands of groups with long names needs a tenth of it.
constexpr std::size_t kMaxSignInBytes = 1 << 20;

Result<Policies> load(const Arguments& arguments) {
  auto locations = load_named_locations(arguments.named_locations);
  if (!locations) return tl::unexpected(std::move(locations.error()));
  auto policies = load_policies(arguments.policies, *locations);
  if (!policies) return tl::unexpected(std::move(policies.error()));
  return assemble(std::move(*policies), std::move(*locations),
                  arguments.security_defaults.value_or(false));
}

// One line after the other into one line each.
class Evaluation {
 public:
  explicit Evaluation(const Policies& policies)
      : policies_(policies), json_(policies) {}

  // False: the line is malformed, which was written in its place.
  bool work(const LineReader::Line& line, std::string& out) {
    const Result<> done =
        line.too_long
            ? error(ErrorKind::malformed, words::line_too_long(kMaxSignInBytes))
            : decide(line.text, out);
    if (!done) append_refusal(id_, done.error().what, out);
    out += '\n';
    id_ = "null";
    return done.has_value();
  }

 private:
  Result<> decide(std::string_view text, std::string& out) {
    const auto sign_in = parse_strictly(text);
    if (!sign_in) return tl::unexpected(sign_in.error());
    id_ = member(*sign_in, "/id").dump();
    const auto facts = read_sign_in_facts(*sign_in);
    if (!facts) return tl::unexpected(facts.error());
    evaluate(policies_, *facts, decision_);
    json_.append(id_, decision_, out);
    return {};
  }

  const Policies& policies_;
  const DecisionJson json_;
  Decision decision_;
  std::string id_ = "null";
};

// Whether every line was good; an error when the streams fail.
Result<bool> work_through(const Policies& policies) {
  LineReader input(STDIN_FILENO, kMaxSignInBytes);
  BufferedOutput output(STDOUT_FILENO);
  Evaluation evaluation(policies);
  bool all_good = true;
  while (true) {
    // Somebody may wait for these answers before asking on.
    const Result<> written = input.has_line() ? output.wrote() : output.flush();
    if (!written) return tl::unexpected(written.error());
    const auto line = input.next();
    if (!line) return tl::unexpected(line.error());
    if (!*line) return all_good;
    all_good = evaluation.work(**line, output.text()) && all_good;
  }
}

}  // namespace

int evaluate_policies(const Arguments& arguments) {
  const auto policies = load(arguments);
  if (!policies) return cannot_use(policies.error());
  const auto all_good = work_through(*policies);
  if (!all_good) return fail(all_good.error());
  return *all_good ? kDone : kFailed;
}

}  // namespace mfa::mfactl
