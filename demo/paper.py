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
    print(textwrap.fill(" ".join(text.split()), WIDTH,
                        break_on_hyphens=False) + "\n")
    sys.stdout.flush()


def command(line):
    print("    $ " + line)


def screen(text):
    """What stood on a terminal, as a quotation."""
    for line in text.strip("\n").splitlines():
        for part in textwrap.wrap(line, WIDTH - 6, subsequent_indent="  ",
                                  break_on_hyphens=False) or [""]:
            print("    | " + part)
    print()
    sys.stdout.flush()


def output(text):
    """What a program printed that knows itself how wide a page is."""
    print(text.strip("\n") + "\n")
    sys.stdout.flush()
