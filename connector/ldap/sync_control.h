// SPDX-License-Identifier: BSD-3-Clause
//
// The messages of the LDAP Content Synchronization Operation (RFC 4533), BER
// to values and back. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mfa::connector::ldap {

// Of refreshAndPersist. nullopt: everything.
std::string encode_sync_request(const std::optional<std::string>& cookie);

// With every entry. `id` is a UUID in its text.
struct SyncState {
  enum class What { present, add, modify, gone };
  What what = What::present;
  std::string id;
  std::optional<std::string> cookie;
};

// At the end of a search that ends.
struct SyncDone {
  std::optional<std::string> cookie;
  bool refresh_deletes = false;
};

// Between entries.
struct SyncInfo {
  enum class What {
    new_cookie,
    // The end of a phase: what was not mentioned in a present phase is gone;
    // in a delete phase it is unchanged.
    delete_phase_over,
    present_phase_over,
    ids,
  };
  What what = What::new_cookie;
  std::optional<std::string> cookie;
  bool refresh_done = true;      // of a phase: no other follows
  bool ids_are_deleted = false;  // of ids: else present
  std::vector<std::string> ids;
};

// nullopt: not what RFC 4533 says, or beyond our limits.
std::optional<SyncState> decode_sync_state(std::string_view bytes);
std::optional<SyncDone> decode_sync_done(std::string_view bytes);
std::optional<SyncInfo> decode_sync_info(std::string_view bytes);

}  // namespace mfa::connector::ldap
