// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/central_directory.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "agent/cache/merge_memberships.h"
#include "agent/model/reserved_uid.h"

namespace mfa {
namespace {

class CentralDirectory final : public Directory {
 public:
  CentralDirectory(std::unique_ptr<Directory> nss, DirectoryCache& cache,
                   const Clock& clock)
      : cache_(cache), clock_(clock), nss_(std::move(nss)) {}

  void find(std::string name, std::shared_ptr<const MembershipScope> scope,
            Found done) override {
    auto merged = [this, scope, done = std::move(done)](
                      Result<std::optional<Person>> found) {
      if (!found || !*found) return done(std::move(found));
      if (auto added = add_central(**found, scope); !added) {
        return done(tl::unexpected(added.error()));
      }
      done(std::move(found));
    };
    nss_->find(std::move(name), std::move(scope), std::move(merged));
  }

 private:
  // Of a cache that cannot be read: nothing is known, risks neither.
  static CentralRecord unreadable() {
    CentralRecord record;
    record.keeps_risks = true;
    return record;
  }

  // Uids that any program gets of systemd, or that are negative to some, are no
  // better than others: a directory may have the account and no uid.
  bool is_of_machine(std::uint32_t uid) const {
    return uid <= kLastSystemUid || uid == kNobody || uid == own_uid_;
  }

  // Who cannot be told from somebody disabled does not sign in. The machine's
  // own accounts can: no directory has them, so no record is asked for by their
  // names, and root may come and mend a disk.
  Result<> add_central(Person& person,
                       const std::shared_ptr<const MembershipScope>& scope) {
    const bool is_own = is_of_machine(person.uid);
    CacheQuestion question{"", scope, std::nullopt};
    if (!is_own) question = {person.name.str(), scope, person.uid};
    auto answer = cache_.find(question, clock_.now().wall);
    if (answer) {
      merge_memberships(person, *scope, *answer, *answer->unresolved);
      person.central = std::move(answer->record);
      return {};
    }
    if (!is_own) {
      return error(ErrorKind::unavailable,
                   "the cache of the directory: " + answer.error().what);
    }
    doubt_memberships(person, *scope);
    person.central = unreadable();
    return {};
  }

  DirectoryCache& cache_;
  const Clock& clock_;
  const std::uint32_t own_uid_ = geteuid();
  std::unique_ptr<Directory> nss_;  // last: its threads use all of the above
};

}  // namespace

std::unique_ptr<Directory> make_central_directory(
    std::unique_ptr<Directory> nss, DirectoryCache& cache, const Clock& clock) {
  return std::make_unique<CentralDirectory>(std::move(nss), cache, clock);
}

}  // namespace mfa
