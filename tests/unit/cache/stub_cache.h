// SPDX-License-Identifier: BSD-3-Clause
//
// A cache that answers what the test says, and nothing else.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <utility>

#include "agent/cache/cache.h"

namespace mfa::stage {

class StubCache final : public DirectoryCache {
 public:
  Result<CacheAnswer> find(const CacheQuestion& question, Instant) override {
    asked = question;
    if (broken) return unreadable();
    answer.unresolved = std::make_shared<const UnresolvedGroups>(names);
    return answer;
  }
  Result<Unresolved> unresolved(const MembershipScope&) override {
    ++asked_unresolved;
    if (broken) return unreadable();
    return names;
  }
  Result<CacheStatus> status(Instant) override {
    if (broken) return unreadable();
    return state;
  }
  void begin(BeginGeneration, Done<std::uint64_t> done) override { done(1); }
  void apply(std::uint64_t, Change, Done<void> done) override { done({}); }
  void commit(std::uint64_t, CommitGeneration,
              Done<CacheStatus> done) override {
    done(state);
  }
  void abort(std::uint64_t) override {}
  void up_to_date(std::string, DirectoryKinds, Done<void> done) override {
    done({});
  }
  void note_refusals(std::uint64_t, std::vector<std::string>) override {}
  void accept_held(Instant since, Done<HeldChange> done) override {
    if (!state.held) {
      return done(error(ErrorKind::not_found, "no change is held"));
    }
    if (since != state.held->since) {
      return done(error(ErrorKind::conflict, "another change is held"));
    }
    done(*std::exchange(state.held, std::nullopt));
  }
  void forget_account(std::string account, Done<bool> done) override {
    forgotten = account;
    done(account == "alice");
  }
  void forget_kind(DirectoryKind kind, Done<bool> done) override {
    forgotten_kind = kind;
    done(kind == DirectoryKind::risks);
  }
  void configure(const CacheAges&, const MassChangeLimit&,
                 std::shared_ptr<const MembershipScope>) override {}

  CacheAnswer answer;
  Unresolved names;
  CacheStatus state;
  bool broken = false;

  std::optional<CacheQuestion> asked;
  int asked_unresolved = 0;
  std::string forgotten;
  std::optional<DirectoryKind> forgotten_kind;

 private:
  static tl::unexpected<Error> unreadable() {
    return error(ErrorKind::unavailable, "the disk is ill");
  }
};

}  // namespace mfa::stage
