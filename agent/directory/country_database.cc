// SPDX-License-Identifier: BSD-3-Clause
#include "agent/directory/country_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "agent/base/escape.h"
#include "agent/base/unique_fd.h"
#include "agent/config/trusted_file.h"

namespace mfa {
namespace {

constexpr char kAdvice[] =
    "put a database of countries there (GeoLite2-Country.mmdb), or remove "
    "country_database from the configuration";

tl::unexpected<Error> unusable(ErrorKind kind, const std::string& path,
                               std::string_view what) {
  return error(kind, fmt::format("{}: {}; {}", escaped(path), what, kAdvice));
}

tl::unexpected<Error> no_memory(const std::string& path) {
  return error(ErrorKind::unavailable,
               fmt::format("{}: cannot be kept in memory: {}; free some memory",
                           escaped(path), std::strerror(errno)));
}

Result<std::string> read_database(const std::string& path) {
  auto bytes = read_trusted_file(path, kMaxCountryDatabaseBytes);
  if (!bytes && bytes.error().kind == ErrorKind::not_found) {
    return unusable(ErrorKind::not_found, path, "there is no such file");
  }
  if (bytes && bytes->size() > kMaxCountryDatabaseBytes) {
    return unusable(
        ErrorKind::malformed, path,
        fmt::format("longer than {} MiB", kMaxCountryDatabaseBytes >> 20));
  }
  return bytes;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return false;
    bytes.remove_prefix(
        static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

// The library maps its file into memory. Were it the file on disk, `cp` onto
// it would cut it off beneath the mapping, and the next lookup would end the
// agent by SIGBUS. So it gets a copy that nobody can change.
Result<UniqueFd> sealed_copy(const std::string& bytes,
                             const std::string& path) {
  UniqueFd fd(
      memfd_create("country-database", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || !write_all(fd.get(), bytes) ||
      fcntl(fd.get(), F_ADD_SEALS,
            F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    return no_memory(path);
  }
  return fd;
}

// libmaxminddb 1.7 computes this in 32 bits and would look for data in the
// wrong place.
bool tree_fits(const MMDB_s& database) {
  constexpr std::uint64_t kSeparatorBytes = 16;
  const MMDB_metadata_s& metadata = database.metadata;
  const std::uint64_t node_bytes = metadata.record_size * 2u / 8u;
  const std::uint64_t tree_bytes = node_bytes * metadata.node_count;
  return tree_bytes + kSeparatorBytes <=
         static_cast<std::uint64_t>(database.file_size);
}

MMDB_lookup_result_s look_up(const MMDB_s& database, const Address& address,
                             int& failure) {
  sockaddr_storage storage{};
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, address.bytes().data() + 12, 4);
    std::memcpy(&storage, &v4, sizeof v4);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, address.bytes().data(), 16);
    std::memcpy(&storage, &v6, sizeof v6);
  }
  return MMDB_lookup_sockaddr(
      &database, reinterpret_cast<const sockaddr*>(&storage), &failure);
}

// A record without a country, not a fault.
bool has_no_country(int failure, const MMDB_entry_data_s& value) {
  return failure == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR ||
         failure == MMDB_INVALID_LOOKUP_PATH_ERROR ||
         (failure == MMDB_SUCCESS && !value.has_data);
}

}  // namespace

void CountryDatabase::Close::operator()(MMDB_s* database) const {
  MMDB_close(database);
  delete database;
}

Result<std::unique_ptr<CountryDatabase>> CountryDatabase::open(
    const std::string& path) {
  const auto bytes = read_database(path);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto copy = sealed_copy(*bytes, path);
  if (!copy) return tl::unexpected(copy.error());
  // The copy has no other name.
  const std::string name = fmt::format("/proc/self/fd/{}", copy->get());
  auto raw = std::make_unique<MMDB_s>();
  // Of some damaged metadata (wrong languages or descriptions) libmaxminddb 1.7
  // loses 4.6 KiB within this call. It is not ours to free: the list was only
  // in a local of the library's, and what a failed open leaves must not be
  // closed. It happens once per start or reload with such a file of root's.
  const int failure = MMDB_open(name.c_str(), MMDB_MODE_MMAP, raw.get());
  if (failure != MMDB_SUCCESS) {
    return unusable(ErrorKind::malformed, path, MMDB_strerror(failure));
  }
  Database database(raw.release());
  if (!tree_fits(*database)) {
    return unusable(ErrorKind::malformed, path,
                    "the database is damaged: its search tree is longer than "
                    "the file");
  }
  return std::unique_ptr<CountryDatabase>(
      new CountryDatabase(path, std::move(database)));
}

Result<std::optional<CountryCode>> CountryDatabase::country(
    const Address& address) const {
  int failure = MMDB_SUCCESS;
  MMDB_lookup_result_s found = look_up(*database_, address, failure);
  if (failure == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR) return std::nullopt;
  if (failure != MMDB_SUCCESS) return damaged(MMDB_strerror(failure));
  if (!found.found_entry) return std::nullopt;
  constexpr const char* kPath[] = {"country", "iso_code", nullptr};
  MMDB_entry_data_s value{};
  failure = MMDB_aget_value(&found.entry, &value, kPath);
  if (has_no_country(failure, value)) return std::nullopt;
  if (failure != MMDB_SUCCESS) return damaged(MMDB_strerror(failure));
  const auto country =
      value.type == MMDB_DATA_TYPE_UTF8_STRING
          ? CountryCode::parse({value.utf8_string, value.data_size})
          : std::nullopt;
  if (!country) return damaged("country.iso_code is not two letters");
  return country;
}

Result<std::optional<CountryCode>> CountryDatabase::damaged(
    const char* what) const {
  if (told_.exchange(true)) return std::nullopt;
  return error(ErrorKind::damaged,
               fmt::format("{}: the database is damaged: {}; the country of "
                           "some addresses counts as unknown until it is "
                           "downloaded anew and the agent reloaded",
                           escaped(path_), what));
}

}  // namespace mfa
