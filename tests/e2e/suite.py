# SPDX-License-Identifier: BSD-3-Clause
"""How an end-to-end test is written: one sentence and one function.

    @test("a right code lets the person in")
    def _(stage):
        person = stage.registered()
        ...

A file test_THEME.py is a theme: its tests run one after the other on one
stage of their own, which STAGE = dict(...) may furnish. Themes run side by
side and share nothing.
"""

import importlib
import os
import signal
import sys
import traceback

TEST_SECONDS = 180  # no test takes longer; one that does has hung
_tests = {}


class Skip(Exception):
    """The machine lacks what this test needs."""


def test(sentence):
    def register(function):
        _tests.setdefault(function.__module__, []).append((sentence, function))
        return function
    return register


def themes():
    folder = os.path.dirname(os.path.abspath(__file__))
    return sorted(f[:-3] for f in os.listdir(folder)
                  if f.startswith("test_") and f.endswith(".py"))


def tests_of(theme, wanted=""):
    importlib.import_module(theme)
    return [(s, f) for s, f in _tests.get(theme, [])
            if wanted in s or wanted in theme]


def _comment(text):
    for line in text.rstrip().splitlines():
        print("#   " + line)


def _too_long(*_):
    raise AssertionError(f"not finished after {TEST_SECONDS} s")


def _run_one(stage, sentence, function):
    signal.alarm(TEST_SECONDS)
    try:
        function(stage)
    except Skip as why:
        print(f"ok - {sentence} # SKIP {why}")
        return
    except Exception:  # noqa: BLE001 - whatever it is, the test has failed
        _comment(traceback.format_exc(limit=-6))
        _comment("the agent's last words:\n" + stage.agent.log()[-1200:])
        print(f"not ok - {sentence}")
        return
    finally:
        signal.alarm(0)
    print(f"ok - {sentence}")


def _recover(stage):
    """Whatever a test did to the agent, the next one finds it running."""
    if stage.agent.alive():
        stage.agent.wake()
    else:
        stage.agent.start()


def run_theme(theme, wanted):
    """Inside a place: every test of a theme; TAP without numbers."""
    from stage.stage import Stage
    signal.signal(signal.SIGALRM, _too_long)
    chosen = tests_of(theme, wanted)
    options = getattr(sys.modules[theme], "STAGE", {})
    stage = Stage(**options).start()
    for sentence, function in chosen:
        _run_one(stage, sentence, function)
        sys.stdout.flush()
        _recover(stage)
    stage.agent.stop()
