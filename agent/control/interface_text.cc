// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/interface_text.h"

// The file that is installed is the text that is served: the assembler puts
// it here. Its path is relative to the root of the source tree, where make
// runs.
asm(R"(
  .section .rodata
  .global mfa_control_interface_begin
  .global mfa_control_interface_end
  .hidden mfa_control_interface_begin
  .hidden mfa_control_interface_end
mfa_control_interface_begin:
  .incbin "agent/control/org.pammfa.Control.varlink"
mfa_control_interface_end:
  .previous
)");

extern "C" {
__attribute__((
    visibility("hidden"))) extern const char mfa_control_interface_begin[];
__attribute__((
    visibility("hidden"))) extern const char mfa_control_interface_end[];
}

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

}  // namespace

std::optional<std::string_view> interface_text(std::string_view interface) {
  if (interface == kServiceInterface) return kServiceText;
  if (interface != kControlInterface) return std::nullopt;
  return std::string_view(
      mfa_control_interface_begin,
      static_cast<std::size_t>(mfa_control_interface_end -
                               mfa_control_interface_begin));
}

}  // namespace mfa::control
