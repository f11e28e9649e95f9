// SPDX-License-Identifier: BSD-3-Clause
//
// What a report says, wherever its lines are wrapped.
#pragma once

#include <initializer_list>
#include <sstream>
#include <string>

#include "tests/check.h"

namespace mfa::mfactl {

inline void assert_says(const std::string& text,
                        std::initializer_list<const char*> all) {
  // Wrapped lines are one sentence.
  std::string flat;
  std::istringstream words(text);
  for (std::string word; words >> word;) flat += word + ' ';
  for (const char* part : all) {
    if (flat.find(part) == std::string::npos) {
      fail_msg("missing \"%s\" in:\n%s", part, text.c_str());
    }
  }
}

}  // namespace mfa::mfactl
