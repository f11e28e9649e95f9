// SPDX-License-Identifier: BSD-3-Clause
#include "connector/ldap/dn_key.h"

#include <fmt/format.h>
#include <ldap.h>
#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "agent/base/sha256.h"
#include "connector/ldap/binary_ids.h"
#include "connector/ldap/limits.h"

namespace mfa::connector::ldap {
namespace {

// RFC 4519: the other ways to write what names entries.
constexpr std::pair<std::string_view, std::string_view> kShortNames[] = {
    {"commonname", "cn"},
    {"2.5.4.3", "cn"},
    {"userid", "uid"},
    {"0.9.2342.19200300.100.1.1", "uid"},
    {"domaincomponent", "dc"},
    {"0.9.2342.19200300.100.1.25", "dc"},
    {"organizationalunitname", "ou"},
    {"2.5.4.11", "ou"},
    {"organizationname", "o"},
    {"2.5.4.10", "o"},
    {"localityname", "l"},
    {"2.5.4.7", "l"},
    {"countryname", "c"},
    {"2.5.4.6", "c"},
    {"stateorprovincename", "st"},
    {"2.5.4.8", "st"},
    {"surname", "sn"},
    {"2.5.4.4", "sn"},
};

std::string_view view(const berval& value) {
  return {value.bv_val, value.bv_len};
}

// One well-formed UTF-8 sequence at the start of `text`, or 0 bytes.
struct Sequence {
  char32_t point = 0;
  std::size_t length = 0;
};

Sequence next_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0   ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc2 ? 2
                                            : 0;
  if (length == 0 || lead > 0xf4 || text.size() < length) return {};
  char32_t point = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3fu);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < kLeast[length] || point > 0x10ffff || surrogate) return {};
  return {point, length};
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6), put(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12), put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  } else {
    put(0xf0 | c >> 18), put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f)), put(0x80 | (c & 0x3f));
  }
}

// The process runs in the C locale, which knows ASCII alone.
char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  static const locale_t kUnicode =
      newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
  if (kUnicode == static_cast<locale_t>(nullptr)) return c;
  return static_cast<char32_t>(towlower_l(static_cast<wint_t>(c), kUnicode));
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

enum class Fold { none, value };

// Invalid bytes and control characters as \HH, `special` by a backslash.
std::string clean(std::string_view text, std::string_view special, Fold fold) {
  std::string out;
  bool space = true;  // leading ones are not significant
  while (!text.empty()) {
    const Sequence sequence = next_sequence(text);
    if (sequence.length == 0 || is_control(sequence.point)) {
      const std::size_t bytes = std::max<std::size_t>(sequence.length, 1);
      for (const char c : text.substr(0, bytes)) {
        out += fmt::format("\\{:02x}", static_cast<unsigned char>(c));
      }
      text.remove_prefix(bytes);
      space = false;
      continue;
    }
    const char32_t c =
        fold == Fold::value ? lower(sequence.point) : sequence.point;
    const bool repeated = fold == Fold::value && c == ' ' && space;
    space = c == ' ';
    if (!repeated) {
      if (c < 0x80 && special.find(static_cast<char>(c)) != special.npos) {
        out += '\\';
      }
      append_utf8(out, c);
    }
    text.remove_prefix(sequence.length);
  }
  if (fold == Fold::value && out.ends_with(' ')) out.pop_back();
  return out;
}

std::string bounded(std::string key) {
  if (key.size() <= kLongestName) return key;
  const auto hash = sha256(
      std::span(reinterpret_cast<const std::uint8_t*>(key.data()), key.size()));
  return "sha256:" +
         to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string type_key(std::string_view type) {
  std::string key = clean(type, "", Fold::value);
  for (const auto& [other, name] : kShortNames) {
    if (key == other) return std::string(name);
  }
  return key;
}

std::string rdn_key(LDAPRDN rdn) {
  std::vector<std::string> parts;
  for (LDAPAVA** ava = rdn; ava && *ava; ++ava) {
    const berval& value = (*ava)->la_value;
    const bool binary = ((*ava)->la_flags & LDAP_AVA_BINARY) != 0;
    parts.push_back(type_key(view((*ava)->la_attr)) + '=' +
                    (binary ? '#' + to_hex(view(value))
                            : clean(view(value), "\\,+\"<>;=#", Fold::value)));
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, "+"));
}

}  // namespace

std::string dn_key(std::string_view dn) {
  if (dn.empty()) return {};
  std::string text(dn);
  berval bytes{text.size(), text.data()};
  LDAPDN parsed = nullptr;
  if (ldap_bv2dn(&bytes, &parsed, LDAP_DN_FORMAT_LDAP) != LDAP_SUCCESS) {
    return bounded(clean(dn, "", Fold::value));
  }
  std::string key;
  for (LDAPRDN* rdn = parsed; rdn && *rdn; ++rdn) {
    if (rdn != parsed) key += ',';
    key += rdn_key(*rdn);
  }
  ldap_dnfree(parsed);
  return bounded(std::move(key));
}

std::string unique_member_key(std::string_view value) {
  const auto hash = value.rfind('#');
  const bool has_uid = hash != value.npos && hash > 0 &&
                       value[hash - 1] != '\\' && value.ends_with("'B") &&
                       value.substr(hash).starts_with("#'");
  return dn_key(has_uid ? value.substr(0, hash) : value);
}

std::string plain_key(std::string_view text) {
  return bounded(clean(text, "", Fold::none));
}

}  // namespace mfa::connector::ldap
