// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/account_name.h"

#include <fmt/format.h>

#include "agent/base/escape.h"

namespace mfa {

Result<std::optional<std::string>> fault_of_account(const nss::Calls& calls,
                                                    const UserName& name) {
  const auto account = nss::find_account(calls, name.str());
  if (!account) return tl::unexpected(account.error());
  if (!*account) {
    return fmt::format("there is no account {}; create it, or remove it here",
                       quoted(name.str()));
  }
  if ((*account)->name == name.str()) return std::nullopt;
  return fmt::format(
      "write {} as {}, as the directory does, or it never matches",
      quoted(name.str()), quoted((*account)->name));
}

}  // namespace mfa
