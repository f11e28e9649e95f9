#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""What run.py counts: suites that lie, crash or hang must not pass."""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent

from tap import run, test  # noqa: E402


def run_suite(script, timeout=10, ci=False):
    """run.py on one suite, a shell script: (exit status, lines)."""
    with tempfile.TemporaryDirectory() as build:
        suites = pathlib.Path(build, "suites.toml")
        command = f"sh -c {shlex.quote(script)}"
        suites.write_text(f"[it]\ncommand = '''{command}'''\n"
                          f"timeout = {timeout}\n")
        done = subprocess.run(
            [HERE / "run.py", "--build", build, "--suites", suites],
            env={**os.environ, "CI": "true" if ci else ""},
            stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.splitlines()


def counts(sentence, script, closing, words="", **how):
    @test(sentence)
    def _():
        status, lines = run_suite(script, **how)
        assert lines[-1] == closing, lines
        assert words in "\n".join(lines), lines
        assert status == (" 0 failed" not in closing), status


counts("what passes is counted", "echo 1..2; echo ok 1 - a; echo ok 2 - b",
       "2 passed, 0 failed, 0 skipped")
counts("a failure is shown with what the test printed",
       "echo 1..1; echo not ok 1 - a; echo '# why: 1 != 2'",
       "0 passed, 1 failed, 0 skipped", "why: 1 != 2")
counts("what a suite says above a failure is shown too",
       "echo 1..2; echo ok 1 - a; echo '# why: 1 != 2'; echo not ok 2 - b",
       "1 passed, 1 failed, 0 skipped", "FAILED b\n      # why: 1 != 2")
counts("several plans in one stream add up",
       "echo 1..1; echo ok 1 - a; echo 1..1; echo ok 1 - b",
       "2 passed, 0 failed, 0 skipped")
counts("a skip is shown with its reason",
       "echo 1..1; echo 'ok 1 - a # SKIP needs root'",
       "0 passed, 0 failed, 1 skipped", "skipped a: needs root")
counts("cmocka's form of a skip is one",
       "echo 1..1; echo needs root; echo 'not ok 1 # SKIP a'",
       "0 passed, 0 failed, 1 skipped", "skipped a: needs root")
counts("the reason of check.h's skip_because() is shown",
       "echo 1..2; echo 'not ok 1 - a'; echo '# why: 1 != 2'; "
       "echo '# skipped: needs root'; echo 'not ok 2 # SKIP b'",
       "0 passed, 1 failed, 1 skipped", "skipped b: needs root")
counts("a reason belongs to one skip only",
       "echo 1..2; echo '# skipped: needs root'; echo 'not ok 1 # SKIP a'; "
       "echo 'not ok 2 # SKIP b'",
       "0 passed, 0 failed, 2 skipped", "skipped b: no reason given")
counts("with CI=true a skip is a failure",
       "echo 1..1; echo 'ok 1 - a # SKIP needs root'",
       "0 passed, 1 failed, 0 skipped", "needs root", ci=True)
counts("with CI=true a skip explains the exit status of its suite",
       "echo 1..1; echo 'ok 1 - a # SKIP needs root'; exit 1",
       "0 passed, 1 failed, 0 skipped", "needs root", ci=True)
counts("a suite that runs no test has failed", "true",
       "0 passed, 1 failed, 0 skipped", "ran no test")
counts("a suite without a plan has failed", "echo ok 1 - a",
       "1 passed, 1 failed, 0 skipped", "no plan")
counts("a suite that stops before its plan ends has failed",
       "echo 1..2; echo ok 1 - a",
       "1 passed, 1 failed, 0 skipped", "planned 2 tests, ran 1")
counts("a suite that crashes has failed, and its last words are shown",
       "echo 1..1; echo ok 1 - a; echo last words >&2; kill -SEGV $$",
       "1 passed, 1 failed, 0 skipped", "last words")
counts("an exit status without a failed test is a failure",
       "echo 1..1; echo ok 1 - a; exit 3",
       "1 passed, 1 failed, 0 skipped", "ended with status 3")
counts("a suite that hangs is ended and has failed",
       "echo 1..1; echo ok 1 - a; sleep 600",
       "1 passed, 1 failed, 0 skipped", "did not end within 1 s", timeout=1)
counts("a bail-out is a failure", "echo 1..1; echo Bail out! no agent",
       "0 passed, 1 failed, 0 skipped", "no agent")
counts("control characters of a test reach no terminal",
       "echo 1..1; printf 'not ok 1 - \\033[31m\\n'",
       "0 passed, 1 failed, 0 skipped", "\\x1b[31m")

if __name__ == "__main__":
    sys.exit(run())
