// SPDX-License-Identifier: BSD-3-Clause
#include "agent/control/connector_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/base/log.h"
#include "agent/control/member_reader.h"
#include "agent/sign_in/await.h"

namespace mfa::control {
namespace {

struct KindName {
  DirectoryKind kind;
  std::string_view name;
};
constexpr KindName kKinds[] = {{DirectoryKind::people, "people"},
                               {DirectoryKind::roles, "roles"},
                               {DirectoryKind::risks, "risks"},
                               {DirectoryKind::devices, "devices"}};

}  // namespace

std::string_view name_of(DirectoryKind kind) {
  for (const KindName& known : kKinds) {
    if (known.kind == kind) return known.name;
  }
  return {};
}

std::optional<DirectoryKind> kind_named(std::string_view name) {
  for (const KindName& known : kKinds) {
    if (known.name == name) return known.kind;
  }
  return std::nullopt;
}

VarlinkResult<DirectoryCache*> directory_cache(const Call& call) {
  if (call.context.directory_cache) return call.context.directory_cache.get();
  return failed({ErrorKind::unavailable,
                 "the agent keeps no central directory: set connector_user in "
                 "mfa-agent.yaml and restart it"});
}

VarlinkResult<OpenGeneration*> open_generation(const Call& call) {
  OpenGeneration* open = call.session.generation.get();
  const std::uint64_t number = open ? open->number() : 0;
  const auto given = call.number("generation").value_or(0);
  if (open && given > 0 && static_cast<std::uint64_t>(given) == number) {
    return open;
  }
  return tl::unexpected(
      VarlinkError{".WrongGeneration", {{"generation", number}}});
}

VarlinkResult<DirectoryKinds> kinds_of(Call& call, std::string_view name) {
  DirectoryKinds kinds;
  for (const Json& item : call.take(name)) {
    const auto known =
        std::find_if(std::begin(kKinds), std::end(kKinds),
                     [&](const KindName& k) { return item == k.name; });
    if (known == std::end(kKinds)) {
      return tl::unexpected(invalid_parameter(name));
    }
    kinds.insert(known->kind);
  }
  return kinds;
}

VarlinkResult<std::string> source_of(const Call& call) {
  const std::string source = call.text("source").value_or("");
  if (fault_of_name(source)) return tl::unexpected(invalid_parameter("source"));
  return source;
}

void note_call(const Call& call) {
  ConnectorState& connector = *call.context.connector;
  connector.last_uid = call.peer.uid;
  connector.last_call = call.context.desk.clock.now().wall;
}

asio::awaitable<Result<void>> apply(Call& call, OpenGeneration& generation,
                                    Change change) {
  auto start = [&](DirectoryCache::Done<void> done) {
    call.context.directory_cache->apply(generation.number(), std::move(change),
                                        std::move(done));
  };
  const auto applied = co_await await_result<void>(start);
  if (!applied) call.session.generation.reset();
  co_return applied;
}

void note_refusals(const Call& call, const OpenGeneration& generation,
                   std::string_view what,
                   const std::vector<RefusedRecord>& refused) {
  if (refused.empty()) return;
  std::vector<std::string> lines;
  lines.reserve(refused.size());
  for (const RefusedRecord& record : refused) {
    lines.push_back(fmt::format("{} {}: {}", what, record.id, record.reason));
  }
  const auto now = call.context.desk.clock.now().since_boot;
  if (call.context.connector->refusal_pace.is_due(now)) {
    log::write(log::Level::info,
               fmt::format("directory generation={} refused={}: {}",
                           generation.number(), lines.size(), lines.front()));
  }
  call.context.directory_cache->note_refusals(generation.number(),
                                              std::move(lines));
}

}  // namespace mfa::control
