// SPDX-License-Identifier: BSD-3-Clause
//
// A Varlink client (https://varlink.org): one connection to a socket of the
// agent, blocking calls with a deadline. For mfactl and mfa-connector, which
// say in their own words what went wrong.
#pragma once

#include <chrono>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "agent/base/unique_fd.h"
#include "wire/secret.h"

namespace mfa::varlink {

using Json = nlohmann::ordered_json;

// What the other side, or the way to it, has to say.
struct CallError {
  enum class Kind {
    cannot_connect,  // `what`: strerror
    not_running,     // nobody listens there
    path_too_long,   // for a socket's address
    impostor,        // the peer is nobody whom we may speak to; `uid`
    hung_up,
    silent,       // no reply, or no room for the call, within the deadline
    not_varlink,  // `what`: "JSON", or "size" of a reply above the limit
    from_agent,   // `name` and `parameters` of a Varlink error
  };
  Kind kind = Kind::hung_up;
  std::string what;
  unsigned uid = 0;
  std::string name;
  Json parameters = Json::object();
};

template <class T>
using CallResult = tl::expected<T, CallError>;

// What is sent and received may hold secrets: the buffers are wiped.
class Client {
 public:
  // Only a peer that is root, mfa-agent or this very user is spoken to:
  // anybody else could have put a socket there to read new secrets.
  static CallResult<Client> open(const std::string& socket_path);

  // `method` in full: "org.pammfa.Control.Status". One reply's parameters.
  CallResult<Json> call(std::string_view method, const Json& parameters,
                        std::chrono::milliseconds deadline);
  // The same with parameters that are already JSON text, an object.
  CallResult<Json> call_with_text(std::string_view method,
                                  std::string_view parameters,
                                  std::chrono::milliseconds deadline);

  // Sends a call that is answered more than once; then receive().
  CallResult<void> begin_stream(std::string_view method,
                                const Json& parameters);
  struct StreamReply {
    Json parameters;
    bool continues = false;
  };
  // `deadline` zero: waits for ever.
  CallResult<StreamReply> receive(std::chrono::milliseconds deadline);

  int fd() const { return fd_.get(); }
  // A whole message has been received and waits: poll() would not tell.
  bool has_message() const;
  // Between calls: the other side is gone, or says what nobody asked for.
  bool is_stale() const;

  Client(Client&&) noexcept = default;
  Client& operator=(Client&&) noexcept = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { wipe(received_); }

 private:
  explicit Client(UniqueFd fd) : fd_(std::move(fd)) {}

  CallResult<void> send(std::string_view method, std::string_view parameters,
                        bool more, std::chrono::milliseconds deadline);
  CallResult<std::string> receive_message(std::chrono::milliseconds deadline);
  std::string take_message(std::size_t end);

  UniqueFd fd_;
  std::string received_;      // of the message that is being received
  std::size_t searched_ = 0;  // so much of it holds no end of a message
};

}  // namespace mfa::varlink
