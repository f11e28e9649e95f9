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

std::string file_text() {
  std::ifstream file("agent/control/org.pammfa.Control.varlink");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// "AddMethod user:string kind:?string ..." of every method in the file.
std::set<std::string> documented() {
  const std::string text =
      std::regex_replace(file_text(), std::regex("#[^\n]*\n"), "\n");
  const std::regex method(R"(method\s+(\w+)\s*\(([^)]*)\)\s*->)");
  const std::regex parameter(R"((\w+)\s*:\s*(\??\w+))");
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
  const char* name = parameter.type == Type::text     ? "string"
                     : parameter.type == Type::number ? "int"
                                                      : "bool";
  return (parameter.required ? "" : "?") + std::string(name);
}

std::set<std::string> offered() {
  const std::string prefix = std::string(kControlInterface) + '.';
  std::set<std::string> all;
  for (const Operation& operation : operations()) {
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
    "the interface file documents exactly the methods and parameters there "
    "are") {
  const auto in_file = documented();
  const auto in_table = offered();
  for (const auto& line : in_table) {
    if (!in_file.contains(line)) print_message("%s\n", line.c_str());
  }
  assert_int_equal(in_file.size(), in_table.size());
  assert_true(in_file == in_table);
}

TEST("the interface that is served is the file that is installed") {
  const auto served = interface_text(kControlInterface);
  assert_true(served.has_value());
  assert_string_equal(std::string(*served).c_str(), file_text().c_str());
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
