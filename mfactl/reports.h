// SPDX-License-Identifier: BSD-3-Clause
//
// The agent's answers as text for people, tables in `width` columns at most.
// Pure: JSON in, text out.
#pragma once

#include <cstddef>
#include <string>

#include "mfactl/json.h"

namespace mfa::mfactl {

std::string status_report(const Json& status);
std::string methods_report(const Json& reply, std::size_t width);
std::string user_report(const Json& user, std::size_t width);
std::string sign_ins_report(const Json& sign_ins, std::size_t width);
// One line of `sign-ins --follow`, and the headings above them.
std::string sign_in_line(const Json& sign_in);
std::string sign_in_headings();
std::string explanation_report(const Json& reply);

}  // namespace mfa::mfactl
