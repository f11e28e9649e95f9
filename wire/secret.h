// SPDX-License-Identifier: BSD-3-Clause
//
// A value that must not leak: it cannot be copied, printed or compared with
// ==, and its bytes are wiped when it ends. Used by the module (answers) and
// by the agent (answers, seeds).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace mfa {

// Overwrites memory in a way the compiler may not remove.
void wipe(void* memory, std::size_t size) noexcept;

// Wipes the whole buffer of a string or vector, then empties it.
template <class Buffer>
void wipe(Buffer& buffer) noexcept {
  // What a longer value left behind the end counts too. Never reallocates.
  buffer.resize(buffer.capacity());
  wipe(buffer.data(), buffer.size() * sizeof(*buffer.data()));
  buffer.clear();
}

class Secret {
 public:
  Secret() = default;
  // Copies `text`; the caller still owns (and wipes) the original.
  explicit Secret(std::string_view text);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  // A deliberate, explicit copy, for the few places that need one.
  Secret duplicate() const { return Secret(reveal()); }

  // The only way in. The view dies with this object.
  std::string_view reveal() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Takes the same time wherever the first difference is.
  bool equals(std::string_view other) const;

  bool operator==(const Secret&) const = delete;

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace mfa
