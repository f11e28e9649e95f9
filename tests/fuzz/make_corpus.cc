// SPDX-License-Identifier: BSD-3-Clause
//
// Writes the wire fuzzer's seeds, one message a file, into the folder named on
// the command line. A unit test compares them with the code.
#include <cstdio>
#include <fstream>

#include "tests/unit/wire/samples.h"
#include "wire/codec.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_corpus FOLDER\n");
    return 2;
  }
  for (const auto& [name, message] : mfa::wire::samples::one_of_each()) {
    const auto bytes = mfa::wire::encode(message).value();
    std::ofstream file(std::string(argv[1]) + "/" + name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
      std::fprintf(stderr, "%s/%s cannot be written\n", argv[1], name.c_str());
      return 1;
    }
  }
}
