// SPDX-License-Identifier: BSD-3-Clause
#include "agent/config/file.h"

#include "agent/config/trusted_file.h"

namespace mfa {

Result<Config> load_config(const std::string& path) {
  const auto text = read_trusted_file(path, kMaxConfigBytes);
  if (!text) return tl::unexpected(text.error());
  return parse_config(*text, path);
}

}  // namespace mfa
