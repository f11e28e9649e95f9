// SPDX-License-Identifier: BSD-3-Clause
//
// What every fallible function of the agent returns. Rooms below `sign_in`
// return errors and never log them.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace mfa {

enum class ErrorKind {
  malformed,    // somebody's input breaks a rule; it is their fault
  unavailable,  // the world is ill: disk full, directory silent, deadline over
  not_found,
  conflict,  // it exists already, or somebody else holds it
  refused,   // this caller may not
  damaged,   // our own state cannot be trusted
};

struct Error {
  ErrorKind kind = ErrorKind::unavailable;
  // For an administrator: what happened, where, what to do next. Holds no
  // secret; strings from outside are already escaped.
  std::string what;
};

template <class T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> error(ErrorKind kind, std::string what) {
  return tl::unexpected<Error>(Error{kind, std::move(what)});
}

}  // namespace mfa
