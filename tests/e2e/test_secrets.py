# SPDX-License-Identifier: BSD-3-Clause
"""R-41: no password, code or seed in any log, command line or environment,
however talkative everything is."""

import glob
import os
import threading
import time

from stage import doors, place
from stage.doors import Answers
from suite import test

STAGE = {"sshd_log": "DEBUG3"}


class Watch:
    """Samples what every process on the stage shows of itself."""

    def __init__(self, words):
        self.words = [w.encode() for w in words]
        self.seen = []
        self.samples = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _watch(self):
        while not self._stop.is_set():
            for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob(
                    "/proc/[0-9]*/environ"):
                self._look(path)
            self.samples += 1
            time.sleep(0.01)

    def _look(self, path):
        try:
            with open(path, "rb") as f:
                text = f.read()
        except OSError:
            return
        self.seen += [(path, word) for word in self.words if word in text]


def traces(stage, words):
    """Files of the stage's logs and state in which a word stands."""
    found = []
    files = [stage.journal.path, stage.agent.log_file]
    files += glob.glob("/var/log/*") + glob.glob(stage.agent.state + "/*")
    for path in filter(os.path.isfile, files):
        with open(path, "rb") as f:
            text = f.read()
        found += [(path, w) for w in words if w.encode() in text]
    return found


@test("no password, code or seed stands in a log, a state file, /proc")
def _(stage):
    person = stage.registered("--digits", "8", groups=["sudoers"])
    # Eight digits of its own: a code of six could be part of a time or port.
    other = stage.registered("--digits", "8", groups=["sudoers"])
    codes = [person.app.code(), person.app.wrong_code(), other.app.code()]
    words = [person.password, other.password, person.app.secret,
             other.app.secret, codes[0], codes[2]]
    with Watch(words) as watch:
        assert doors.ssh(person, Answers(person.password,
                                         [codes[0]])).admitted
        assert not doors.ssh(person, Answers(person.password,
                                             [codes[0]])).admitted
        assert not doors.ssh(person, methods="password").admitted
        # The password typed at the code prompt, and the code as password.
        doors.ssh(person, Answers(person.password, [person.password]))
        doors.ssh(person, Answers(codes[2]))
        assert doors.sudo(other, Answers(other.password,
                                         [codes[2]])).admitted
        doors.login(other, Answers(other.password, [codes[2]]))
    assert watch.samples > 10, watch.samples
    assert not watch.seen, watch.seen
    assert not traces(stage, words), traces(stage, words)


@test("the watch of these tests would see a secret")
def _(stage):
    with Watch(["canary-in-argv", "canary-in-env"]) as watch:
        doors.Dialog(["sh", "-c", "sleep 0.3 # canary-in-argv"],
                     Answers(), env={"X": "canary-in-env"}).run()
    assert {w for _, w in watch.seen} == {b"canary-in-argv",
                                          b"canary-in-env"}, watch.seen
    with open(f"{place.HERE}/agent/log", "a") as log:
        log.write("canary-in-log\n")
    assert traces(stage, ["canary-in-log"])


@test("the seed is not in mfactl's arguments, output of listings, or logs")
def _(stage):
    person = stage.people.add()
    with Watch(["otpauth://"]) as watch:
        for _ in range(10):
            stage.agent.enrol(person)
    assert not watch.seen, watch.seen
    seeds = [app.secret for app in person.authenticators]
    assert not traces(stage, seeds)


@test("hostile input 17: control characters in a name reach no log raw")
def _(stage):
    since = stage.journal.mark()
    for name in ("a\x1b[31mred", "two\nlines", "ret\rurn", "be\x07ll",
                 "per%ncent", "c1\x9bhar", "rtl\u202eoverride", "-x", "a:b",
                 "../etc", "é" * 40):
        doors.ssh(stage.admin, Answers("x"), name=name)
        assert stage.agent.alive()
    for line in stage.journal.lines_since(since):
        if "pam_mfa" in line or "mfa-agent" in line:
            body = line.rstrip("\0\n")
            assert not any(ord(c) < 32 or 127 <= ord(c) < 160
                           or c in "\u202e" for c in body), repr(body)


@test("the agent's memory cannot be read by another user, and makes no core")
def _(stage):
    pid = stage.agent.process.pid
    with open(f"/proc/{pid}/limits") as f:
        core = [x for x in f if x.startswith("Max core file size")][0]
    assert core.split()[4:6] == ["0", "0"], core
    done = stage.agent.process
    assert done.poll() is None
