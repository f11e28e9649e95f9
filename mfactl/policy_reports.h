// SPDX-License-Identifier: BSD-3-Clause
//
// What the agent says of policies: what they would do to a sign-in, and what
// report-only ones would have done to the logged ones. Pure: JSON in, text or
// JSON out.
#pragma once

#include <cstddef>
#include <string>

#include "mfactl/json.h"

namespace mfa::mfactl {

std::string what_if_report(const Json& reply, std::size_t width);
// As Graph answers: an array of whatIfAnalysisResult in `value`; the rest is
// in `pamMfa`.
Json what_if_document(const Json& reply);

std::string impact_report(const Json& reply, std::size_t width);

// Shared with the report of a person or a sign-in: "Laptop (d-1), compliant".
// "" without a device.
std::string device_text(const Json& device);

}  // namespace mfa::mfactl
