// SPDX-License-Identifier: BSD-3-Clause
//
// Ids that directories keep as bytes, in their usual text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mfa::connector::ldap {

std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

// 16 bytes in the order they are written (entryUUID as syncrepl sends it).
std::optional<std::string> uuid_text(std::string_view bytes);

// 16 bytes of Active Directory's objectGUID: the first three parts are
// little-endian.
std::optional<std::string> guid_text(std::string_view bytes);

// Text of an entryUUID ("e6a2..-..") or of 389 Directory Server's nsUniqueId
// ("e6a2....-........-........-........"), both as lower-case UUID.
std::optional<std::string> canonical_uuid(std::string_view text);

// "S-1-5-21-..."
std::optional<std::string> sid_text(std::string_view bytes);

// The SID of a domain's group, of the SID of one of its members.
std::optional<std::string> sid_of_group(std::string_view member_sid,
                                        std::string_view group_number);

}  // namespace mfa::connector::ldap
