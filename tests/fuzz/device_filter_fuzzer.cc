// SPDX-License-Identifier: BSD-3-Clause
//
// A rule that is accepted is evaluated, for devices that have everything and
// nothing; one that is refused says where.
#include <cstdint>
#include <cstdlib>

#include "agent/policy/device_filter.h"

namespace {

mfa::Device whole_device() {
  mfa::Device device;
  device.is_compliant = true;
  for (auto& text : device.texts) text = "ServerAD";
  for (auto& list : device.lists) list = {"[ZTDId]:42", ""};
  return device;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const mfa::Device kWhole = whole_device();
  static const mfa::Device kEmpty;
  const auto filter =
      mfa::DeviceFilter::parse({reinterpret_cast<const char*>(data), size});
  if (!filter) {
    if (!filter.error().what.starts_with("at character ")) std::abort();
    return 0;
  }
  filter->matches(&kWhole);
  if (filter->matches(&kEmpty) != filter->matches(nullptr)) std::abort();
  return 0;
}
