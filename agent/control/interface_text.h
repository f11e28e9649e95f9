// SPDX-License-Identifier: BSD-3-Clause
//
// The interface files themselves, as GetInterfaceDescription hands them out.
#pragma once

#include <optional>
#include <string_view>

namespace mfa::control {

inline constexpr char kControlInterface[] = "org.pammfa.Control";
inline constexpr char kConnectorInterface[] = "org.pammfa.Connector";
inline constexpr char kServiceInterface[] = "org.varlink.service";

// nullopt: no such interface here.
std::optional<std::string_view> interface_text(std::string_view interface);

}  // namespace mfa::control
