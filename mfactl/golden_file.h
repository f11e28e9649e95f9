// SPDX-License-Identifier: BSD-3-Clause
//
// Golden cases: policies, sign-ins and what is expected of each, in a file
// that an administrator reads and writes. It is read as strictly as the
// policies themselves, because a case that expects nothing cannot fail.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/model/sign_in_facts.h"
#include "agent/policy/policy.h"
#include "mfactl/json.h"

namespace mfa::mfactl {

inline constexpr std::size_t kMaxGoldenCases = 1000;  // more is no example
inline constexpr std::size_t kMaxCaseNameBytes = 256;

// One member of the result.
struct Expectation {
  Json::json_pointer where;  // "/policies/0/result"
  std::string name;          // `policies: "Block guests": result`
  Json value;
  std::size_t line = 0;
};

struct GoldenCase {
  std::string name;
  std::size_t line = 0;
  Json sign_in;
  SignInFacts facts;
  std::vector<Expectation> expected;  // in the order of the file
};

struct GoldenFile {
  std::string path;
  Policies policies;
  std::vector<GoldenCase> cases;
};

// Reads the file and those that it names, relative to its own folder.
Result<GoldenFile> load_golden_file(const std::string& path);

}  // namespace mfa::mfactl
