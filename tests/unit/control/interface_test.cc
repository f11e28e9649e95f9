// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "agent/control/interface_text.h"
#include "agent/control/operation.h"
#include "tests/check.h"
#include "tests/unit/control/stage.h"

namespace mfa::control {
namespace {

const Endpoint* const kEndpoints[] = {&control_endpoint(),
                                      &connector_endpoint()};

std::string file_text(std::string_view interface) {
  std::ifstream file("agent/control/" + std::string(interface) + ".varlink");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// "AddMethod user:string kind:?string ..." of every method in the file.
std::set<std::string> documented(std::string_view interface) {
  const std::string text =
      std::regex_replace(file_text(interface), std::regex("#[^\n]*\n"), "\n");
  const std::regex method(R"(method\s+(\w+)\s*\(([^)]*)\)\s*->)");
  const std::regex parameter(R"((\w+)\s*:\s*(\??[\w\[\]]+))");
  std::set<std::string> all;
  for (std::sregex_iterator m(text.begin(), text.end(), method), end; m != end;
       ++m) {
    std::string line = (*m)[1];
    const std::string list = (*m)[2];
    for (std::sregex_iterator p(list.begin(), list.end(), parameter); p != end;
         ++p) {
      line += ' ' + (*p)[1].str() + ':' + (*p)[2].str();
    }
    all.insert(line);
  }
  return all;
}

std::string type_name(const Parameter& parameter) {
  if (parameter.type == Type::list) return "[]" + std::string(parameter.item);
  const char* name = parameter.type == Type::text     ? "string"
                     : parameter.type == Type::number ? "int"
                                                      : "bool";
  return (parameter.required ? "" : "?") + std::string(name);
}

std::set<std::string> offered(const Endpoint& endpoint) {
  const std::string prefix = std::string(endpoint.interface) + '.';
  std::set<std::string> all;
  for (const Operation& operation : endpoint.operations) {
    if (!operation.name.starts_with(prefix)) continue;
    std::string line(operation.name.substr(prefix.size()));
    for (const Parameter& parameter : operation.parameters) {
      line += ' ' + std::string(parameter.name) + ':' + type_name(parameter);
    }
    all.insert(line);
  }
  return all;
}

}  // namespace

TEST(
    "the interface files document exactly the methods and parameters there "
    "are") {
  for (const Endpoint* endpoint : kEndpoints) {
    const auto in_file = documented(endpoint->interface);
    const auto in_table = offered(*endpoint);
    for (const auto& line : in_table) {
      if (!in_file.contains(line)) print_message("%s\n", line.c_str());
    }
    assert_int_equal(in_file.size(), in_table.size());
    assert_true(in_file == in_table);
  }
}

TEST("the interfaces that are served are the files that are installed") {
  for (const Endpoint* endpoint : kEndpoints) {
    const auto served = interface_text(endpoint->interface);
    assert_true(served.has_value());
    assert_string_equal(std::string(*served).c_str(),
                        file_text(endpoint->interface).c_str());
  }
}

TEST("a method of one socket does not exist on the other") {
  ControlStage stage;
  auto connector = stage.connect_as_connector(root());
  auto control = stage.connect(root());
  for (const Operation& operation : control_endpoint().operations) {
    if (!operation.name.starts_with(kControlInterface)) continue;
    assert_string_equal(
        error_of(connector.call(std::string(operation.name))).c_str(),
        "MethodNotFound");
  }
  for (const Operation& operation : connector_endpoint().operations) {
    if (!operation.name.starts_with(kConnectorInterface)) continue;
    assert_string_equal(
        error_of(control.call(std::string(operation.name))).c_str(),
        "MethodNotFound");
  }
}

TEST("the service tells what it is and describes each of its interfaces") {
  ControlStage stage;
  const Json info =
      stage.call(somebody(1000), "org.varlink.service.GetInfo")["parameters"];
  assert_int_equal(info["interfaces"].size(), 2);
  for (const Json& interface : info["interfaces"]) {
    const Json reply = stage.call(somebody(1000),
                                  "org.varlink.service.GetInterfaceDescription",
                                  {{"interface", interface}});
    const std::string text = reply["parameters"]["description"];
    assert_non_null(strstr(
        text.c_str(), ("interface " + interface.get<std::string>()).c_str()));
  }
  const Json other =
      stage.connect_as_connector(root()).call("org.varlink.service.GetInfo");
  assert_string_equal(
      other["parameters"]["interfaces"][1].get<std::string>().c_str(),
      kConnectorInterface);
  const Json unknown =
      stage.call(root(), "org.varlink.service.GetInterfaceDescription",
                 {{"interface", "com.example"}});
  assert_string_equal(error_of(unknown).c_str(), "InterfaceNotFound");
}

TEST("the kernel tells who is at the other end of a socket") {
  int pair[2] = {-1, -1};
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const UniqueFd first(pair[0]);
  const UniqueFd second(pair[1]);
  const auto peer = peer_of(first.get());
  assert_true(peer.has_value());
  assert_int_equal(peer->uid, geteuid());
  assert_int_equal(peer->gid, getegid());
  assert_int_equal(peer->pid, getpid());
  assert_false(peer_of(-1).has_value());
}

}  // namespace mfa::control
