#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What a central directory costs: slapd, mfa-connector, mfa-agent, all real.

  run.py [PEOPLE...]     one directory of each size after another

Needs root, for a private /etc with made-up accounts; what is written lies in
$TMPDIR, else in /var/tmp (a disk: fsync in memory costs nothing), and is
removed at the end. tests/bench/README.md says how to read the tables.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # root leaves no files in the tree

TESTS = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TESTS / "connector"), str(TESTS / "e2e")]

from stage import place  # noqa: E402

DEFAULT_SIZE = "100000"


def inside(folder, sizes):
    import pipeline
    tempfile.tempdir = folder
    pipeline.run([int(size) for size in sizes])


def outside(sizes):
    lacking = place.missing()
    if lacking:
        sys.exit(f"bench-directory {lacking}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = tempfile.mkdtemp(prefix="mfa-bench-",
                              dir=os.environ.get("TMPDIR", "/var/tmp"))
    os.chmod(folder, 0o755)
    try:
        return subprocess.run(
            ["setpriv", "--pdeathsig", "KILL",
             *place.command(__file__, folder, *sizes)], check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if place.inside():
        inside(sys.argv[1], sys.argv[2:])
    else:
        sys.exit(outside(sys.argv[1:] or [DEFAULT_SIZE]))
