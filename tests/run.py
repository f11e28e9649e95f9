#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Runs the suites of suites.toml and counts what their TAP says.

Prints one line a suite, every failure in full, every skip with its reason,
and last of all `N passed, N failed, N skipped`. A suite that crashes, does
not end in time, breaks its plan or runs no test has failed. With CI=true a
skip is a failure: nobody reads why a machine skipped something.
"""

import argparse
import dataclasses
import functools
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SUITES = ROOT / "tests" / "suites.toml"
SECONDS_TO_CLEAN_UP = 15  # between SIGTERM and SIGKILL, for mounts and users
LINES_OF_A_CRASH = 60

PLAN = re.compile(r"1\.\.(\d+)(?:\s*#\s*skip\w*\s*(.*))?\s*$", re.I)
RESULT = re.compile(r"(not )?ok\b\s*(?:\d+)?\s*(?:- )?(.*)$")
SKIP = re.compile(r"(.*?)\s*(?<!\S)#\s*skip\w*\s*(.*)$", re.I)
REASON = "# skipped: "  # of the test whose result follows


@dataclasses.dataclass
class Suite:
    name: str
    command: list[str]
    timeout: int  # seconds


@dataclasses.dataclass
class Test:
    name: str
    outcome: str  # passed, failed or skipped
    text: list[str]  # what it printed
    reason: str = ""  # of a skip


@dataclasses.dataclass
class Report:
    tests: list[Test]
    problems: list[str]  # what is wrong with the suite itself
    rest: list[str]  # printed after the last result
    seconds: float = 0.0

    def with_outcome(self, outcome):
        return [test for test in self.tests if test.outcome == outcome]


def load_suites(path, build):
    with open(path, "rb") as file:
        tables = tomllib.load(file)
    return [
        Suite(name, shlex.split(table["command"].replace("{build}", build)),
              table["timeout"])
        for name, table in tables.items()
    ]


@functools.cache
def log_folder(build):
    """Beside what was built, or elsewhere when somebody else built it."""
    folder = pathlib.Path(build, "tests", "log")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        pass
    if os.access(folder, os.W_OK) and folder.stat().st_uid == os.geteuid():
        return folder
    return pathlib.Path(tempfile.mkdtemp(prefix="pam_mfa-log-"))


def reason_above(printed):
    """Why cmocka skipped a test: what tests/check.h's skip_because() printed,
    or else what the test said itself."""
    said = [line.removeprefix(REASON) for line in printed
            if line.startswith(REASON)]
    return " ".join(said or (line for line in printed
                             if not line.startswith("#")))


def read_result(line, printed_before):
    """One `ok` or `not ok` line. cmocka writes `not ok 3 # SKIP the name`."""
    not_ok, description = RESULT.match(line).groups()
    skip = SKIP.match(description)
    if skip:
        name, reason = skip.groups()
        if not name:
            name, reason = reason, reason_above(printed_before)
        return Test(name, "skipped", [], reason or "no reason given")
    outcome = "failed" if not_ok else "passed"
    return Test(description, outcome, list(printed_before))


def read_tap(lines):
    """Several plans in one stream add up: cmocka prints one a group."""
    report = Report([], [], [])
    planned = None
    for line in lines:
        plan = PLAN.match(line)
        if plan:
            planned = (planned or 0) + int(plan[1])
            if plan[1] == "0" and plan[2]:
                report.tests.append(Test("all of it", "skipped", [], plan[2]))
                planned += 1
        elif RESULT.match(line):
            report.tests.append(read_result(line, report.rest))
            report.rest.clear()
        elif line.startswith("Bail out!"):
            report.problems.append(line)
        else:
            report.rest.append(line)
            # cmocka says why below a result, other suites above it.
            if (line.startswith("#") and not line.startswith(REASON)
                    and report.tests):
                report.tests[-1].text.append(line)
    if not report.tests:
        report.problems.append("ran no test")
    elif planned is None:
        report.problems.append("printed no plan, so some may be missing")
    elif planned != len(report.tests):
        report.problems.append(
            f"planned {planned} tests, ran {len(report.tests)}")
    return report


def stop(process):
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(SECONDS_TO_CLEAN_UP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run_command(suite, build, out, err):
    """Returns what went wrong with the process, or None."""
    process = subprocess.Popen(
        suite.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out,
        stderr=err, start_new_session=True,
        env=dict(os.environ, LC_ALL="C.UTF-8", MFA_BUILD=build))
    try:
        status = process.wait(suite.timeout)
    except subprocess.TimeoutExpired:
        stop(process)
        return f"did not end within {suite.timeout} s"
    except KeyboardInterrupt:
        stop(process)
        raise
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"ended with status {status}" if status else None


def read_lines(path):
    return path.read_text(errors="backslashreplace").splitlines()


def explains(report, status, skip_fails):
    """Whether the tests that were seen explain an exit status."""
    return status.startswith("ended with status") and (
        report.with_outcome("failed") or
        skip_fails and report.with_outcome("skipped"))


def run_suite(suite, build, skip_fails):
    logs = log_folder(build)
    out, err = logs / f"{suite.name}.tap", logs / f"{suite.name}.err"
    began = time.monotonic()
    with open(out, "wb") as out_file, open(err, "wb") as err_file:
        try:
            trouble = run_command(suite, build, out_file, err_file)
        except OSError as error:
            trouble = f"could not be started: {error}"
    report = read_tap(read_lines(out))
    report.seconds = time.monotonic() - began
    if trouble and not explains(report, trouble, skip_fails):
        report.problems.insert(0, trouble)
    if report.problems:
        report.rest = (report.rest + read_lines(err))[-LINES_OF_A_CRASH:]
    return report


def printable(text):
    return "".join(c if c.isprintable() or c == "\t" else
                   c.encode("unicode_escape").decode() for c in text)


def show(title, lines):
    print(f"  {printable(title)}")
    for line in lines:
        print(f"      {printable(line)}")


def show_report(report, build, suite, skip_fails):
    for test in report.with_outcome("failed"):
        show(f"FAILED {test.name}", test.text)
    for test in report.with_outcome("skipped"):
        word = "FAILED (skipped)" if skip_fails else "skipped"
        show(f"{word} {test.name}: {test.reason}", [])
    if report.problems:
        last = report.tests[-1].name if report.tests else "none"
        show(f"FAILED suite {suite.name}: {'; '.join(report.problems)}",
             [f"last test seen: {last}", *report.rest])
    if report.problems or report.with_outcome("failed"):
        logs = log_folder(build)
        show(f"all it printed: {logs}/{suite.name}.tap and .err", [])


def count(report, skip_fails):
    """(passed, failed, skipped); a sick suite is one failure more."""
    passed, failed, skipped = (
        len(report.with_outcome(outcome))
        for outcome in ("passed", "failed", "skipped"))
    failed += bool(report.problems)
    return (passed, failed + skipped, 0) if skip_fails else \
        (passed, failed, skipped)


def closing_line(totals):
    return "{} passed, {} failed, {} skipped".format(*totals)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build")
    parser.add_argument("--suites", type=pathlib.Path, default=SUITES)
    parser.add_argument("names", nargs="*", help="suites; all if none")
    return parser.parse_args()


def choose(suites, names):
    unknown = set(names) - {suite.name for suite in suites}
    if unknown:
        sys.exit(f"no such suite: {' '.join(sorted(unknown))}")
    return [suite for suite in suites if not names or suite.name in names]


def main():
    arguments = parse_arguments()
    build = str((ROOT / arguments.build).resolve())
    suites = choose(load_suites(arguments.suites, build), arguments.names)
    skip_fails = os.environ.get("CI") == "true"
    totals = (0, 0, 0)
    for suite in suites:
        print(f"{suite.name:12}", end="", flush=True)
        report = run_suite(suite, build, skip_fails)
        counts = count(report, skip_fails)
        print(f"{closing_line(counts)}  ({report.seconds:.1f} s)")
        show_report(report, build, suite, skip_fails)
        totals = tuple(map(sum, zip(totals, counts)))
    print(closing_line(totals), flush=True)
    return 1 if totals[1] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
