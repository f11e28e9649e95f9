// SPDX-License-Identifier: BSD-3-Clause
//
// What one connection keeps between its calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "agent/cache/cache.h"

namespace mfa::control {

// The generation that a connector has begun. Given up unless it was committed:
// also when the connection ends in the middle.
class OpenGeneration {
 public:
  OpenGeneration(std::weak_ptr<DirectoryCache> cache, std::uint64_t number,
                 BeginGeneration begun)
      : cache_(std::move(cache)), number_(number), begun_(std::move(begun)) {}
  ~OpenGeneration() {
    // At the end of the program connections outlive the cache.
    const auto cache = is_over_ ? nullptr : cache_.lock();
    if (cache) cache->abort(number_);
  }
  OpenGeneration(const OpenGeneration&) = delete;
  OpenGeneration& operator=(const OpenGeneration&) = delete;

  std::uint64_t number() const { return number_; }
  const BeginGeneration& begun() const { return begun_; }
  // The cache has ended it: nothing is to be given up.
  void end() { is_over_ = true; }

 private:
  std::weak_ptr<DirectoryCache> cache_;
  std::uint64_t number_;
  BeginGeneration begun_;
  bool is_over_ = false;
};

struct Session {
  std::unique_ptr<OpenGeneration> generation;  // nullptr: none is open
};

}  // namespace mfa::control
