// SPDX-License-Identifier: BSD-3-Clause
//
// Links that answers carry (@odata.nextLink, @odata.deltaLink) are opaque and
// followed as they are; but only where they lead to the very server and
// version that was asked: the access token goes there. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace mfa::connector::graph {

inline constexpr char kGraphVersion[] = "/v1.0/";
// Graph's are a few hundred bytes, with its longest tokens a few thousand.
inline constexpr std::size_t kMaxLinkBytes = 16 << 10;

// Scheme, host and port in one form: "https://graph.microsoft.com:443".
// Errors: no https URL, or more than these three in it.
Result<std::string> origin_of(const std::string& url);

// Whether a link leads below `origin` and the version. The error says where it
// leads instead.
Result<> check_link(const std::string& link, const std::string& origin);

// Whose a link is can be seen by this; a token in the rest is not for logs.
std::string_view without_query(std::string_view link);

// Sees whether a walk from link to link goes in circles, with the memory of
// one link (Brent's algorithm): at the latest when the circle has been gone
// round twice.
class LoopDetector {
 public:
  bool has_seen(const std::string& link);

 private:
  std::string kept_;
  std::size_t steps_ = 0, power_ = 1;
};

}  // namespace mfa::connector::graph
