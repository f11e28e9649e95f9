// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/link.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "agent/base/escape.h"

namespace mfa::connector::graph {
namespace {

class Url {
 public:
  explicit Url(const std::string& text) : url_(curl_url()) {
    is_url_ = url_ != nullptr && curl_url_set(url_, CURLUPART_URL, text.c_str(),
                                              CURLU_PATH_AS_IS) == CURLUE_OK;
  }
  Url(const Url&) = delete;
  Url& operator=(const Url&) = delete;
  ~Url() { curl_url_cleanup(url_); }

  bool is_url() const { return is_url_; }
  // "" of what is not there.
  std::string part(CURLUPart what) const {
    char* text = nullptr;
    const auto code = curl_url_get(url_, what, &text, CURLU_DEFAULT_PORT);
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
    return code == CURLUE_OK ? std::string(text) : std::string();
  }
  std::string origin() const {
    std::string host = part(CURLUPART_HOST);
    std::ranges::transform(host, host.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return fmt::format("{}://{}:{}", part(CURLUPART_SCHEME), host,
                       part(CURLUPART_PORT));
  }
  bool has_only_origin_path_and_query() const {
    return part(CURLUPART_USER).empty() && part(CURLUPART_PASSWORD).empty() &&
           part(CURLUPART_FRAGMENT).empty();
  }

 private:
  CURLU* url_;
  bool is_url_ = false;
};

// Nothing that a server between here and there could take for another path.
bool climbs(std::string_view path) {
  return path.find("..") != std::string_view::npos ||
         path.find('\\') != std::string_view::npos ||
         path.find("%2e") != std::string_view::npos ||
         path.find("%2E") != std::string_view::npos;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

Result<std::string> origin_of(const std::string& text) {
  const Url url(text);
  const bool plain = url.is_url() && url.has_only_origin_path_and_query() &&
                     url.part(CURLUPART_SCHEME) == "https" &&
                     url.part(CURLUPART_PATH) == "/" &&
                     url.part(CURLUPART_QUERY).empty();
  if (!plain) {
    return error(ErrorKind::malformed,
                 fmt::format("{} is not https://HOST or https://HOST:PORT",
                             mfa::quoted(text)));
  }
  return url.origin();
}

Result<> check_link(const std::string& link, const std::string& origin) {
  if (link.size() > kMaxLinkBytes || !is_printable(link)) {
    return error(ErrorKind::malformed,
                 fmt::format("the link to the next page is longer than {} "
                             "bytes or has unprintable characters",
                             kMaxLinkBytes));
  }
  const Url url(link);
  const std::string path = url.is_url() ? url.part(CURLUPART_PATH) : "";
  if (!url.is_url() || url.origin() != origin ||
      !url.has_only_origin_path_and_query() ||
      !path.starts_with(kGraphVersion) || climbs(path)) {
    return error(
        ErrorKind::malformed,
        fmt::format("the link to the next page leads to {}, not below "
                    "{}{}; it is not followed",
                    mfa::quoted(without_query(link)), origin, kGraphVersion));
  }
  return {};
}

std::string_view without_query(std::string_view link) {
  return link.substr(0, link.find_first_of("?#"));
}

bool LoopDetector::has_seen(const std::string& link) {
  if (link == kept_) return true;
  if (++steps_ == power_) {
    kept_ = link;
    power_ *= 2;
    steps_ = 0;
  }
  return false;
}

}  // namespace mfa::connector::graph
