// SPDX-License-Identifier: BSD-3-Clause
#include "connector/graph/generation.h"

#include <utility>

#include "connector/graph/delta_token.h"

namespace mfa::connector::graph {

Result<Generation*> OpenGeneration::get() {
  if (open_ == nullptr) {
    auto begun = to_.agent.begin(full_, {kind_}, to_.position.generation);
    if (!begun) return tl::unexpected(begun.error());
    open_ = std::move(*begun);
  }
  return open_.get();
}

Result<> OpenGeneration::tell(
    const std::function<Result<>(Generation&)>& what) {
  const auto generation = get();
  if (!generation) return tl::unexpected(generation.error());
  return what(**generation);
}

Result<> OpenGeneration::commit(const std::string& token) {
  const auto generation = get();
  if (!generation) return tl::unexpected(generation.error());
  const auto number = (*generation)->commit({token, false, {kind_}});
  open_.reset();
  if (!number) return tl::unexpected(number.error());
  to_.position = {*number, token};
  return {};
}

Result<WalkEnd> bring_whole(const Tenant& tenant, Destination& to, Kind kind,
                            const Walk& walk, const PutEntry& put) {
  OpenGeneration generation(to, kind, true);
  const auto on_entry = [&](const Json& entry, const Place& place) {
    return generation.tell(
        [&](Generation& open) { return put(open, entry, place); });
  };
  auto end = walk_pages(tenant.api, tenant.origin, walk, on_entry);
  if (!end || end->how != WalkEnd::How::complete) return end;
  // Never without one, or the agent could not tell our place from none at all.
  const std::string token = to.position.token.value_or(kNoDeltaToken);
  if (auto done = generation.commit(token); !done) {
    return tl::unexpected(done.error());
  }
  return end;
}

}  // namespace mfa::connector::graph
