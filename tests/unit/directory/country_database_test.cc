// SPDX-License-Identifier: BSD-3-Clause
//
// tests/fixtures/make_countries.py made the database and says what is in it.
#include "agent/directory/country_database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>
#include <vector>

#include "tests/check.h"
#include "tests/command.h"
#include "tests/pam/sanitizer.h"

#if MFA_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

namespace mfa {
namespace {

// libmaxminddb 1.7 forgets some memory when it refuses damaged metadata; that
// is once per attempt to open such a file.
Result<std::unique_ptr<CountryDatabase>> open_damaged(const std::string& path) {
#if MFA_SANITIZED
  const __lsan::ScopedDisabler known_leak;
#endif
  return CountryDatabase::open(path);
}

constexpr char kFixture[] = "tests/fixtures/countries.mmdb";
const char* const kAddresses[] = {"192.0.2.1",   "198.51.100.1",
                                  "203.0.113.1", "203.0.113.200",
                                  "2001:db8::1", "8.8.8.8"};

std::string fixture() {
  std::ifstream file(kFixture, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A database of one's own, so that its owner is right, and it can be damaged.
class Copy {
 public:
  explicit Copy(const std::string& bytes = fixture()) {
    char pattern[] = "/tmp/mfa-countries-XXXXXX";
    folder_ = mkdtemp(pattern);
    write(bytes);
  }
  ~Copy() { std::filesystem::remove_all(folder_); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  std::string path() const { return folder_ + "/c.mmdb"; }
  void write(const std::string& bytes) const {
    std::ofstream(path(), std::ios::binary) << bytes;
    assert_int_equal(chmod(path().c_str(), 0644), 0);
  }

 private:
  std::string folder_;
};

std::unique_ptr<CountryDatabase> opened(const Copy& copy) {
  auto database = CountryDatabase::open(copy.path());
  if (!database) fail_msg("%s", database.error().what.c_str());
  return std::move(*database);
}

// "DE", "" for unknown, or the error.
std::string country(const CountryDatabase& database, const char* address) {
  const auto country = database.country(*Address::parse(address));
  if (!country) return country.error().what;
  return *country ? std::string((*country)->letters, 2) : std::string();
}

void assert_refused(const std::string& path, ErrorKind kind,
                    const std::string& says) {
  const auto database = CountryDatabase::open(path);
  const std::string what = database ? "no error" : database.error().what;
  if (database || database.error().kind != kind ||
      !what.starts_with(path + ": ") || what.find(says) == what.npos) {
    fail_msg("expected \"%s\", got: %s", says.c_str(), what.c_str());
  }
}

void assert_country(const CountryDatabase& database, const char* address,
                    const char* wanted) {
  assert_string_equal(country(database, address).c_str(), wanted);
}

TEST("the country of an address is its country's iso_code") {
  const Copy copy;
  const auto database = opened(copy);
  assert_country(*database, "192.0.2.1", "DE");
  assert_country(*database, "192.0.2.255", "DE");
  assert_country(*database, "2001:db8:1::1", "AT");
}

TEST("an IPv4 address that is written as IPv6 has its country") {
  const Copy copy;
  assert_country(*opened(copy), "::ffff:192.0.2.1", "DE");
}

TEST("mmdblookup reads the same from the database") {
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    const auto shown =
        check::run_command(std::string("mmdblookup --file ") + kFixture +
                           " --ip " + address + " country iso_code");
    assert_true(shown.succeeded);
    const Copy copy;
    const std::string quoted = '"' + country(*opened(copy), address) + '"';
    assert_true(shown.output.find(quoted) != std::string::npos);
  }
}

TEST("an address without record or country is in no known country") {
  const Copy copy;
  const auto database = opened(copy);
  assert_country(*database, "8.8.8.8", "");
  assert_country(*database, "198.51.100.1", "");  // registered_country alone
  assert_country(*database, "203.0.113.200", "");
  // Nothing of this was taken for damage.
  assert_true(country(*database, "203.0.113.1").find("damaged") !=
              std::string::npos);
}

TEST("damage is told once, and then the country is unknown") {
  const Copy copy;
  const auto database = opened(copy);
  const auto told = database->country(*Address::parse("203.0.113.1"));
  assert_false(told.has_value());
  assert_true(told.error().kind == ErrorKind::damaged);
  assert_true(told.error().what.starts_with(copy.path() + ": "));
  assert_country(*database, "203.0.113.1", "");
  assert_country(*database, "192.0.2.1", "DE");
}

TEST("a file that is missing, not to be trusted or none is refused") {
  const Copy copy;
  assert_refused(copy.path() + ".none", ErrorKind::not_found,
                 "put a database of countries there");
  assert_int_equal(chmod(copy.path().c_str(), 0666), 0);
  assert_refused(copy.path(), ErrorKind::refused, "chmod go-w");
  const std::string link = copy.path() + ".link";
  std::filesystem::create_symlink(copy.path(), link);
  assert_refused(link, ErrorKind::refused, "a symbolic link");
  copy.write("country: DE\n");
  assert_refused(copy.path(), ErrorKind::malformed, "GeoLite2-Country.mmdb");
  copy.write("");
  assert_refused(copy.path(), ErrorKind::malformed, "GeoLite2-Country.mmdb");
}

TEST("a search tree that cannot be in the file is refused") {
  std::string bytes = fixture();
  const std::string key = "node_count";
  const auto at = bytes.rfind(key) + key.size();
  // As many nodes as make the tree's size overflow 32 bits.
  assert_int_equal(bytes[at], '\xc1');
  bytes.replace(at, 2, std::string("\xc4\x2a\xaa\xab\x2b", 5));
  const Copy copy(bytes);
  assert_refused(copy.path(), ErrorKind::malformed,
                 "search tree is longer than the file");
}

TEST("lookups go on when the file is cut off, overwritten or removed") {
  const Copy copy;
  const auto database = opened(copy);
  copy.write("");
  assert_country(*database, "192.0.2.1", "DE");
  std::filesystem::remove(copy.path());
  assert_country(*database, "2001:db8::1", "AT");
}

TEST("opening and closing leaves no descriptor open") {
  const Copy copy;
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         {});
  };
  const auto before = count();
  const auto database = opened(copy);
  assert_int_equal(count(), before);
}

TEST(
    "a file of which any byte is damaged or the end is missing never crashes") {
  const std::string whole = fixture();
  std::mt19937 random(51);
  const Copy copy;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(random());
    if (at % 8 == 0) bytes.resize(at);
    // Not written over: some file systems wait for the disk then.
    std::filesystem::remove(copy.path());
    copy.write(bytes);
    const auto database = open_damaged(copy.path());
    if (!database) continue;
    int errors = 0;
    for (const char* address : kAddresses) {
      if (!(*database)->country(*Address::parse(address))) ++errors;
    }
    assert_true(errors <= 1);
  }
}

TEST("threads may ask at once, and damage is told to one of them") {
  const Copy copy;
  const auto database = opened(copy);
  std::atomic<int> errors{0};
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 1000; ++round) {
        if (!database->country(*Address::parse("203.0.113.1"))) ++errors;
        right += country(*database, "192.0.2.1") == "DE";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  assert_int_equal(errors, 1);
  assert_int_equal(right, 4000);
}

}  // namespace
}  // namespace mfa
