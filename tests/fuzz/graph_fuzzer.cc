// SPDX-License-Identifier: BSD-3-Clause
//
// Whatever Graph answers, it is refused, or gives records that keep their
// promises. Every reader reads every entry: which list it came from is the
// server's word.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "connector/graph/delta_token.h"
#include "connector/graph/link.h"
#include "connector/graph/read_records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace mfa::connector::graph {
namespace {

constexpr char kOrigin[] = "https://graph.microsoft.com:443";
constexpr Place kPlace{"fuzz", 0};

void check(bool holds) {
  if (!holds) std::abort();
}

void check_text(std::string_view text) {
  check(text.size() <= kMaxJsonStringBytes);
  check(text.find('\0') == std::string_view::npos);
}

void check_link_promises(const std::string& link) {
  if (!check_link(link, kOrigin)) return;
  check(link.size() <= kMaxLinkBytes);
  check(link.find('\n') == std::string::npos);
  check(link.find("/v1.0/") != std::string::npos);
}

template <class T>
bool is_judged(const Result<T>& record) {
  check(record || record.error().kind == ErrorKind::malformed);
  check(record || record.error().what.starts_with("fuzz: value[0]"));
  return record.has_value();
}

void read_people(const Json& entry) {
  is_judged(read_removed(entry, kPlace));
  for (const char* property : {"mailNickname", "extensionAttribute1"}) {
    const auto person = read_user(entry, kPlace, property);
    if (!is_judged(person)) continue;
    check_text(person->id);
    check(!person->account || !person->account->empty());
    check(is_whole_user(entry));
  }
  const auto group = read_group(entry, kPlace);
  if (!is_judged(group)) return;
  for (const auto& member : group->added) check_text(member);
  for (const auto& member : group->removed) check_text(member);
}

void read_others(const Json& entry) {
  is_judged(read_role_assignment(entry, kPlace));
  is_judged(read_role_definition(entry, kPlace));
  is_judged(read_risky_user(entry, kPlace));
  is_judged(read_managed_device(entry, kPlace));
  const auto device = read_device(entry, kPlace, "extensionAttribute2");
  if (!is_judged(device)) return;
  for (const auto& key : device->ssh_keys) check(!key.empty());
}

}  // namespace
}  // namespace mfa::connector::graph

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace mfa;
  using namespace mfa::connector::graph;
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_link_promises(text);
  const auto json = parse_json(text);
  if (!json) return 0;
  // What was read means the same to the next reader.
  const auto again = parse_json(json->dump());
  check(again.has_value() && *again == *json);
  (void)read_delta_token(text, "question", Instant());
  const Json* entries = &*json;
  if (json->is_object() && json->contains("value")) entries = &(*json)["value"];
  if (!entries->is_array()) return 0;
  for (const Json& entry : *entries) {
    read_people(entry);
    read_others(entry);
  }
  return 0;
}
