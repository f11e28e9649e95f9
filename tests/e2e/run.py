#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""End-to-end tests with the real sshd, login, sudo, su and cron.

  run.py [FILTER]   tests whose sentence or file name contains FILTER

Output is TAP. Needs root (for namespaces, not for the host: nothing of it is
changed); without, every test is skipped. With CI=true a skip is a failure.
"""

import os
import subprocess
import sys
import threading

sys.dont_write_bytecode = True  # root leaves no files in the tree

import suite  # noqa: E402
from stage import place  # noqa: E402

# Tests mostly wait (for libpam's delays after a failure), so more of them
# than processors run side by side.
SIDE_BY_SIDE = 2 * (os.cpu_count() or 2)


class Report:
    """Numbers the tests and prints each with its remarks in one piece."""

    def __init__(self, planned):
        self._lock = threading.Lock()
        self._count = 0
        self.failed = self.skipped = 0
        print(f"1..{planned}", flush=True)

    def result(self, line, remarks=()):
        with self._lock:
            self._count += 1
            self.failed += line.startswith("not ok")
            self.skipped += "# SKIP" in line
            for remark in remarks:
                print(remark)
            verdict, _, sentence = line.partition(" - ")
            print(f"{verdict} {self._count} - {sentence}", flush=True)


def run_in_place(theme, wanted, sentences, report):
    """One theme in a process and a place of its own."""
    left, remarks = list(sentences), []
    # Should this process be killed, the place ends with it.
    argv = ["setpriv", "--pdeathsig", "KILL",
            *place.command(__file__, "--inside", theme, wanted)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, errors="replace",
                          stdin=subprocess.DEVNULL) as process:
        for line in process.stdout:
            line = line.rstrip("\n")
            if not line.startswith(("ok - ", "not ok - ")):
                remarks.append(line if line[:1] == "#" else "# " + line)
                continue
            left.pop(0)
            report.result(line, remarks)
            remarks = []
    for sentence in left:
        remarks.append(f"#   {theme} ended before this test")
        report.result(f"not ok - {sentence}", remarks)
        remarks = []


# What the stage writes in its private copy.
TOUCHED = ("passwd", "shadow", "group", "sudoers", "pam.d", "ssh", "cron.d",
           "hosts", "hostname", "nsswitch.conf", ".mfa-stage")
UNTOUCHED = "the host's /etc, /dev/log and mounts are as they were before"


def host():
    """What of the host a leaking stage would have changed."""
    with open("/proc/self/mountinfo") as f:
        seen = {"mounts": sorted(line.split()[4] for line in f)}
    seen["/dev/log"] = os.path.lexists("/dev/log")
    for name in TOUCHED:
        paths = [f"/etc/{name}"]
        for folder, _, files in os.walk(paths[0]):
            paths += [f"{folder}/{file}" for file in files]
        for path in filter(os.path.exists, paths):
            status = os.stat(path)
            seen[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return seen


def compare_host(before, report):
    after = host()
    changed = [k for k in sorted(before.keys() | after.keys())
               if before.get(k) != after.get(k)]
    if changed:
        report.result(f"not ok - {UNTOUCHED}", [f"#   changed: {changed}"])
    else:
        report.result(f"ok - {UNTOUCHED}")


def run_all(chosen, wanted, report):
    waiting = list(chosen.items())
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                theme, sentences = waiting.pop(0)
            run_in_place(theme, wanted, sentences, report)

    workers = [threading.Thread(target=work) for _ in range(SIDE_BY_SIDE)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main(wanted=""):
    chosen = {theme: [s for s, _ in suite.tests_of(theme, wanted)]
              for theme in suite.themes()}
    chosen = {theme: s for theme, s in chosen.items() if s}
    report = Report(sum(len(s) for s in chosen.values()) + 1)
    lacking = place.missing()
    if lacking:
        for sentences in chosen.values():
            for sentence in sentences:
                report.result(f"ok - {sentence} # SKIP {lacking}")
        report.result(f"ok - {UNTOUCHED} # SKIP {lacking}")
    else:
        before = host()
        run_all(chosen, wanted, report)
        compare_host(before, report)
    strict = os.environ.get("CI") == "true"
    return 1 if report.failed or (strict and report.skipped) else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--inside"]:
        suite.run_theme(*sys.argv[2:4])
    else:
        sys.exit(main(*sys.argv[1:2]))
