// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/sign_in_record.h"

namespace mfa {

std::string_view to_string(SignInStatus status) {
  switch (status) {
    case SignInStatus::failure:
      return "failure";
    case SignInStatus::unconfirmed:
      return "unconfirmed";
    case SignInStatus::success:
      return "success";
  }
  return "failure";
}

}  // namespace mfa
