# SPDX-License-Identifier: BSD-3-Clause
"""Hostile inputs 98 to 105: the state on disk, and what the machine runs out
of. Where the agent alone is concerned, unit tests have the rest of them."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time

from stage import doors
from stage.doors import Answers
from suite import test


def admitted(person):
    return doors.ssh(person, Answers(person.password,
                                     [person.app.code()])).admitted


class Stopped:
    """The stage's agent is stopped and its state put aside; afterwards all
    is as it was."""

    def __init__(self, stage):
        self.agent = stage.agent
        self.aside = self.agent.folder + "/aside"
        self.database = self.agent.state + "/state.db"

    def __enter__(self):
        self.agent.stop()
        shutil.rmtree(self.aside, ignore_errors=True)
        shutil.copytree(self.agent.state, self.aside)
        return self

    def __exit__(self, *_):
        self.agent.stop()
        shutil.rmtree(self.agent.state)
        os.rename(self.aside, self.agent.state)
        self.agent.start()

    def write(self, offset, data):
        # What the log holds would be read instead of the damaged page.
        with sqlite3.connect(self.database) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        with open(self.database, "r+b") as f:
            f.seek(offset)
            f.write(data)


def refused_with(agent, *words):
    said = agent.fails_to_start()
    for word in words:
        assert word in said, (word, said)
    return said


def denied_meanwhile(person):
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert not outcome.admitted, outcome


@test("hostile input 98: nobody gets into grace because the database is gone")
def _(stage):
    person = stage.registered()
    with Stopped(stage) as state:
        for name in os.listdir(stage.agent.state):
            if name.startswith("state.db"):
                os.unlink(f"{stage.agent.state}/{name}")
        refused_with(stage.agent, "state.db", "--init")
        assert not doors.ssh(person).admitted
        assert not os.path.exists(state.database)
    assert admitted(person)


@test("hostile input 99: a damaged header is refused, and the file is kept")
def _(stage):
    person = stage.registered()
    with Stopped(stage) as state:
        state.write(0, b"garbage garbage garbage")
        refused_with(stage.agent, "state.db")
        with open(state.database, "rb") as f:
            assert f.read(7) == b"garbage"
        denied_meanwhile(person)
    assert admitted(person)


@test("hostile input 99: zeroed pages are refused")
def _(stage):
    person = stage.registered()
    with Stopped(stage) as state:
        size = os.path.getsize(state.database)
        state.write(4096, bytes(max(4096, size - 4096)))
        refused_with(stage.agent, "state.db")
        denied_meanwhile(person)
    assert admitted(person)


@test("hostile input 99: an empty database file is not a first start")
def _(stage):
    with Stopped(stage) as state:
        os.truncate(state.database, 0)
        for name in ("state.db-wal", "state.db-shm"):
            if os.path.exists(f"{stage.agent.state}/{name}"):
                os.unlink(f"{stage.agent.state}/{name}")
        refused_with(stage.agent, "state.db")


@test("hostile input 99: another program's database is refused")
def _(stage):
    with Stopped(stage) as state:
        for name in os.listdir(stage.agent.state):
            if name.startswith("state.db"):
                os.unlink(f"{stage.agent.state}/{name}")
        with sqlite3.connect(state.database) as db:
            db.execute("CREATE TABLE recipes (name TEXT)")
        db.close()
        os.chmod(state.database, 0o600)
        refused_with(stage.agent, "state.db")


@test("hostile input 100: state that others can read is refused")
def _(stage):
    with Stopped(stage) as state:
        for path, right in ((state.database, 0o600),
                            (stage.agent.state + "/master.key", 0o600),
                            (stage.agent.state, 0o700)):
            os.chmod(path, right | 0o044)
            refused_with(stage.agent, path, "chmod")
            os.chmod(path, right)


@test("hostile input 100: state of another owner or behind a link is refused")
def _(stage):
    with Stopped(stage) as state:
        os.chown(state.database, stage.stranger.uid, 0)
        refused_with(stage.agent, "state.db", "chown")
        os.chown(state.database, 0, 0)
        elsewhere = stage.agent.folder + "/elsewhere.db"
        os.rename(state.database, elsewhere)
        os.symlink(elsewhere, state.database)
        refused_with(stage.agent, "state.db")


@test("hostile input 100, 103: on a full disk nobody gets in; then it recovers")
def _(stage):
    agent = stage.second_agent("full-disk")
    os.makedirs(agent.state, mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs",
                    agent.state], check=True)
    agent.start()
    person, newcomer = stage.people.add(), stage.people.add()
    agent.enrol(person)
    stage.set_module(f"socket={agent.socket}")
    filler = agent.state + "/filler"
    try:
        fill(filler)
        code = person.app.code()
        for someone, codes in ((person, [code]), (newcomer, [])):
            outcome = doors.ssh(someone, Answers(someone.password, codes))
            assert not outcome.admitted, outcome
            assert outcome.seconds < 8, outcome
        assert agent.alive(), "a full disk ended the agent"
        os.unlink(filler)
        # Not accepted, so not spent.
        outcome = doors.ssh(person, Answers(person.password, [code]))
        assert outcome.admitted, outcome
    finally:
        stage.restore_module()
        agent.stop()
        subprocess.run(["umount", agent.state], check=True)


@test("hostile input 101: a database from a backup does not reopen its codes")
def _(stage):
    person = stage.registered("--period", "60")
    person.app.wait_for_room(20)
    code = person.app.code()
    backup = stage.agent.folder + "/backup"
    stage.agent.stop()
    shutil.copytree(stage.agent.state, backup)
    stage.agent.start()
    assert doors.ssh(person, Answers(person.password, [code])).admitted
    stage.agent.stop()
    since = stage.journal.mark()
    shutil.rmtree(stage.agent.state)
    os.rename(backup, stage.agent.state)
    stage.agent.start()
    replayed = doors.ssh(person, Answers(person.password, [code]))
    assert not replayed.admitted, "a restored backup made a used code new"
    assert stage.journal.find(r"^<8[12]>.*mfa-agent", since), (
        "no alarm: " + "\n".join(stage.journal.lines_since(since)))


@test("hostile input 103: a limit on file sizes denies and does not kill")
def _(stage):
    person = stage.registered()
    pid = stage.agent.process.pid
    subprocess.run(["prlimit", f"--pid={pid}", "--fsize=1:"], check=True)
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert not outcome.admitted, outcome
    if stage.agent.alive():
        subprocess.run(["prlimit", f"--pid={pid}", "--fsize=unlimited:"],
                       check=True)
    else:
        stage.agent.start()
    fresh = stage.registered()
    assert admitted(fresh)


@test("hostile input 104: a storm of SIGHUP ends in one good generation")
def _(stage):
    person = stage.registered()
    for _ in range(300):
        stage.agent.signal(signal.SIGHUP)
    assert admitted(person)
    time.sleep(0.2)
    assert stage.agent.alive()
    status = stage.agent.ask("status")
    assert status["configuration"]["lastError"] is None, status


@test("hostile input 104: kill -9 between two sign-ins loses no used code")
def _(stage):
    for _ in range(10):
        person = stage.registered()
        code = person.app.code()
        assert doors.ssh(person, Answers(person.password, [code])).admitted
        stage.agent.kill()
        began = time.monotonic()
        stage.agent.start()
        assert time.monotonic() - began < 1
        outcome = doors.ssh(person, Answers(person.password, [code]))
        assert not outcome.admitted, outcome


@test("hostile input 104: SIGSTOP for a while delays and loses nothing")
def _(stage):
    person = stage.registered()
    stage.agent.hang()
    denied_meanwhile(person)
    stage.agent.wake()
    stage.agent.enrol(person)
    assert admitted(person)


@test("hostile input 105: a newer schema is refused, with the way out")
def _(stage):
    with Stopped(stage) as state:
        with sqlite3.connect(state.database) as db:
            db.execute("PRAGMA user_version = 999")
        db.close()
        refused_with(stage.agent, "state.db", "999", "newer")


@test("a stale socket of a killed agent does not block the next start")
def _(stage):
    stage.agent.kill()
    assert os.path.exists(stage.agent.socket)
    stage.agent.start()
    assert admitted(stage.registered())


def fill(path):
    with open(path, "wb", buffering=0) as f:
        for size in (65536, 4096, 512, 1):
            try:
                while True:
                    f.write(bytes(size))
            except OSError:
                continue
