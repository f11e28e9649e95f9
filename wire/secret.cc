// SPDX-License-Identifier: BSD-3-Clause
#include "wire/secret.h"

#include <string.h>

#include <cstring>
#include <utility>

namespace mfa {

void wipe(void* memory, std::size_t size) noexcept {
  if (size != 0) explicit_bzero(memory, size);
}

Secret::Secret(std::string_view text)
    : bytes_(text.empty() ? nullptr : new char[text.size()]),
      size_(text.size()) {
  if (size_ != 0) std::memcpy(bytes_.get(), text.data(), size_);
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  if (bytes_) wipe(bytes_.get(), size_);
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Secret::~Secret() {
  if (bytes_) wipe(bytes_.get(), size_);
}

bool Secret::equals(std::string_view other) const {
  if (other.size() != size_) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    difference = static_cast<unsigned char>(
        difference | (static_cast<unsigned char>(bytes_[i]) ^
                      static_cast<unsigned char>(other[i])));
  }
  return difference == 0;
}

}  // namespace mfa
