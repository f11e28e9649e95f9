#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Checks the whole tree: layout, rooms, sizes, forbidden calls, man pages,
and what the services may reach.

Prints `file:line: what` for each finding; the exit status says whether there
was one.
"""

import os
import pathlib
import re
import subprocess
import sys

import includes
import rules

SKIPPED_FOLDERS = {"build", "__pycache__", "corpus", "debian"}
CLANG_FORMAT = "clang-format-14"

# How much of a host a service may reach, in tenths of what `systemd-analyze
# security` calls its exposure (0: nothing, 100: everything). What keeps all
# secrets has no network; what has a network keeps no secrets of people.
MAX_EXPOSURE = {
    "systemd/mfa-agent.service": 4,
    "systemd/mfa-connector.service": 12,
}


def all_files(root):
    """Paths relative to root, sorted; nothing built and nothing of git."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name == ".ci" or
                      name not in SKIPPED_FOLDERS and name[0] != "."]
        here = pathlib.Path(folder).relative_to(root)
        found += [(here / name).as_posix() for name in names]
    return sorted(found)


def is_cxx(path):
    return path.endswith((".cc", ".h"))


def check_texts(root, paths):
    for path in paths:
        try:
            text = (root / path).read_text()
        except UnicodeDecodeError:
            continue  # a picture, a fuzzer's seed
        checks = [rule(path, text) for rule in rules.rules_for(path, text)]
        if is_cxx(path):
            checks.append(includes.check(root, path, text))
        for check in checks:
            for line, what in check:
                yield f"{path}:{line}: {what}"


def run(command, root):
    return subprocess.run(command, cwd=root, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def check_format(root, paths):
    """Each line names a place; one a file is enough, `make format` mends it."""
    sources = [path for path in paths if is_cxx(path)]
    if not sources:
        return
    done = run([CLANG_FORMAT, "--dry-run", "-Werror", *sources], root)
    places = re.findall(r"^(\S+?:\d+):\d+: error:", done.stdout, re.M)
    first = {}
    for place in places:
        first.setdefault(place.split(":")[0], place)
    yield from (f"{place}: is not formatted; run make format"
                for place in first.values())
    if done.returncode and not places:
        yield f"{CLANG_FORMAT} failed: {done.stdout.strip()}"


def check_man_pages(root, paths):
    pages = [path for path in paths if path.startswith("man/")]
    if not pages:
        return
    done = run(["mandoc", "-Tlint", "-W", "warning", *pages], root)
    if done.returncode:
        yield from done.stdout.splitlines() or ["mandoc failed"]


def check_exposure(root, paths):
    for path in paths:
        if not (path.startswith("systemd/") and path.endswith(".service")):
            continue
        limit = MAX_EXPOSURE.get(path)
        if limit is None:
            yield f"{path}:1: has no limit in MAX_EXPOSURE (tests/lint/lint.py)"
            continue
        done = run(["systemd-analyze", "security", "--offline=true",
                    "--no-pager", f"--threshold={limit}", path], root)
        if done.returncode:
            last = (done.stdout.strip().splitlines() or ["no output"])[-1]
            yield (f"{path}:1: may reach more than {limit / 10} of the host: "
                   f"{last.lstrip('→ ')}")


def check_exceptions(root, paths):
    """An exception that nobody needs any more hides the next one."""
    for place in [*rules.LONG_FUNCTIONS, *rules.ALLOWED_CALLS]:
        path, word = place.split(":", 1)
        if path not in paths or word not in (root / path).read_text():
            yield f"{place} is gone; remove it from tests/lint/rules.py"


def findings(root):
    paths = all_files(root)
    for check in (check_texts, check_format, check_man_pages,
                  check_exposure, check_exceptions):
        yield from check(root, paths)


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    found = list(findings(root))
    for finding in found:
        print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
