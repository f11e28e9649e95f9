// SPDX-License-Identifier: BSD-3-Clause
//
// A thin front of cmocka for C++: a test is a sentence about behaviour, says
// where it stands, and registers itself.
//
//   TEST("a spent step stays spent when the clock is set back") {
//     assert_int_equal(...);
//   }
//
// Each test program has one MFA_TEST_MAIN("name"). Output is TAP; an argument
// runs only the tests whose sentence contains it.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka.h must come after these four, and does not know C++.
extern "C" {
#include <cmocka.h>
// cmocka's fail() is a macro and would break that of every stream.
#undef fail
#undef fail_msg
#define fail_msg(...)          \
  do {                         \
    print_error("ERROR: ");    \
    print_error(__VA_ARGS__);  \
    print_error("\n");         \
    _fail(__FILE__, __LINE__); \
  } while (0)
}

#include <string>
#include <vector>

namespace mfa {

// Ends the running test as skipped and says why; tests/run.py reads that line.
// No destructor runs: call it before anything needs one.
inline void skip_because(const char* reason) {
  print_message("# skipped: %s\n", reason);
  skip();
}

}  // namespace mfa

namespace mfa::check {

struct Case {
  const char* sentence;
  void (*run)(void**);
};

inline std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

struct Register {
  Register(const char* sentence, void (*run)(void**)) {
    cases().push_back({sentence, run});
  }
};

inline int run_all(const char* group, int argc, char** argv) {
  std::vector<CMUnitTest> chosen;
  for (const Case& c : cases()) {
    if (argc > 1 &&
        std::string(c.sentence).find(argv[1]) == std::string::npos) {
      continue;
    }
    chosen.push_back({c.sentence, c.run, nullptr, nullptr, nullptr});
  }
  cmocka_set_message_output(CM_OUTPUT_TAP);
  return _cmocka_run_group_tests(group, chosen.data(), chosen.size(), nullptr,
                                 nullptr);
}

}  // namespace mfa::check

#define MFA_JOIN2(a, b) a##b
#define MFA_JOIN(a, b) MFA_JOIN2(a, b)
#define TEST(sentence)                                                \
  static void MFA_JOIN(test_body_, __LINE__)();                       \
  static void MFA_JOIN(test_run_, __LINE__)(void**) {                 \
    MFA_JOIN(test_body_, __LINE__)();                                 \
  }                                                                   \
  static const ::mfa::check::Register MFA_JOIN(test_case_, __LINE__)( \
      sentence, MFA_JOIN(test_run_, __LINE__));                       \
  static void MFA_JOIN(test_body_, __LINE__)()

#define MFA_TEST_MAIN(group)                         \
  int main(int argc, char** argv) {                  \
    return ::mfa::check::run_all(group, argc, argv); \
  }
