// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/http.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "agent/base/escape.h"
#include "connector/graph/link.h"

namespace mfa::connector::graph {
namespace {

// What OpenSSL, libcurl and the resolver would obey.
constexpr const char* kUntrustedEnvironment[] = {
    "SSLKEYLOGFILE", "SSL_CERT_FILE",   "SSL_CERT_DIR",
    "OPENSSL_CONF",  "HOSTALIASES",     "OPENSSL_MODULES",
    "LOCALDOMAIN",   "OPENSSL_ENGINES", "RES_OPTIONS"};

bool prepare_process() {
  for (const char* name : kUntrustedEnvironment) unsetenv(name);
  return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

// libcurl's list of headers; the bearer token is among them and is wiped.
class Headers {
 public:
  Headers() = default;
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  ~Headers() {
    for (curl_slist* item = list_; item != nullptr; item = item->next) {
      wipe(item->data, std::char_traits<char>::length(item->data));
    }
    curl_slist_free_all(list_);
  }

  bool add(const char* header) {
    curl_slist* longer = curl_slist_append(list_, header);
    if (longer == nullptr) return false;
    list_ = longer;
    return true;
  }
  curl_slist* list() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

bool fill(Headers& headers, const HttpRequest& request) {
  bool complete = headers.add("Accept: application/json") &&
                  headers.add("User-Agent: pam-mfa-connector");
  for (const std::string& header : request.headers) {
    complete = complete && headers.add(header.c_str());
  }
  if (request.bearer != nullptr) {
    std::string header = "Authorization: Bearer ";
    // In one piece, so that no half of it stays behind where it grew.
    header.reserve(header.size() + request.bearer->size());
    header += request.bearer->reveal();
    complete = complete && headers.add(header.c_str());
    wipe(header);
  }
  return complete;
}

// What comes in during one request.
struct Incoming {
  std::string body;
  std::size_t header_bytes = 0;
  bool too_long = false;
};

std::size_t refuse_rest(Incoming& incoming) {
  incoming.too_long = true;
  return 0;  // libcurl gives up
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  Incoming& incoming = *static_cast<Incoming*>(user);
  if (size > kMaxBodyBytes - incoming.body.size()) return refuse_rest(incoming);
  incoming.body.append(data, size);
  return size;
}

std::size_t on_header(char*, std::size_t, std::size_t size, void* user) {
  Incoming& incoming = *static_cast<Incoming*>(user);
  if (size > kMaxHeaderBytes - incoming.header_bytes) {
    return refuse_rest(incoming);
  }
  incoming.header_bytes += size;
  return size;
}

std::optional<std::string> header(CURL* handle, const char* name) {
  curl_header* found = nullptr;
  if (curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK)
    return std::nullopt;
  return std::string(found->value);
}

// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(std::string_view header) {
  std::string type(header.substr(0, header.find_first_of("; \t")));
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type;
}

class CurlHttp final : public Http {
 public:
  CurlHttp(CURL* handle, HttpOptions options)
      : handle_(handle), options_(std::move(options)) {}
  CurlHttp(const CurlHttp&) = delete;
  CurlHttp& operator=(const CurlHttp&) = delete;
  ~CurlHttp() override { curl_easy_cleanup(handle_); }

  Result<HttpResponse> send(const HttpRequest& request) override;

 private:
  template <class T>
  void set(CURLoption option, T value) {
    is_set_ = is_set_ && curl_easy_setopt(handle_, option, value) == CURLE_OK;
  }
  void set_way(const HttpRequest& request);
  void set_tls();
  void set_limits();
  void set_request(const HttpRequest& request, const Headers& headers,
                   Incoming& incoming);
  Error failure(const HttpRequest& request, CURLcode code,
                const Incoming& incoming) const;
  Result<HttpResponse> response(const HttpRequest& request, Incoming incoming);

  CURL* handle_;
  HttpOptions options_;
  std::array<char, CURL_ERROR_SIZE> said_{};
  bool is_set_ = false;  // false: libcurl refused an option
};

void CurlHttp::set_way(const HttpRequest& request) {
  const bool https = request.way == HttpRequest::Way::https;
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, https ? "https" : "http,https");
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  // Both, even empty: libcurl asks the environment for what is not set.
  set(CURLOPT_PROXY, https ? options_.proxy.c_str() : "");
  set(CURLOPT_NOPROXY, "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

void CurlHttp::set_tls() {
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (options_.ca_file.empty()) return;
  set(CURLOPT_CAINFO, options_.ca_file.c_str());
  set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(CURLOPT_PROXY_CAINFO, options_.ca_file.c_str());
  set(CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr));
}

void CurlHttp::set_limits() {
  const long seconds = options_.timeout.count();
  const long connect = kConnectTimeout.count();
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, seconds);
  set(CURLOPT_CONNECTTIMEOUT, std::min(connect, seconds));
  set(CURLOPT_LOW_SPEED_LIMIT, kLowSpeedBytesPerSecond);
  set(CURLOPT_LOW_SPEED_TIME, std::max(1L, seconds / 2));
  // No encoding is asked for and none undone: a body is as long as what comes.
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(CURLOPT_HTTP_TRANSFER_DECODING, 1L);
}

void CurlHttp::set_request(const HttpRequest& request, const Headers& headers,
                           Incoming& incoming) {
  if (request.method == HttpRequest::Method::post) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(request.body.size()));
  } else {
    set(CURLOPT_HTTPGET, 1L);
  }
  set(CURLOPT_HTTPHEADER, headers.list());
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&incoming));
  set(CURLOPT_HEADERFUNCTION, on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&incoming));
  set(CURLOPT_ERRORBUFFER, said_.data());
}

Result<HttpResponse> CurlHttp::send(const HttpRequest& request) {
  curl_easy_reset(handle_);  // keeps the connection
  said_.front() = '\0';
  Headers headers;
  Incoming incoming;
  is_set_ = fill(headers, request);
  set_way(request);
  set_tls();
  set_limits();
  set_request(request, headers, incoming);
  if (!is_set_) {
    return error(ErrorKind::unavailable,
                 "libcurl refuses an option or has no memory");
  }
  const CURLcode code = curl_easy_perform(handle_);
  if (code != CURLE_OK) {
    return tl::unexpected(failure(request, code, incoming));
  }
  return response(request, std::move(incoming));
}

Error CurlHttp::failure(const HttpRequest& request, CURLcode code,
                        const Incoming& incoming) const {
  const std::string url = escaped(without_query(request.url));
  if (incoming.too_long) {
    return {ErrorKind::malformed,
            fmt::format("{}: the answer is longer than {} bytes", url,
                        kMaxBodyBytes)};
  }
  const char* why =
      said_.front() != '\0' ? said_.data() : curl_easy_strerror(code);
  return {ErrorKind::unavailable, fmt::format("{}: {}", url, escaped(why))};
}

Result<HttpResponse> CurlHttp::response(const HttpRequest& request,
                                        Incoming incoming) {
  HttpResponse response;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &response.status);
  const auto encoding = header(handle_, "Content-Encoding");
  if (encoding && media_type(*encoding) != "identity") {
    return error(
        ErrorKind::malformed,
        fmt::format("{}: the answer is encoded ({}), which nobody "
                    "asked for",
                    escaped(without_query(request.url)), escaped(*encoding)));
  }
  response.content_type =
      media_type(header(handle_, "Content-Type").value_or(""));
  response.retry_after = header(handle_, "Retry-After");
  response.date = header(handle_, "Date");
  response.body = std::move(incoming.body);
  return response;
}

}  // namespace

Result<std::unique_ptr<Http>> make_http(const HttpOptions& options) {
  static const bool prepared = prepare_process();
  CURL* handle = prepared ? curl_easy_init() : nullptr;
  if (handle == nullptr) {
    return error(ErrorKind::unavailable, "libcurl cannot be started");
  }
  return std::make_unique<CurlHttp>(handle, options);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  // Room for the longest result: a secret leaves no copy behind by growing.
  encoded.reserve(text.size() * 3);
  for (const char letter : text) {
    if (kUnreserved.find(letter) != std::string_view::npos) {
      encoded += letter;
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}",
                     static_cast<unsigned char>(letter));
    }
  }
  return encoded;
}

}  // namespace mfa::connector::graph
