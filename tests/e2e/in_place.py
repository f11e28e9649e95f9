#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""in_place.py PROGRAM [ARGUMENT...]: runs a program in a place of its own,
where the people of ACCOUNTS have accounts, and ends with its status. Without
root it runs the program as it is."""

import os
import sys

sys.dont_write_bytecode = True  # root leaves no files in the tree

from stage import place  # noqa: E402
from stage.people import People  # noqa: E402

ACCOUNTS = ("alice", "bob", "mfa-agent")


def main(*argv):
    if place.inside():
        people = People()
        for name in ACCOUNTS:
            people.add(name)
        os.execv(argv[0], argv)
    lacking = place.missing()
    if lacking:
        print(f"# not in a private place: {lacking}", flush=True)
        os.execv(argv[0], argv)
    enter = place.command(__file__, *argv)
    os.execvp(enter[0], enter)


if __name__ == "__main__":
    main(*sys.argv[1:])
