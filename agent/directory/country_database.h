// SPDX-License-Identifier: BSD-3-Clause
//
// Which country an address is in, by a MaxMind database file (GeoLite2
// Country, or any with `country.iso_code`). Where the provider registered the
// address (`registered_country`) is not asked: that is not where a person is.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "agent/base/result.h"
#include "agent/model/address.h"
#include "agent/model/sign_in_facts.h"

struct MMDB_s;

namespace mfa {

// A database of cities has 60 MiB; it is kept in memory whole.
inline constexpr std::size_t kMaxCountryDatabaseBytes = 256 << 20;

class CountryDatabase {
 public:
  // The file is trusted as a configuration is (config/trusted_file.h), and
  // copied: whatever becomes of it, lookups go on with what was opened.
  static Result<std::unique_ptr<CountryDatabase>> open(const std::string& path);

  // Any thread. nullopt: the database does not say. An error (`damaged`), the
  // first time that the database turns out to be broken; afterwards what it
  // cannot say is nullopt.
  Result<std::optional<CountryCode>> country(const Address& address) const;

 private:
  struct Close {
    void operator()(MMDB_s* database) const;
  };
  using Database = std::unique_ptr<MMDB_s, Close>;

  CountryDatabase(std::string path, Database database)
      : path_(std::move(path)), database_(std::move(database)) {}
  Result<std::optional<CountryCode>> damaged(const char* what) const;

  const std::string path_;
  const Database database_;
  mutable std::atomic<bool> told_{false};
};

}  // namespace mfa
