// SPDX-License-Identifier: BSD-3-Clause
//
// How the files of words.h say a sentence in the language of whoever reads it.
// Only they include this: the names by which xgettext finds the sentences
// would be in everybody's way.
#pragma once

#include <fmt/format.h>
#include <libintl.h>

#include <cstdint>
#include <string>

namespace mfa::mfactl::words {

inline constexpr char kDomain[] = "pam_mfa";

inline const char* translated(const char* text) {
  return dgettext(kDomain, text);
}
inline const char* translated(const char* one, const char* many,
                              std::int64_t count) {
  return dngettext(kDomain, one, many, static_cast<unsigned long>(count));
}

// `text` is a translation, so its placeholders are checked when it is used; a
// bad one must not take the message away.
template <class... Arguments>
std::string filled(const char* text, const Arguments&... arguments) {
  try {
    return fmt::format(fmt::runtime(text), arguments...);
  } catch (const fmt::format_error&) {
    return text;
  }
}

}  // namespace mfa::mfactl::words

#define _(text) ::mfa::mfactl::words::translated(text)
// For tables: marks what is translated when it is read.
#define gettext_noop(text) text
#define N_(one, many, count) ::mfa::mfactl::words::translated(one, many, count)
