# SPDX-License-Identifier: BSD-3-Clause
"""How the demo looks: headings, plain paragraphs, what a terminal shows."""

import sys
import textwrap

WIDTH = 78
_scene = 0


def title(text):
    print(f"\n{text}\n{'=' * len(text)}\n")


def scene(text):
    global _scene
    _scene += 1
    heading = f"{_scene}. {text}"
    print(f"\n{heading}\n{'-' * len(heading)}\n")


def say(text):
    """A paragraph; the source may break its lines where it likes."""
    print(textwrap.fill(" ".join(text.split()), WIDTH) + "\n")
    sys.stdout.flush()


def command(line):
    print("    $ " + line)


def screen(text):
    """What stood on a terminal, as it was: a QR code is not wrapped."""
    for line in text.strip("\n").splitlines():
        if any(c in line for c in "█▀▄"):
            print("    " + line)
            continue
        for part in textwrap.wrap(line, WIDTH - 6, subsequent_indent="  ",
                                  break_long_words=True) or [""]:
            print("    | " + part)
    print()
    sys.stdout.flush()
