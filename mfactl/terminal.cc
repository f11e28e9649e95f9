// SPDX-License-Identifier: BSD-3-Clause
#include "mfactl/terminal.h"

#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mfactl/layout.h"

namespace mfa::mfactl {
namespace {

// What a terminal has that does not know its size: a serial console.
constexpr std::size_t kUsualWidth = 80;

// While it lives, Ctrl-C ends a read from the terminal and not the program.
class InterruptsRead {
 public:
  InterruptsRead() {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &before_);  // without SA_RESTART
  }
  ~InterruptsRead() { sigaction(SIGINT, &before_, nullptr); }
  InterruptsRead(const InterruptsRead&) = delete;
  InterruptsRead& operator=(const InterruptsRead&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

bool can_ask() { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

bool output_is_terminal() { return isatty(STDOUT_FILENO); }

bool is_utf8_locale() { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

std::optional<std::size_t> terminal_width() {
  if (!output_is_terminal()) return std::nullopt;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
  return known && size.ws_col > 0 ? size.ws_col : kUsualWidth;
}

QrStyle best_qr_style() {
  if (!output_is_terminal()) return QrStyle::none;
  if (is_utf8_locale()) return QrStyle::utf8;
  const char* terminal = getenv("TERM");
  const bool has_colours = terminal && strcmp(terminal, "dumb") != 0;
  return has_colours ? QrStyle::ansi : QrStyle::none;
}

std::optional<Secret> ask(std::string_view prompt) {
  const InterruptsRead guard;
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
  fprintf(stderr, "mfactl: %s\n", printable(text).c_str());
}

}  // namespace mfa::mfactl
