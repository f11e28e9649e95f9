// SPDX-License-Identifier: BSD-3-Clause
#include "agent/cache/keys.h"

#include <algorithm>
#include <span>

#include "agent/base/sha256.h"

namespace mfa {

HashedKey hashed(std::string_view name) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(name.data());
  const auto digest = sha256(std::span(bytes, name.size()));
  HashedKey key;
  std::memcpy(key.bytes.data(), digest.data(), key.bytes.size());
  return key;
}

HashedKey from_row(std::string_view bytes) {
  HashedKey key;
  if (bytes.size() == key.bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  }
  return key;
}

std::vector<HashedKey> hashed(const std::vector<DirectoryKey>& names) {
  std::vector<HashedKey> keys;
  keys.reserve(names.size());
  for (const DirectoryKey& name : names) keys.push_back(hashed(name));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::string packed(const std::vector<HashedKey>& keys) {
  std::string blob;
  blob.reserve(keys.size() * sizeof(HashedKey));
  for (const HashedKey& key : keys) {
    blob.append(key.bytes.data(), key.bytes.size());
  }
  return blob;
}

std::vector<HashedKey> unpacked(std::string_view blob) {
  constexpr std::size_t kSize = sizeof(HashedKey);
  std::vector<HashedKey> keys;
  for (; blob.size() >= kSize; blob.remove_prefix(kSize)) {
    keys.push_back(from_row(blob.substr(0, kSize)));
  }
  return keys;
}

}  // namespace mfa
