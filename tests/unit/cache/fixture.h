// SPDX-License-Identifier: BSD-3-Clause
//
// A real cache on a temporary directory, with a clock that the test holds, and
// a connector's steps in short form.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/cache/cache.h"
#include "agent/cache/limits.h"
#include "tests/unit/store/fixture.h"

namespace mfa::test {

inline constexpr char kSource[] = "ldap://ldap.example.com";

DirectoryPerson person(const std::string& name);  // id "id-NAME", enabled
DirectoryPerson without_account(DirectoryPerson person);
DirectoryGroup group(const std::string& name,
                     std::vector<DirectoryKey> members = {});
DirectoryDevice device(const std::string& id, std::vector<DirectoryKey> owners);
std::vector<DirectoryPerson> crowd(int count, int from = 0);  // "p0", "p1"...
std::vector<std::string> ids_of(const std::vector<DirectoryPerson>& people);

class CacheHost {
 public:
  explicit CacheHost(const CacheLimits& limits = {});
  void start();
  void stop() { cache.reset(); }
  void restart();

  // One step each; the test fails with the error.
  std::uint64_t begin(bool full, DirectoryKinds kinds,
                      const std::string& source = kSource);
  void apply(std::uint64_t generation, Change change);
  CacheStatus commit(std::uint64_t generation, CommitGeneration how = {});
  // One step each; the test fails without an error.
  Error begin_error(BeginGeneration wanted);
  Error apply_error(std::uint64_t generation, Change change);
  Error commit_error(std::uint64_t generation, CommitGeneration how = {});

  // Whole generations. A whole one brings everything in its Put.
  CacheStatus bring(change::Put put,
                    DirectoryKinds kinds = {DirectoryKind::people});
  CacheStatus change(Change change,
                     DirectoryKinds kinds = {DirectoryKind::people},
                     CommitGeneration how = {});
  Error bring_error(change::Put put,
                    DirectoryKinds kinds = {DirectoryKind::people});
  Error change_error(Change change,
                     DirectoryKinds kinds = {DirectoryKind::people});

  // The scope asks for these groups, and these role groups.
  void ask_for(std::vector<std::string> groups,
               std::vector<RoleMapping> roles = {});
  CacheAnswer find(const std::string& account,
                   std::optional<std::uint32_t> uid = std::nullopt);
  CentralRecord record(const std::string& account) {
    return find(account).record;
  }
  // "disabled", for messages that say what was found.
  std::string standing(const std::string& account);
  bool is_in(const std::string& account, const std::string& group);
  CacheStatus status();
  Result<void> up_to_date(DirectoryKinds kinds);
  // What is held now; or what was since then.
  Result<HeldChange> accept();
  Result<HeldChange> accept(Instant since);
  Result<bool> forget_kind(DirectoryKind kind);
  Result<bool> forget(const std::string& account);

  std::string file(const std::string& name) const;
  bool exists(const std::string& name) const;

  TemporaryDirectory directory;
  FakeClock clock;
  CacheLimits limits;
  CacheAges ages;
  MassChangeLimit mass_change;
  std::shared_ptr<const MembershipScope> scope;
  std::unique_ptr<DirectoryCache> cache;
};

// The error says that the change is held, and why; so does the status.
void assert_held(const CacheHost& host, const Error& why,
                 const std::string& what);

}  // namespace mfa::test
