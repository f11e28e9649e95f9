// SPDX-License-Identifier: BSD-3-Clause
//
// Large directories, by counts and not by time: memory does not grow with the
// directory, and a change writes no more than it changes.
#include <fmt/format.h>
#include <malloc.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/cache/fixture.h"

namespace mfa::test {
namespace {

using enum DirectoryKind;

// As a connector brings them: a thousand at a time.
template <class Visit>
void in_messages(int count, const Visit& visit) {
  for (int from = 0; from < count; from += 1000) {
    visit(from, std::min(1000, count - from));
  }
}

DirectoryGroup numbered_group(int number) {
  return group(fmt::format("g{}", number));
}

// Each person is in one group, and every tenth says so.
CacheStatus load(CacheHost& host, int people_count) {
  const int groups = people_count / 100;
  const auto generation = host.begin(true, {people});
  in_messages(groups, [&](int from, int count) {
    change::Put put;
    for (int i = from; i < from + count; ++i) {
      put.groups.push_back(numbered_group(i));
    }
    host.apply(generation, put);
  });
  in_messages(people_count, [&](int from, int count) {
    change::Put put;
    put.people = crowd(count, from);
    change::Members members{fmt::format("id-g{}", from / 1000), {}, {}};
    for (int i = 0; i < count; ++i) {
      if (i % 10 == 0) {
        put.people[static_cast<std::size_t>(i)].member_of = {members.group};
      } else {
        members.add.push_back(put.people[static_cast<std::size_t>(i)].names[0]);
      }
    }
    host.apply(generation, put);
    host.apply(generation, members);
  });
  return host.commit(generation);
}

// The most that was resident while `work` was done.
template <class Work>
std::size_t most_resident_kib(const Work& work) {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // forgets the last peak
  work();
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stoul(line.substr(6));
  }
  fail_msg("no VmHWM");
  return 0;
}

TEST("a hundred thousand people are loaded, found and changed") {
  CacheHost host;
  host.ask_for({"g42"});
  const auto status = load(host, 100'000);
  assert_int_equal(status.people, 100'000);
  assert_int_equal(status.groups, 1000);
  assert_true(host.is_in("p42000", "g42"));
  assert_true(host.is_in("p42999", "g42"));
  assert_false(host.is_in("p43000", "g42"));
  assert_int_equal(host.find("p42001", std::nullopt).uncertain_groups.size(),
                   0);
  host.change(change::Remove{ids_of(crowd(1000)), {}});
  assert_int_equal(host.status().people, 99'000);
  assert_string_equal(host.standing("p999").c_str(), "disabled");
}

TEST("a change writes what it changes, however large the directory is") {
  const auto written_by_a_change = [](int people_count) {
    CacheHost host;
    load(host, people_count);
    host.change(change::Put{{person("warm")}, {}, {}, {}, {}});
    host.restart();
    host.change(change::Put{{person("dave")}, {}, {}, {}, {}});
    return std::filesystem::file_size(host.file("directory.db-wal"));
  };
  const auto small = written_by_a_change(1000);
  const auto large = written_by_a_change(30'000);
  assert_true(large <= 2 * small);
}

TEST("a group that comes again with one member less writes little") {
  CacheHost host;
  auto large = group("large", ids_of(crowd(5000)));
  host.bring({crowd(5000), {large}, {}, {}, {}});
  host.restart();
  large.members.pop_back();
  host.change(change::Put{{}, {large}, {}, {}, {}});
  assert_true(std::filesystem::file_size(host.file("directory.db-wal")) <
              64 * 1024);
}

TEST("what comes again as it was writes nothing but that it did") {
  CacheHost host;
  host.bring({crowd(5000), {group("all", ids_of(crowd(5000)))}, {}, {}, {}});
  host.restart();
  host.change(change::Put{crowd(5000), {}, {}, {}, {}});
  assert_true(std::filesystem::file_size(host.file("directory.db-wal")) <
              32 * 1024);
}

TEST("loading ten times the people takes the same memory") {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  skip_because("a sanitizer keeps what was freed");
#endif
  CacheHost host;
  const auto small = most_resident_kib([&] { load(host, 20'000); });
  const auto large = most_resident_kib([&] { load(host, 200'000); });
  constexpr std::size_t kNoise = 16 * 1024;
  if (large > small + kNoise) {
    fail_msg("%zu KiB, then %zu KiB", small, large);
  }
}

}  // namespace
}  // namespace mfa::test
