#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""make demo: real ssh sign-ins with a second factor, told in plain words.

Plays on the stage of the end-to-end tests: a private copy of /etc, a private
loopback network, the real sshd and the freshly built module and agent. Ends
with status 1 when anything happened otherwise than it was told.

  demo.py           plays the scenes
  demo.py --shell   plays none; leaves everything running and opens a shell
"""

import os
import sys

sys.dont_write_bytecode = True  # root leaves no files in the tree
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "tests", "e2e"))

from stage import place  # noqa: E402


def enter_place():
    lacking = place.missing()
    if lacking and os.geteuid() != 0:
        sys.exit("The demo needs root for a private copy of /etc and a private "
                 "network: sudo make demo")
    if lacking:
        sys.exit("The demo cannot run here: it " + lacking)
    # The libraries come from the stage; the programs from the build.
    for program in ("pam_mfa.so", "mfa-agent", "mfactl"):
        path = f"{os.environ.get('MFA_BUILD', 'build')}/{program}"
        if not os.path.exists(path):
            sys.exit(f"The demo needs {path}: run make")
    argv = place.command(__file__, *sys.argv[1:])
    os.execvp(argv[0], argv)


def main():
    if not place.inside():
        enter_place()
    import scenes
    import shell
    if sys.argv[1:] == ["--shell"]:
        return shell.run()
    return scenes.play()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped. Nothing is left behind.")
    except AssertionError as error:
        sys.exit(f"\nThe demo cannot go on: {error}")
