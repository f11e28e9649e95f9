// SPDX-License-Identifier: BSD-3-Clause
#include "agent/base/base64.h"

#include "agent/base/sha256.h"
#include "tests/check.h"

namespace mfa {
namespace {

std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

// RFC 4648, section 10.
const struct {
  const char* bytes;
  const char* base64;
} kVectors[] = {{"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"}};

TEST("base64 is read and written as in RFC 4648") {
  for (const auto& each : kVectors) {
    assert_true(decode_base64(each.base64) == bytes_of(each.bytes));
    std::string unpadded = each.base64;
    std::erase(unpadded, '=');
    assert_string_equal(encode_base64_unpadded(bytes_of(each.bytes)).c_str(),
                        unpadded.c_str());
  }
}

TEST("what is not base64 in its only form is refused") {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v ",
                           " Zm9v", "Zm9v\n", "Zm-v", "Zm_v", "====", "Z"}) {
    if (decode_base64(text)) fail_msg("taken: %s", text);
  }
  assert_false(decode_base64(std::string_view("Zm9v\0", 5)).has_value());
}

TEST("SHA-256 is that of FIPS 180") {
  const auto of_abc = sha256(bytes_of("abc"));
  assert_string_equal(encode_base64_unpadded(of_abc).c_str(),
                      "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
  const auto of_nothing = sha256({});
  assert_string_equal(encode_base64_unpadded(of_nothing).c_str(),
                      "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
}

}  // namespace
}  // namespace mfa
