// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/terminal.h"

#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

namespace mfa::mfactl {

bool can_ask() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

bool output_is_terminal() { return isatty(STDOUT_FILENO); }

bool is_utf8_locale() { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

QrStyle best_qr_style() {
  if (!output_is_terminal()) return QrStyle::none;
  if (is_utf8_locale()) return QrStyle::utf8;
  const char* terminal = getenv("TERM");
  const bool has_colours = terminal && strcmp(terminal, "dumb") != 0;
  return has_colours ? QrStyle::ansi : QrStyle::none;
}

std::optional<Secret> ask(std::string_view prompt) {
  print(prompt);
  // A line longer than any code is still one answer, and a wrong one.
  char line[256] = {};
  if (!fgets(line, sizeof line, stdin)) return std::nullopt;
  line[strcspn(line, "\r\n")] = '\0';
  Secret answer{std::string_view(line)};
  wipe(line, sizeof line);
  return answer;
}

void print(std::string_view text) {
  fwrite(text.data(), 1, text.size(), stdout);
  fflush(stdout);
}

void complain(std::string_view text) {
  fprintf(stderr, "mfactl: %.*s\n", static_cast<int>(text.size()), text.data());
}

}  // namespace mfa::mfactl
