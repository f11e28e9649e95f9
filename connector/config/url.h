// SPDX-License-Identifier: BSD-3-Clause
//
// What a configuration may say of a server: a scheme, a host and a port, and
// nothing that a library could understand otherwise than the administrator
// (no user, path, query or fragment). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mfa::connector {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // a name, or an address without brackets
  std::optional<std::uint16_t> port;
};

// A slash at the end is taken; anything else behind the port is not.
std::optional<Url> parse_url(std::string_view text);

// RFC 1123: labels of letters, digits and hyphens, at most 253 bytes.
bool is_host_name(std::string_view text);

// 127.0.0.0/8, 169.254.0.0/16, ::1, fe80::/10 or "localhost": what answers is
// this machine or its own hypervisor.
bool is_near(const Url& url);

}  // namespace mfa::connector
