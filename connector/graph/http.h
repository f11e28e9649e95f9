// SPDX-License-Identifier: BSD-3-Clause
//
// One HTTP request at a time, over TLS that is verified, to the host that the
// configuration names and to no other: redirects are not followed, and
// neither proxies, keys nor certificates come from the environment.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "wire/secret.h"

namespace mfa::connector::graph {

// Graph's longest pages are below 10 MiB. Whatever is longer is cut off while
// it comes in, whether its length was announced or not.
inline constexpr std::size_t kMaxBodyBytes = 64 << 20;
inline constexpr std::size_t kMaxHeaderBytes = 64 << 10;
inline constexpr std::chrono::seconds kConnectTimeout{10};
// Slower than this is a peer that holds us up on purpose.
inline constexpr long kLowSpeedBytesPerSecond = 100;

struct HttpRequest {
  enum class Method { get, post };
  // The cloud's address for machines in it, which need not have a certificate
  // and is never behind a proxy; everything else is https.
  enum class Way { https, link_local };

  Method method = Method::get;
  Way way = Way::https;
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  const Secret* bearer = nullptr;
  std::string_view body;  // with post
};

struct HttpResponse {
  long status = 0;
  std::string content_type;  // "application/json", in lower case
  std::string body;
  std::optional<std::string> retry_after, date;
};

class Http {
 public:
  virtual ~Http() = default;
  // Any status is a response. Errors (`unavailable`): the way to the server,
  // its certificate, a deadline; (`malformed`): more bytes than allowed, an
  // encoding nobody asked for.
  virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
};

struct HttpOptions {
  std::string proxy;    // "": none
  std::string ca_file;  // "": the system's
  std::chrono::seconds timeout{60};
};

// With libcurl. Not before another thread was started: prepares the process.
Result<std::unique_ptr<Http>> make_http(const HttpOptions& options);

// For one component of a path or one value of a query.
std::string percent_encoded(std::string_view text);

}  // namespace mfa::connector::graph
