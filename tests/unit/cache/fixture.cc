// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/cache/fixture.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

namespace mfa::test {
namespace {

template <class T>
T value_of(Result<T> result) {
  if (!result) fail_msg("%s", result.error().what.c_str());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

template <class T>
Error error_of(const Result<T>& result) {
  assert_false(result.has_value());
  return result.error();
}

}  // namespace

DirectoryPerson person(const std::string& name) {
  DirectoryPerson person;
  person.id = "id-" + name;
  person.names = {"uid=" + name + ",dc=example"};
  person.account = UserName::parse(name);
  person.principal_name = name + "@example.com";
  person.enabled = true;
  return person;
}

DirectoryPerson without_account(DirectoryPerson person) {
  person.account.reset();
  return person;
}

DirectoryGroup group(const std::string& name,
                     std::vector<DirectoryKey> members) {
  DirectoryGroup group;
  group.id = "id-" + name;
  group.names = {"cn=" + name + ",dc=example"};
  group.display_name = name;
  group.members = std::move(members);
  return group;
}

DirectoryDevice device(const std::string& id,
                       std::vector<DirectoryKey> owners) {
  DirectoryDevice device;
  device.device.text(DeviceText::device_id) = id;
  device.device.text(DeviceText::trust_type) = "AzureAD";
  device.device.is_compliant = true;
  device.enabled = true;
  device.owners = std::move(owners);
  return device;
}

std::vector<DirectoryPerson> crowd(int count, int from) {
  std::vector<DirectoryPerson> all;
  for (int i = from; i < from + count; ++i) {
    all.push_back(person(fmt::format("p{}", i)));
  }
  return all;
}

std::vector<std::string> ids_of(const std::vector<DirectoryPerson>& people) {
  std::vector<std::string> ids;
  for (const auto& person : people) ids.push_back(person.id);
  return ids;
}

CacheHost::CacheHost(const CacheLimits& smaller) : limits(smaller) {
  ask_for({});
  start();
}

void CacheHost::start() {
  cache = value_of(
      open_directory_cache(directory.path() + "/state", clock, limits));
  cache->configure(ages, mass_change, scope);
}

void CacheHost::restart() {
  stop();
  start();
}

std::uint64_t CacheHost::begin(bool full, DirectoryKinds kinds,
                               const std::string& source) {
  const std::uint64_t base = status().generation;
  return value_of(wait_for<std::uint64_t>([&](auto done) {
    cache->begin({source, full, kinds, base}, done);
  }));
}

Error CacheHost::begin_error(BeginGeneration wanted) {
  return error_of(
      wait_for<std::uint64_t>([&](auto done) { cache->begin(wanted, done); }));
}

void CacheHost::apply(std::uint64_t generation, Change change) {
  value_of(wait_for<void>(
      [&](auto done) { cache->apply(generation, change, done); }));
}

Error CacheHost::apply_error(std::uint64_t generation, Change change) {
  return error_of(wait_for<void>(
      [&](auto done) { cache->apply(generation, change, done); }));
}

CacheStatus CacheHost::commit(std::uint64_t generation, CommitGeneration how) {
  return value_of(wait_for<CacheStatus>(
      [&](auto done) { cache->commit(generation, how, done); }));
}

Error CacheHost::commit_error(std::uint64_t generation, CommitGeneration how) {
  return error_of(wait_for<CacheStatus>(
      [&](auto done) { cache->commit(generation, how, done); }));
}

CacheStatus CacheHost::bring(change::Put put, DirectoryKinds kinds) {
  const auto generation = begin(true, kinds);
  apply(generation, std::move(put));
  return commit(generation);
}

Error CacheHost::bring_error(change::Put put, DirectoryKinds kinds) {
  const auto generation = begin(true, kinds);
  apply(generation, std::move(put));
  return commit_error(generation);
}

CacheStatus CacheHost::change(Change change, DirectoryKinds kinds,
                              CommitGeneration how) {
  const auto generation = begin(false, kinds);
  apply(generation, std::move(change));
  return commit(generation, how);
}

Error CacheHost::change_error(Change change, DirectoryKinds kinds) {
  const auto generation = begin(false, kinds);
  apply(generation, std::move(change));
  return commit_error(generation);
}

void CacheHost::ask_for(std::vector<std::string> groups,
                        std::vector<RoleMapping> roles) {
  auto made = std::make_shared<MembershipScope>();
  for (const auto& name : groups) made->groups.push_back({name, name});
  made->roles = std::move(roles);
  scope = made;
  if (cache) cache->configure(ages, mass_change, scope);
}

CacheAnswer CacheHost::find(const std::string& account,
                            std::optional<std::uint32_t> uid) {
  return value_of(cache->find({account, scope, uid}, clock.now().wall));
}

std::string CacheHost::standing(const std::string& account) {
  switch (record(account).standing) {
    case CentralRecord::Standing::unknown:
      return "unknown";
    case CentralRecord::Standing::enabled:
      return "enabled";
    case CentralRecord::Standing::disabled:
      return "disabled";
    case CentralRecord::Standing::conflict:
      return "conflict";
  }
  return "";
}

bool CacheHost::is_in(const std::string& account, const std::string& group) {
  const auto answer = find(account);
  return std::find(answer.groups.begin(), answer.groups.end(), group) !=
         answer.groups.end();
}

CacheStatus CacheHost::status() {
  return value_of(cache->status(clock.now().wall));
}

Result<void> CacheHost::up_to_date(DirectoryKinds kinds) {
  return wait_for<void>(
      [&](auto done) { cache->up_to_date(kSource, kinds, done); });
}

Result<HeldChange> CacheHost::accept() {
  const auto held = status().held;
  return accept(held ? held->since : Instant());
}

Result<HeldChange> CacheHost::accept(Instant since) {
  return wait_for<HeldChange>(
      [&](auto done) { cache->accept_held(since, done); });
}

Result<bool> CacheHost::forget_kind(DirectoryKind kind) {
  return wait_for<bool>([&](auto done) { cache->forget_kind(kind, done); });
}

Result<bool> CacheHost::forget(const std::string& account) {
  return wait_for<bool>(
      [&](auto done) { cache->forget_account(account, done); });
}

std::string CacheHost::file(const std::string& name) const {
  return directory.path() + "/state/" + name;
}

bool CacheHost::exists(const std::string& name) const {
  return std::filesystem::exists(file(name));
}

void assert_held(const CacheHost& host, const Error& why,
                 const std::string& what) {
  assert_true(why.kind == ErrorKind::refused);
  if (why.what.find(what) == std::string::npos) {
    fail_msg("%s", why.what.c_str());
  }
  const auto held = host.cache->status(host.clock.now().wall)->held;
  assert_true(held.has_value());
  assert_true(held->what.find(what) != std::string::npos);
}

}  // namespace mfa::test
