// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/sync_control.h"

#include <lber.h>
#include <ldap.h>

#include <memory>

#include "connector/ldap/binary_ids.h"
#include "connector/ldap/limits.h"

namespace mfa::connector::ldap {
namespace {

constexpr int kRefreshAndPersist = 3;
constexpr ber_tag_t kCookie = LBER_OCTETSTRING;
constexpr ber_tag_t kFlag = LBER_BOOLEAN;

struct Free {
  void operator()(BerElement* ber) const { ber_free(ber, 1); }
};

// Reads one value; every step says whether it could.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {
    berval value{bytes_.size(), bytes_.data()};
    ber_.reset(ber_init(&value));
  }

  ber_tag_t next() {
    ber_len_t length = 0;
    return ber_ ? ber_peek_tag(ber_.get(), &length) : LBER_DEFAULT;
  }
  bool open() {
    ber_len_t length = 0;
    return ber_ && ber_skip_tag(ber_.get(), &length) != LBER_DEFAULT;
  }
  bool enumerated(int& value) {
    return next() == LBER_ENUMERATED &&
           ber_scanf(ber_.get(), "e", &value) != LBER_ERROR;
  }
  bool bytes(std::string& value) {
    berval found{};
    if (!ber_ || ber_scanf(ber_.get(), "m", &found) == LBER_ERROR) return false;
    value.assign(found.bv_val, found.bv_len);
    return true;
  }
  bool uuid(std::string& text) {
    std::string found;
    if (next() != LBER_OCTETSTRING || !bytes(found)) return false;
    const auto uuid = uuid_text(found);
    text = uuid.value_or("");
    return uuid.has_value();
  }
  bool optional_cookie(std::optional<std::string>& cookie) {
    if (next() != kCookie) return true;
    cookie.emplace();
    return bytes(*cookie) && cookie->size() <= kLongestCookie;
  }
  bool optional_flag(bool& flag) {
    if (next() != kFlag) return true;
    ber_int_t value = 0;
    if (ber_scanf(ber_.get(), "b", &value) == LBER_ERROR) return false;
    flag = value != 0;
    return true;
  }
  bool uuids(std::vector<std::string>& all) {
    if (next() != LBER_SET || !open()) return false;
    while (remaining() > 0) {
      if (!uuid(all.emplace_back())) return false;
    }
    return true;
  }

 private:
  ber_len_t remaining() {
    ber_len_t length = 0;
    ber_get_option(ber_.get(), LBER_OPT_BER_REMAINING_BYTES, &length);
    return length;
  }

  std::string bytes_;
  std::unique_ptr<BerElement, Free> ber_;
};

bool read_phase(Reader& reader, SyncInfo& info) {
  return reader.open() && reader.optional_cookie(info.cookie) &&
         reader.optional_flag(info.refresh_done);
}

bool read_ids(Reader& reader, SyncInfo& info) {
  return reader.open() && reader.optional_cookie(info.cookie) &&
         reader.optional_flag(info.ids_are_deleted) && reader.uuids(info.ids);
}

bool read_new_cookie(Reader& reader, SyncInfo& info) {
  return reader.bytes(info.cookie.emplace()) &&
         info.cookie->size() <= kLongestCookie;
}

}  // namespace

std::string encode_sync_request(const std::optional<std::string>& cookie) {
  const std::unique_ptr<BerElement, Free> ber(ber_alloc_t(LBER_USE_DER));
  if (cookie) {
    const berval value{cookie->size(), const_cast<char*>(cookie->data())};
    ber_printf(ber.get(), "{eO}", kRefreshAndPersist, &value);
  } else {
    ber_printf(ber.get(), "{e}", kRefreshAndPersist);
  }
  berval encoded{};
  ber_flatten2(ber.get(), &encoded, 0);
  return {encoded.bv_val, encoded.bv_len};
}

std::optional<SyncState> decode_sync_state(std::string_view bytes) {
  Reader reader(bytes);
  SyncState state;
  int what = 0;
  if (reader.next() != LBER_SEQUENCE || !reader.open() ||
      !reader.enumerated(what) || !reader.uuid(state.id) ||
      !reader.optional_cookie(state.cookie) || what < 0 ||
      what > static_cast<int>(SyncState::What::gone)) {
    return std::nullopt;
  }
  state.what = static_cast<SyncState::What>(what);
  return state;
}

std::optional<SyncDone> decode_sync_done(std::string_view bytes) {
  Reader reader(bytes);
  SyncDone done;
  if (reader.next() != LBER_SEQUENCE || !reader.open() ||
      !reader.optional_cookie(done.cookie) ||
      !reader.optional_flag(done.refresh_deletes)) {
    return std::nullopt;
  }
  return done;
}

std::optional<SyncInfo> decode_sync_info(std::string_view bytes) {
  Reader reader(bytes);
  SyncInfo info;
  bool good = false;
  switch (reader.next()) {
    case LDAP_TAG_SYNC_NEW_COOKIE:
      info.what = SyncInfo::What::new_cookie;
      good = read_new_cookie(reader, info);
      break;
    case LDAP_TAG_SYNC_REFRESH_DELETE:
      info.what = SyncInfo::What::delete_phase_over;
      good = read_phase(reader, info);
      break;
    case LDAP_TAG_SYNC_REFRESH_PRESENT:
      info.what = SyncInfo::What::present_phase_over;
      good = read_phase(reader, info);
      break;
    case LDAP_TAG_SYNC_ID_SET:
      info.what = SyncInfo::What::ids;
      good = read_ids(reader, info);
      break;
    default:
      break;
  }
  if (!good) return std::nullopt;
  return info;
}

}  // namespace mfa::connector::ldap
