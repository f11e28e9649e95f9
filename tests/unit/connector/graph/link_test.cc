// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/link.h"

#include <set>
#include <string>

#include "connector/graph/guid.h"
#include "connector/graph/http.h"
#include "tests/check.h"

using namespace mfa;
using namespace mfa::connector::graph;

namespace {

constexpr char kHost[] = "https://graph.microsoft.com";

bool leads_home(const std::string& link) {
  return check_link(link, *origin_of(kHost)).has_value();
}

// After how many steps from 0, along next(), a loop is seen; 0: never.
template <class Next>
std::size_t seen_after(Next next, std::size_t steps) {
  LoopDetector loop;
  std::size_t place = 0;
  for (std::size_t i = 1; i <= steps; ++i) {
    if (loop.has_seen(std::to_string(place))) return i;
    place = next(place);
  }
  return 0;
}

}  // namespace

TEST("an origin is scheme, host and port, however they are written") {
  for (const char* url :
       {"https://graph.microsoft.com", "https://graph.microsoft.com/",
        "https://GRAPH.microsoft.com:443", "HTTPS://graph.microsoft.com"}) {
    assert_string_equal(origin_of(url)->c_str(),
                        "https://graph.microsoft.com:443");
  }
}

TEST("an origin is https, and nothing more than an origin") {
  for (const char* url :
       {"", "graph.microsoft.com", "http://graph.microsoft.com",
        "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com/?x",
        "https://u:p@graph.microsoft.com", "https://graph.microsoft.com/#x",
        "file:///etc/passwd", "https://", "https://a b"}) {
    assert_false(origin_of(url).has_value());
  }
}

TEST("a link is followed below the version on the same server alone") {
  assert_true(leads_home("https://graph.microsoft.com/v1.0/users?$skip=1"));
  assert_true(leads_home("https://graph.microsoft.com:443/v1.0/x/y()"));
  for (const char* link :
       {"", "/v1.0/users", "https://graph.microsoft.com/beta/users",
        "https://graph.microsoft.com/v1.0", "https://graph.microsoft.com/V1.0/",
        "http://graph.microsoft.com/v1.0/x",
        "https://graph.microsoft.com:444/v1.0/x",
        "https://graph.microsoft.com.evil.example/v1.0/x",
        "https://graph.microsoft.com@evil.example/v1.0/x",
        "https://x@graph.microsoft.com/v1.0/x",
        "https://evil.example/v1.0/?https://graph.microsoft.com/v1.0/",
        "https://graph.microsoft.com/v1.0/../beta/x",
        "https://graph.microsoft.com/v1.0/%2E%2e/beta/x",
        "https://graph.microsoft.com/v1.0/..\\x",
        "https://graph.microsoft.com/v1.0/x y",
        "https://graph.microsoft.com/v1.0/x\r\nA: b",
        "https://graph.microsoft.com/v1.0/x#y"}) {
    if (leads_home(link)) fail_msg("%s is followed", link);
  }
}

TEST("what a link carries does not stand in the error about it") {
  const auto checked =
      check_link("https://evil.example/v1.0/users/delta?$deltatoken=abc",
                 *origin_of(kHost));
  assert_true(checked.error().what.find("evil.example") != std::string::npos);
  assert_true(checked.error().what.find("abc") == std::string::npos);
}

TEST("a link is at most 16 KiB long") {
  std::string link = std::string(kHost) + "/v1.0/";
  link.resize(kMaxLinkBytes, 'x');
  assert_true(leads_home(link));
  assert_false(leads_home(link + 'x'));
}

TEST(
    "a loop of any length, after any way to it, is seen before its third "
    "round") {
  for (std::size_t way = 0; way < 40; ++way) {
    for (std::size_t length = 1; length < 40; ++length) {
      const std::size_t end = way + length;
      const auto next = [&](std::size_t place) {
        return place + 1 == end ? way : place + 1;
      };
      const std::size_t seen = seen_after(next, 1000);
      assert_true(seen > end);
      assert_true(seen <= 3 * (way + length) + 2);
    }
  }
}

TEST("a walk that does not return is no loop") {
  assert_int_equal(
      seen_after([](std::size_t place) { return place + 1; }, 100'000), 0);
}

TEST("what stands in a path is encoded (R-28)") {
  assert_string_equal(percent_encoded("a/b&x=1%2f..?#\xc3\xa9 ~_-").c_str(),
                      "a%2Fb%26x%3D1%252f..%3F%23%C3%A9%20~_-");
}

TEST("a GUID is read in any case and written in lower case") {
  const auto guid = parse_guid("ACE08EC9-aa11-4ada-9145-addf0398233e");
  assert_true(guid.has_value());
  assert_string_equal(to_text(*guid).c_str(),
                      "ace08ec9-aa11-4ada-9145-addf0398233e");
  for (const char* text :
       {"", "ace08ec9", "ace08ec9-aa11-4ada-9145-addf0398233",
        "ace08ec9-aa11-4ada-9145-addf0398233ee",
        "ace08ec9aa11-4ada-9145-addf0398233e-",
        "xce08ec9-aa11-4ada-9145-addf0"
        "398233e",
        "{ace08ec9-aa11-4ada-9145-addf039823}"}) {
    assert_false(parse_guid(text).has_value());
  }
}
