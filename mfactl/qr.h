// SPDX-License-Identifier: BSD-3-Clause
//
// QR codes for a terminal. The only place that knows libqrencode.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/secret.h"

namespace mfa::mfactl {

enum class QrStyle {
  none,
  utf8,  // half blocks: two modules in a character; wants a dark background
  ansi,  // coloured spaces: right on any background, twice as large
};

// The picture, light modules and dark ones.
struct QrMatrix {
  std::size_t size = 0;    // modules on a side, without the quiet zone
  std::vector<bool> dark;  // row by row
};

// nullopt: the text is too long for any QR code.
std::optional<QrMatrix> make_qr(std::string_view text);

// Columns that the picture takes on a terminal.
std::size_t drawn_columns(const QrMatrix& matrix, QrStyle style);

// With the quiet zone that scanners need. It shows a secret, so it is one.
Secret draw_qr(const QrMatrix& matrix, QrStyle style);

}  // namespace mfa::mfactl
