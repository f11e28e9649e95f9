// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/qr.h"

#include <qrencode.h>

#include <memory>

namespace mfa::mfactl {
namespace {

// ISO 18004 asks for four light modules around the code.
constexpr std::size_t kQuietZone = 4;

// Outside the code everything is light.
bool is_dark(const QrMatrix& matrix, std::size_t row, std::size_t column) {
  if (row < kQuietZone || column < kQuietZone) return false;
  row -= kQuietZone;
  column -= kQuietZone;
  if (row >= matrix.size || column >= matrix.size) return false;
  return matrix.dark[row * matrix.size + column];
}

// Light is what the terminal draws, dark is its background.
const char* half_block(bool upper_dark, bool lower_dark) {
  if (upper_dark) return lower_dark ? " " : "\u2584";
  return lower_dark ? "\u2580" : "\u2588";
}

std::string draw_utf8(const QrMatrix& matrix) {
  const std::size_t side = matrix.size + 2 * kQuietZone;
  std::string out;
  for (std::size_t row = 0; row < side; row += 2) {
    for (std::size_t column = 0; column < side; ++column) {
      // An odd side leaves half a line below the code; the background.
      const bool below = row + 1 >= side || is_dark(matrix, row + 1, column);
      out += half_block(is_dark(matrix, row, column), below);
    }
    out += '\n';
  }
  return out;
}

std::string draw_ansi(const QrMatrix& matrix) {
  constexpr char kWhite[] = "\033[107m";
  constexpr char kBlack[] = "\033[40m";
  constexpr char kReset[] = "\033[0m\n";
  const std::size_t side = matrix.size + 2 * kQuietZone;
  std::string out;
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      out += is_dark(matrix, row, column) ? kBlack : kWhite;
      out += "  ";
    }
    out += kReset;
  }
  return out;
}

}  // namespace

std::optional<QrMatrix> make_qr(std::string_view text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeData(static_cast<int>(text.size()),
                        static_cast<const unsigned char*>(
                            static_cast<const void*>(text.data())),
                        0, QR_ECLEVEL_L),
      QRcode_free);
  if (!code) return std::nullopt;
  QrMatrix matrix;
  matrix.size = static_cast<std::size_t>(code->width);
  const std::size_t modules = matrix.size * matrix.size;
  for (std::size_t i = 0; i < modules; ++i) {
    matrix.dark.push_back((code->data[i] & 1) != 0);
  }
  return matrix;
}

std::size_t drawn_columns(const QrMatrix& matrix, QrStyle style) {
  if (style == QrStyle::none) return 0;
  const std::size_t side = matrix.size + 2 * kQuietZone;
  return style == QrStyle::ansi ? 2 * side : side;
}

Secret draw_qr(const QrMatrix& matrix, QrStyle style) {
  if (style == QrStyle::none) return Secret();
  std::string drawn =
      style == QrStyle::utf8 ? draw_utf8(matrix) : draw_ansi(matrix);
  Secret secret(drawn);
  wipe(drawn);
  return secret;
}

}  // namespace mfa::mfactl
