// SPDX-License-Identifier: BSD-3-Clause
//
// A host whose sign-ins end without a code and are confirmed: what confirming
// keeps is the matter of the tests, not how the person got in.
#pragma once

#include <cstdint>
#include <string>

#include "tests/unit/store/fixture.h"

namespace mfa::test {

struct ConfirmingHost : Host {
  ConfirmingHost() { restart(); }

  // Of now, with every part set.
  RememberedMfa remembered() const;
  // Writes a record of a new id, last_id.
  void write_record(const std::string& person, SignInStatus status);
  Result<> confirm(const Confirmation& confirmation);
  // Writes a record and confirms it; the confirmation's id is set here.
  Result<> sign_in(Confirmation confirmation,
                   SignInStatus status = SignInStatus::unconfirmed);
  void require_mfa(const std::string& person, bool required);
  Result<std::uint64_t> forget(const std::string& person);

  std::string last_id;
};

}  // namespace mfa::test
