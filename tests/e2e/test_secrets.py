# SPDX-License-Identifier: BSD-3-Clause
"""R-41: no password, code or seed in any log, command line or environment,
however talkative everything is."""

import glob
import os
import subprocess
import threading
import time

from stage import doors, pam, place, wire
from stage.doors import Answers
from stage.other_user import run_as
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


HOSTILE_NAMES = ("a\x1b[31mred", "two\nlines", "ret\rurn", "be\x07ll",
                 "per%ncent%s", "c1\x9bhar", "rtl\u202eoverride", "del\x7f",
                 "quo\"te", "e\u0301" * 40, "x" * 300)


def is_raw(character):
    return (ord(character) < 32 or 127 <= ord(character) < 160
            or character == "\u202e")


@test("hostile input 17: control characters in a name reach no log raw")
def _(stage):
    since, began = stage.journal.mark(), len(stage.agent.log())
    # Without pam_unix, which would end the stack before us.
    pam.write_service("bare", "auth [success=ok default=die] "
                      f"{stage.build}/pam_mfa.so {stage.module_arguments[0]}\n")
    for name in HOSTILE_NAMES:
        done = subprocess.run(["pamtester", "bare", name, "authenticate"],
                              input="000000\n", capture_output=True,
                              timeout=30, text=True, check=False)
        assert done.returncode != 0, name
        if len(name) <= 256:
            assert wire.sign_in(stage.agent.socket, name,
                                "000000") != wire.ALLOW
    assert stage.agent.alive()
    lines = stage.agent.log()[began:].splitlines()
    lines += [x.rstrip("\0\n") for x in stage.journal.lines_since(since)
              if "pam_mfa" in x or "mfa-agent" in x]
    for speaker in ("pam_mfa(bare:auth)", "mfa-agent"):
        assert [x for x in lines if speaker in x and "two\\x0alines" in x], (
            speaker, lines)
    for line in lines:
        assert not any(map(is_raw, line)), repr(line)


def try_to_read(path):
    try:
        with open(path, "rb") as f:
            f.read(1)
    except PermissionError:
        return False
    return True


@test("not even its own user can read the agent's memory, and it makes no core")
def _(stage):
    other = stage.second_agent("protected", run_as="mfa-agent").start()
    pid = other.process.pid
    for name in ("mem", "environ", "maps"):
        assert not run_as(stage.agent_user.uid, try_to_read,
                          f"/proc/{pid}/{name}"), name
    with open(f"/proc/{pid}/limits") as f:
        core = [x for x in f if x.startswith("Max core file size")][0]
    assert core.split()[4:6] == ["0", "0"], core
    other.stop()
