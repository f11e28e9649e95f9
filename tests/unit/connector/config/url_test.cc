// SPDX-License-Identifier: BSD-3-Clause
#include "connector/config/url.h"

#include "tests/check.h"

namespace mfa::connector {
namespace {

TEST("a URL is a scheme, a host and perhaps a port") {
  const auto url = parse_url("https://a-1.example.org:8443/");
  assert_string_equal(url->scheme.c_str(), "https");
  assert_string_equal(url->host.c_str(), "a-1.example.org");
  assert_int_equal(*url->port, 8443);
  assert_false(parse_url("https://a.example")->port.has_value());
  assert_string_equal(parse_url("https://[2001:db8::1]:1")->host.c_str(),
                      "2001:db8::1");
}

TEST("a URL that two readers could understand in two ways is none") {
  for (const char* text : {"",
                           "https",
                           "https:/a",
                           "https://",
                           "https:///",
                           "https://a//",
                           "https://a/b",
                           "https://a?b",
                           "https://a#b",
                           "https://u@a",
                           "https://a:80:80",
                           "https://a:",
                           "https://a:080",
                           "https://a:+80",
                           "https://a:65536",
                           "https://a:0",
                           "https://a b",
                           "https://a\\b",
                           "https://a_b",
                           "https://-a",
                           "https://a-",
                           "https://a..b",
                           "https://.a",
                           "https://1.2.3",
                           "https://0x7f.1",
                           "https://1.2.3.4.5",
                           "https://[::1",
                           "https://[a]",
                           "https://[::1%eth0]",
                           "https://::1",
                           "https://a\n",
                           "https://[::1]x"}) {
    if (parse_url(text)) fail_msg("%s was taken", text);
  }
  assert_false(is_host_name(std::string(64, 'a')));
  assert_true(is_host_name(std::string(63, 'a')));
}

TEST("near is this machine and its link, nothing else") {
  for (const char* text :
       {"http://127.0.0.1", "http://169.254.169.254", "http://[::1]",
        "http://[fe80::1]", "http://localhost:1"}) {
    assert_true(is_near(*parse_url(text)));
  }
  for (const char* text : {"http://192.168.1.1", "http://localhost.example",
                           "http://[2001:db8::1]", "http://10.0.0.1"}) {
    assert_false(is_near(*parse_url(text)));
  }
}

}  // namespace
}  // namespace mfa::connector
