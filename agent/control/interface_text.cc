// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/interface_text.h"

// The files that are installed are the text that is served: the assembler puts
// them here. Paths are relative to the root of the source tree, where make
// runs.
asm(R"(
  .section .rodata
  .hidden mfa_control_interface_begin, mfa_control_interface_end
  .hidden mfa_connector_interface_begin, mfa_connector_interface_end
  .global mfa_control_interface_begin, mfa_control_interface_end
  .global mfa_connector_interface_begin, mfa_connector_interface_end
mfa_control_interface_begin:
  .incbin "agent/control/org.pammfa.Control.varlink"
mfa_control_interface_end:
mfa_connector_interface_begin:
  .incbin "agent/control/org.pammfa.Connector.varlink"
mfa_connector_interface_end:
  .previous
)");

#define MFA_HIDDEN __attribute__((visibility("hidden"))) extern const char
extern "C" {
MFA_HIDDEN mfa_control_interface_begin[];
MFA_HIDDEN mfa_control_interface_end[];
MFA_HIDDEN mfa_connector_interface_begin[];
MFA_HIDDEN mfa_connector_interface_end[];
}
#undef MFA_HIDDEN

namespace mfa::control {
namespace {

constexpr std::string_view kServiceText =
    R"(# What every Varlink service offers.
interface org.varlink.service

method GetInfo() -> (
  vendor: string,
  product: string,
  version: string,
  url: string,
  interfaces: []string
)

method GetInterfaceDescription(interface: string) -> (description: string)

error InterfaceNotFound (interface: string)
error MethodNotFound (method: string)
error MethodNotImplemented (method: string)
error InvalidParameter (parameter: string)
error PermissionDenied ()
error ExpectedMore ()
)";

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::optional<std::string_view> interface_text(std::string_view interface) {
  if (interface == kServiceInterface) return kServiceText;
  if (interface == kControlInterface) {
    return between(mfa_control_interface_begin, mfa_control_interface_end);
  }
  if (interface == kConnectorInterface) {
    return between(mfa_connector_interface_begin, mfa_connector_interface_end);
  }
  return std::nullopt;
}

}  // namespace mfa::control
