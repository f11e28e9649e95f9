// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/delta_token.h"

#include <algorithm>

#include "connector/graph/members.h"

namespace mfa::connector::graph {
namespace {

constexpr std::uint64_t kVersion = 1;

std::int64_t seconds_of(Instant instant) {
  return std::chrono::duration_cast<std::chrono::seconds>(
             instant.time_since_epoch())
      .count();
}

Json link_json(const DeltaLink& link) {
  return {{"link", link.link}, {"born", seconds_of(link.born)}};
}

std::optional<DeltaLink> read_link(const Json& token, const char* name,
                                   Instant now) {
  const auto found = token.find(name);
  if (found == token.end() || !found->is_object()) return std::nullopt;
  const auto link = found->find("link"), born = found->find("born");
  if (link == found->end() || !link->is_string() || born == found->end() ||
      !born->is_number_unsigned()) {
    return std::nullopt;
  }
  // In whole numbers: what stands there may be no instant at all.
  const auto birth = born->get<std::uint64_t>();
  const auto today = static_cast<std::uint64_t>(seconds_of(now));
  constexpr auto kMaxAge = static_cast<std::uint64_t>(
      std::chrono::seconds(kMaxDeltaTokenAge).count());
  if (birth > today || today - birth > kMaxAge) return std::nullopt;
  return DeltaLink{
      link->get<std::string>(),
      Instant(std::chrono::seconds(static_cast<std::int64_t>(birth)))};
}

}  // namespace

std::string write_delta_token(const DeltaToken& token) {
  return Json{{"version", kVersion},
              {"question", token.question},
              {"users", link_json(token.users)},
              {"groups", link_json(token.groups)}}
      .dump();
}

std::optional<DeltaToken> read_delta_token(std::string_view text,
                                           std::string_view question,
                                           Instant now) {
  const auto json = parse_json(text);
  if (!json || !json->is_object()) return std::nullopt;
  if (json->value("version", Json()) != Json(kVersion) ||
      json->value("question", Json()) != Json(question)) {
    return std::nullopt;
  }
  auto users = read_link(*json, "users", now);
  auto groups = read_link(*json, "groups", now);
  if (!users || !groups) return std::nullopt;
  return DeltaToken{std::string(question), std::move(*users),
                    std::move(*groups)};
}

}  // namespace mfa::connector::graph
