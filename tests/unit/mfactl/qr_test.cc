// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/qr.h"

#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "mfactl/layout.h"
#include "tests/check.h"
#include "tests/command.h"

namespace mfa::mfactl {
namespace {

constexpr char kUri[] =
    "otpauth://totp/Example%20Org:alice?issuer=Example%20Org&algorithm=SHA1"
    "&digits=6&period=30&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

// Reads the drawing back, as an eye (or a camera) would: true is light.
std::vector<std::vector<bool>> seen_in_utf8(std::string_view drawing) {
  std::vector<std::vector<bool>> picture;
  std::istringstream lines{std::string(drawing)};
  for (std::string line; std::getline(lines, line);) {
    std::vector<bool> upper, lower;
    for (std::size_t i = 0; i < line.size();) {
      const bool blank = line[i] == ' ';
      const std::string block = blank ? " " : line.substr(i, 3);
      i += block.size();
      upper.push_back(block == "\u2588" || block == "\u2580");
      lower.push_back(block == "\u2588" || block == "\u2584");
    }
    picture.push_back(upper);
    picture.push_back(lower);
  }
  return picture;
}

std::vector<std::vector<bool>> seen_in_ansi(std::string_view drawing) {
  std::vector<std::vector<bool>> picture;
  std::istringstream lines{std::string(drawing)};
  for (std::string line; std::getline(lines, line);) {
    std::vector<bool> row;
    for (std::size_t at = line.find("  "); at != std::string::npos;
         at = line.find("  ", at + 1)) {
      row.push_back(line.substr(0, at).ends_with("[107m"));
    }
    picture.push_back(row);
  }
  return picture;
}

// As a portable greymap, four pixels a module.
void write_pgm(FILE* file, const std::vector<std::vector<bool>>& picture) {
  constexpr std::size_t kScale = 4;
  fprintf(file, "P5 %zu %zu 255\n", picture[0].size() * kScale,
          picture.size() * kScale);
  for (const auto& row : picture) {
    for (std::size_t i = 0; i < kScale; ++i) {
      for (const bool light : row) {
        for (std::size_t j = 0; j < kScale; ++j) fputc(light ? 255 : 0, file);
      }
    }
  }
}

// What a scanner reads in the picture.
std::string scanned(const std::vector<std::vector<bool>>& picture) {
  char path[] = "/tmp/mfa-qr-XXXXXX.pgm";
  const int fd = mkstemps(path, 4);
  FILE* file = fdopen(fd, "wb");
  write_pgm(file, picture);
  fclose(file);
  std::string text = check::run_command("zbarimg --quiet --raw " +
                                        std::string(path) + " 2>/dev/null")
                         .output;
  unlink(path);
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

bool have_scanner() {
  return check::run_command("command -v zbarimg").succeeded;
}

}  // namespace

TEST("the modules of a QR code are libqrencode's") {
  const auto matrix = make_qr(kUri);
  assert_true(matrix.has_value());
  QRcode* expected = QRcode_encodeString8bit(kUri, 0, QR_ECLEVEL_L);
  assert_int_equal(matrix->size, expected->width);
  for (std::size_t i = 0; i < matrix->dark.size(); ++i) {
    assert_int_equal(matrix->dark[i], expected->data[i] & 1);
  }
  QRcode_free(expected);
}

TEST("what is drawn is read by a scanner, in half blocks and in colours") {
  if (!have_scanner()) skip_because("no scanner of QR codes is installed");
  const auto matrix = make_qr(kUri);
  const Secret blocks = draw_qr(*matrix, QrStyle::utf8);
  assert_string_equal(scanned(seen_in_utf8(blocks.reveal())).c_str(), kUri);
  const Secret colours = draw_qr(*matrix, QrStyle::ansi);
  assert_string_equal(scanned(seen_in_ansi(colours.reveal())).c_str(), kUri);
}

TEST("a drawing has four light modules around the code and even lines") {
  const auto matrix = make_qr(kUri);
  const auto picture = seen_in_ansi(draw_qr(*matrix, QrStyle::ansi).reveal());
  assert_int_equal(picture.size(), matrix->size + 8);
  for (std::size_t i = 0; i < picture.size(); ++i) {
    assert_int_equal(picture[i].size(), picture.size());
    for (std::size_t edge = 0; edge < 4; ++edge) {
      assert_true(picture[edge][i]);
      assert_true(picture[i][edge]);
      assert_true(picture[picture.size() - 1 - edge][i]);
    }
  }
}

TEST("a text for which no QR code is large enough gives none") {
  assert_false(make_qr(std::string(3000, 'x')).has_value());
  assert_true(draw_qr(*make_qr("x"), QrStyle::none).empty());
}

TEST(
    "a usual enrolment fits 80 columns in utf8, and knows when ansi does not") {
  const auto matrix = make_qr(
      "otpauth://totp/Contoso:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&"
      "issuer=Contoso&algorithm=SHA1&digits=6&period=30");
  assert_true(matrix.has_value());
  assert_in_range(drawn_columns(*matrix, QrStyle::utf8), 40, 80);
  assert_in_range(drawn_columns(*matrix, QrStyle::ansi), 81, 160);
  const Secret drawn = draw_qr(*matrix, QrStyle::utf8);
  const std::string_view text = drawn.reveal();
  assert_int_equal(columns(text.substr(0, text.find('\n'))),
                   drawn_columns(*matrix, QrStyle::utf8));
}

}  // namespace mfa::mfactl
