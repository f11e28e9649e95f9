// SPDX-License-Identifier: BSD-3-Clause
#include "agent/model/sign_in.h"

namespace mfa {

// One person at home usually holds a whole /64; counting each of its
// addresses by itself would give a stranger 2^64 throttles to use up.
constexpr unsigned kIpv6SourcePrefix = 64;

// A service's name may be longer than a key of the counters.
constexpr std::size_t kMaxServiceInKey = 64;

static std::string unknown_key(const std::string& service) {
  if (service.empty()) return "unknown";
  return "unknown:" + service.substr(0, kMaxServiceInKey);
}

std::string Source::key() const {
  switch (kind) {
    case Kind::unknown:
      return unknown_key(service);
    case Kind::console:
      return "console";
    case Kind::self:
      return "self";
    case Kind::address:
      break;
  }
  if (!address) return unknown_key(service);
  if (address->is_v4()) return address->str();
  return Network::of(*address, kIpv6SourcePrefix).str();
}

}  // namespace mfa
