// SPDX-License-Identifier: BSD-3-Clause
//
// The other end of a Varlink socket, which answers as a test says: well,
// late, in pieces, wrongly or not at all.
#pragma once

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/base/unique_fd.h"

namespace mfa::test {

using Json = nlohmann::ordered_json;

// A message as it travels: its text and a NUL.
std::string message(const Json& json);
std::string reply(const Json& parameters);
std::string error_reply(const std::string& name, const Json& parameters);

class ScriptedServer {
 public:
  // Bytes to send back, possibly none; nullopt hangs up. Called in the
  // server's thread, one call at a time.
  using Answer = std::function<std::optional<std::string>(const Json& request)>;

  explicit ScriptedServer(Answer answer);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  const std::string& path() const { return path_; }
  // All that was asked so far.
  std::vector<Json> requests();
  // The parameters of all calls of `method`.
  std::vector<Json> calls_of(const std::string& method);
  // Ends every connection, as a restart does.
  void hang_up();
  // Sends to every connection.
  void push(const std::string& bytes);

 private:
  struct Caller {
    UniqueFd fd;
    std::string received;
  };
  void serve();
  bool read_from(Caller& caller);
  bool answer_all(Caller& caller);

  Answer answer_;
  std::string folder_, path_;
  UniqueFd listener_, wake_;
  std::mutex mutex_;
  bool is_over_ = false;
  std::vector<Json> requests_;
  std::vector<Caller> callers_;
  std::thread thread_;
};

}  // namespace mfa::test
