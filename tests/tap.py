# SPDX-License-Identifier: BSD-3-Clause
"""Tests in Python that are sentences, as tests/check.h has them in C++.

    @test("a spent code stays spent")
    def _():
        assert ...

    sys.exit(run())
"""

import traceback

_cases = []


class Skip(Exception):
    """Raised by a test that cannot run here; says why."""


def test(sentence):
    def register(body):
        _cases.append((sentence, body))
        return body
    return register


def keep(words):
    """Leaves only the tests whose sentence contains `words`."""
    _cases[:] = [case for case in _cases if words in case[0]]


def _diagnose(text):
    return "".join(f"# {line}\n" for line in text.splitlines())


def _run_one(number, sentence, body):
    """Prints the result; whether it is no failure."""
    try:
        body()
    except Skip as why:
        print(f"ok {number} - {sentence} # SKIP {why}", flush=True)
    except Exception:
        print(f"not ok {number} - {sentence}\n"
              f"{_diagnose(traceback.format_exc())}", end="", flush=True)
        return False
    else:
        print(f"ok {number} - {sentence}", flush=True)
    return True


def run():
    """Runs what was registered, in order; returns an exit status."""
    print(f"1..{len(_cases)}", flush=True)
    results = [_run_one(number, *case)
               for number, case in enumerate(_cases, 1)]
    return 0 if all(results) else 1
