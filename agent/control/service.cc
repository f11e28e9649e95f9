// SPDX-License-Identifier: BSD-3-Clause
//
// org.varlink.service: what every Varlink service answers.
#include "agent/control/endpoint.h"
#include "agent/control/handlers.h"
#include "agent/control/interface_text.h"

namespace mfa::control {

asio::awaitable<Reply> get_info(Call& call) {
  Json interfaces = Json::array();
  interfaces.push_back(kServiceInterface);
  interfaces.push_back(call.endpoint.interface);
  co_return Json{{"vendor", "pam_mfa"},
                 {"product", "mfa-agent"},
                 {"version", MFA_VERSION},
                 {"url", "man:mfa-agent(8)"},
                 {"interfaces", interfaces}};
}

asio::awaitable<Reply> get_interface_description(Call& call) {
  const std::string name = call.text("interface").value_or("");
  const auto text = interface_text(name);
  if (!text) {
    co_return tl::unexpected(VarlinkError{
        "org.varlink.service.InterfaceNotFound", {{"interface", name}}});
  }
  co_return Json{{"description", *text}};
}

}  // namespace mfa::control
