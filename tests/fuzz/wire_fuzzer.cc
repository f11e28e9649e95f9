// SPDX-License-Identifier: BSD-3-Clause
//
// What decodes re-encodes to the same bytes, whatever the bytes.
#include <cstdlib>

#include "wire/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const mfa::wire::Decoded decoded = mfa::wire::decode({data, size});
  if (!decoded.message) return decoded.error ? 0 : (std::abort(), 0);
  const auto bytes = mfa::wire::encode(*decoded.message);
  if (!bytes || *bytes != mfa::wire::Bytes(data, data + size)) std::abort();
  return 0;
}
