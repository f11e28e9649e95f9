// SPDX-License-Identifier: BSD-3-Clause
//
// What report-only policies would have done to the sign-ins of the log: sums,
// whose size does not grow with the number of sign-ins. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "agent/control/varlink.h"
#include "agent/model/sign_in_record.h"
#include "agent/policy/policy.h"

namespace mfa::control {

// Sign-ins of one kind that are named, the newest ones.
inline constexpr std::size_t kImpactExamples = 5;
// Names of policies that the log may hold: 240 at a time, renamed now and
// then. Further ones are left out.
inline constexpr std::size_t kMaxImpactPolicies = 1000;

class Impact {
 public:
  // Each record once, in the order of time. Names that are no account concern
  // nobody and are left out.
  void add(const SignInRecord& record);

  std::int64_t sign_ins() const { return sign_ins_; }
  std::size_t people() const { return people_.size(); }
  // One entry for each policy that is report-only now or that the log has
  // such results of, by name. `policies` are those in force.
  Json policies_json(const Policies& policies) const;

 private:
  // reportOnlyFailure, reportOnlyInterrupted, reportOnlySuccess,
  // reportOnlyNotApplied.
  static constexpr std::size_t kKinds = 4;

  struct Sum {
    std::int64_t sign_ins = 0;
    std::size_t people = 0;
    std::vector<bool> seen;  // by the number of the person
    std::deque<std::string> examples;
  };
  using Sums = std::array<Sum, kKinds>;

  static std::optional<std::size_t> kind_of(PolicyResult result);
  static Json sums_json(const std::string& name, const Sums& sums);
  Sums* sums_of(const std::string& policy);
  std::size_t number_of(const std::string& person);

  std::int64_t sign_ins_ = 0;
  std::map<std::string, std::size_t> people_;
  std::map<std::string, Sums> policies_;
};

}  // namespace mfa::control
