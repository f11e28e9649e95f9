// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/containers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "agent/base/sha256.h"
#include "connector/ldap/binary_ids.h"
#include "connector/ldap/dn_key.h"
#include "connector/ldap/limits.h"
#include "connector/ldap/search.h"

namespace mfa::connector::ldap {
namespace {

// Whatever servers call what an entry of theirs cannot change: two containers
// that exchange their names are others than before.
constexpr const char* kIds[] = {"objectGUID", "entryUUID", "nsUniqueId"};

constexpr char kCreated[] = "createTimestamp";
constexpr char kModified[] = "modifyTimestamp";  // also by a rename

bool is_just_made(const Entry& entry) {
  return entry.count(kCreated) == 1 &&
         entry.first(kCreated) == entry.first(kModified);
}

std::string id_of(const Entry& entry) {
  for (const char* name : kIds) {
    const auto value = entry.first(name);
    if (!value.empty()) return to_hex(value);
  }
  return dn_key(entry.dn);
}

bool is_within(const std::string& base, const std::string& other) {
  return base == other || base.ends_with("," + other);
}

}  // namespace

bool Containers::put(const Entry& entry) {
  by_id_[id_of(entry)] = {dn_key(entry.dn), is_just_made(entry)};
  return by_id_.size() <= kMostContainers;
}

bool Containers::follow(const Containers& before) const {
  std::size_t known = 0;
  for (const auto& [id, container] : by_id_) {
    const auto earlier = before.by_id_.find(id);
    if (earlier == before.by_id_.end()) {
      if (!container.is_just_made) return false;
    } else {
      if (earlier->second.name != container.name) return false;
      ++known;
    }
  }
  return known == before.by_id_.size();
}

std::string Containers::digest() const {
  std::string all;
  // Neither has control characters.
  for (const auto& [id, container] : by_id_) {
    all += id + '\n' + container.name + '\n';
  }
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(all.data());
  const auto hash = sha256({bytes, all.size()});
  return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

Error too_many_containers(const Connection& server) {
  return server.malformed(
      fmt::format("more than {} organizational units and other containers; "
                  "narrow the base",
                  kMostContainers));
}

std::vector<SearchRequest> container_searches(const Mapping& mapping) {
  std::vector<SearchRequest> searches;
  for (const Scope& scope : mapping.scopes) {
    if (scope.what == Scope::What::devices) continue;
    const std::string base = dn_key(scope.base);
    const auto covers = [&](const SearchRequest& other) {
      return is_within(base, dn_key(other.base));
    };
    if (std::ranges::any_of(searches, covers)) continue;
    std::erase_if(searches, [&](const SearchRequest& other) {
      return is_within(dn_key(other.base), base);
    });
    SearchRequest search;
    search.base = scope.base;
    search.filter = mapping.container_filter;
    search.attributes.assign(std::begin(kIds), std::end(kIds));
    search.attributes.insert(search.attributes.end(), {kCreated, kModified});
    searches.push_back(std::move(search));
  }
  return searches;
}

Result<std::string> digest_of_containers(Connection& connection,
                                         const Mapping& mapping) {
  Containers containers;
  for (const SearchRequest& search : container_searches(mapping)) {
    const auto read =
        search_all(connection, search, [&](const Entry& entry) -> Result<> {
          if (containers.put(entry)) return {};
          return tl::unexpected(too_many_containers(connection));
        });
    if (!read) return tl::unexpected(read.error());
  }
  return containers.digest();
}

}  // namespace mfa::connector::ldap
