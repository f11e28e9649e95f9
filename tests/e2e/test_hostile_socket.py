# SPDX-License-Identifier: BSD-3-Clause
"""Hostile inputs 30 to 50: what anybody may do to the agent's socket. Each
test ends by showing that a real person still gets in.

45, 47, 48 and 49 are answers to the module: test_agent_gone.py."""

import os
import random
import resource
import socket
import struct
import subprocess
import threading
import time

from stage import doors, wire
from stage.doors import Answers
from stage.other_user import run_as
from suite import test

NOBODY = 65534


def serves(stage):
    """A real person gets in by ssh, in ordinary time."""
    person = stage.registered()
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert outcome.admitted and outcome.seconds < 3, outcome


def is_closed_after(stage, *datagrams):
    """The agent ends the connection, without a verdict."""
    with wire.Caller(stage.agent.socket) as caller:
        for datagram in datagrams:
            caller.send(datagram)
        message = caller.receive()
        return message is None


def refuses(stage, *bad):
    for datagram in bad:
        assert is_closed_after(stage, datagram), datagram[:40]
    serves(stage)


def open_files(stage):
    return len(os.listdir(f"/proc/{stage.agent.process.pid}/fd"))


def processor_seconds(stage):
    with open(f"/proc/{stage.agent.process.pid}/stat") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fields(*pairs):
    return bytes([wire.VERSION, wire.BEGIN]) + b"".join(
        wire.field(t, v) for t, v in pairs)


def good_pairs():
    return [(1, b"\1"), (2, os.urandom(16)), (3, b"root"), (4, b"sshd"),
            (11, bytes(4)), (12, struct.pack(">I", 5000))]


@test("hostile input 30: datagrams of no, one or two bytes are refused")
def _(stage):
    refuses(stage, b"", b"\x01", b"\x01\x01")


@test("hostile input 31: a length of 65,535 in a short datagram is refused")
def _(stage):
    refuses(stage, b"\x01\x01\x01\xff\xff", b"\x01\x01\x01\xff\xff" + b"x" * 99)


@test("hostile input 31: the largest datagram the kernel takes is refused")
def _(stage):
    refuses(stage, b"\x01\x01" + b"\x03\xff\xff" + b"a" * 65000,
            wire.begin("root")[:2] + b"\x00" * 100_000)


@test("hostile input 32: lengths that do not fit their bytes are refused")
def _(stage):
    whole = wire.begin("root")
    refuses(stage, whole[:-1], whole + b"\0", whole[:30])


@test("hostile input 33: unknown version, verb, phase or flag is refused")
def _(stage):
    whole = wire.begin("root")
    refuses(stage, b"\x02" + whole[1:], b"\x01\x63" + whole[2:],
            wire.begin("root", phase=4), wire.begin("root", flags=1 << 20),
            bytes([1, wire.VERDICT]), bytes([1, wire.ASK]),
            bytes([1, wire.CANCEL]))


@test("hostile input 33: the log says which version was spoken to the agent")
def _(stage):
    since = len(stage.agent.log())
    assert is_closed_after(stage, b"\x02" + wire.begin("root")[1:])
    stage.agent.wait_for_log("version", since)


@test("hostile input 34: double, missing or misplaced fields are refused")
def _(stage):
    good = good_pairs()
    refuses(stage, fields(good[0], *good), fields(*good[1:]),
            fields(good[1], good[0], *good[2:]), fields(*good, (99, b"")),
            fields(*good, good[5]), fields(*good[:-1]))


@test("hostile input 35: text that is no UTF-8, or holds NUL, is refused")
def _(stage):
    for text in (b"\xff\xfe", b"ro\0ot", b"\xc0\xaf", b"\xed\xa0\x80"):
        pairs = good_pairs()
        pairs[2] = (3, text)
        assert is_closed_after(stage, fields(*pairs)), text
    serves(stage)


@test("hostile input 36: 10,000 requests without reading are cut off")
def _(stage):
    before = open_files(stage)
    with wire.Caller(stage.agent.socket) as caller:
        caller.socket.settimeout(1)
        sent = 0
        try:
            for _ in range(10_000):
                caller.send(wire.begin("root"))
                sent += 1
        except OSError:
            pass
        assert sent < 10_000, "the agent took them all"
        serves(stage)
    wait_until(lambda: open_files(stage) <= before + 1)


@test("hostile input 37: who says nothing is cut off after two seconds")
def _(stage):
    began = time.monotonic()
    with wire.Caller(stage.agent.socket) as caller:
        assert caller.receive() is None
    assert 1 < time.monotonic() - began < 4, time.monotonic() - began


@test("hostile input 38: 1,000 sockets of nobody's hinder nobody else")
def _(stage):
    holding = socket.socketpair()

    def hold():
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
        held = [wire.Caller(stage.agent.socket, seconds=5)
                for _ in range(1000)]
        holding[1].send(b"held")
        holding[1].recv(1)
        return len(held)

    count = []
    thread = threading.Thread(target=lambda: count.append(
        run_as(NOBODY, hold)))
    thread.start()
    assert holding[0].recv(16) == b"held"
    serves(stage)
    assert open_files(stage) < 200, "no cap for one user's connections"
    holding[0].send(b"x")
    thread.join()
    assert count == [1000], count


@test("hostile input 38: nobody's dialogs are capped, root's are served")
def _(stage):
    stranger = stage.stranger

    def hold():
        held = []
        for _ in range(100):
            caller = wire.Caller(stage.agent.socket, seconds=5)
            caller.send(wire.begin(stranger.name, service="vlock"))
            held.append(caller)
        served = 0
        for caller in held:
            message = caller.receive()
            served += message is not None and message[0] == wire.ASK
        return served

    served = run_as(stranger.uid, hold)
    assert 1 <= served <= 32, served
    serves(stage)


class Flood:
    """Processes of nobody's that connect and close without a pause."""

    ENOUGH = 200  # connections of each, before the flood is called one

    def __init__(self, path, processes=2):
        self.path = path
        self.has_begun, self.begun = os.pipe()
        self.ending, self.end = os.pipe()
        os.set_blocking(self.ending, False)
        self.threads = [
            threading.Thread(target=run_as, args=(NOBODY, self._pour))
            for _ in range(processes)]

    def _pour(self):
        count = 0
        while not self._is_over():
            self._connect_and_close()
            count += 1
            if count == self.ENOUGH:
                os.write(self.begun, b"x")

    def _connect_and_close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
            patience = struct.pack("@ll", 0, 10_000)  # a timeval: 10 ms
            s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
            try:
                s.connect(self.path)
            except OSError:
                pass  # the queue is full: that is what it is there for

    def _is_over(self):
        try:
            return os.read(self.ending, 1) == b"x"
        except BlockingIOError:
            return False

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        for _ in self.threads:
            os.read(self.has_begun, 1)
        return self

    def __exit__(self, *_):
        os.write(self.end, b"x" * len(self.threads))
        for thread in self.threads:
            thread.join()
        for descriptor in (self.has_begun, self.begun, self.ending, self.end):
            os.close(descriptor)


@test("hostile input 38: nobody's flood of connections stops no sign-in")
def _(stage):
    people = [stage.registered() for _ in range(3)]
    with Flood(stage.agent.socket):
        for person in people:
            outcome = doors.ssh(person, Answers(person.password,
                                                [person.app.code()]))
            assert outcome.admitted, outcome
    serves(stage)


def present_tokens(path, user, count):
    """Account phases with made-up tokens, as this process's user; how many
    were refused, the others were not listened to."""
    refused = 0
    for _ in range(count):
        try:
            with wire.Caller(path) as caller:
                caller.send(wire.begin(user, phase=wire.ACCOUNT,
                                       token=os.urandom(16)))
                message = caller.receive()
        except OSError:
            message = None
        if message:
            assert message[1][2][0] == wire.POLICY_DENIES, message
            refused += 1
    return refused


@test("a stranger's made-up tokens are no record of others, and no flood of log")
def _(stage):
    person = stage.registered()
    lines = len(stage.agent.log().splitlines())
    began = time.monotonic()
    refused = run_as(NOBODY, present_tokens, stage.agent.socket, person.name,
                     1000)
    seconds = time.monotonic() - began
    # A burst of 100, ten a second after it; each is one line.
    assert 1 <= refused <= 101 + 10 * seconds, (refused, seconds)
    more = len(stage.agent.log().splitlines()) - lines
    assert refused <= more <= refused + 5 + seconds, (refused, more, seconds)
    assert not stage.sign_ins(person)
    serves(stage)


@test("hostile input 39: half-closed and reset connections leave nothing")
def _(stage):
    person = stage.registered()
    before = open_files(stage)
    for _ in range(50):
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(wire.begin(person.name))
            caller.socket.shutdown(socket.SHUT_WR)
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(wire.begin(person.name))
    wait_until(lambda: open_files(stage) <= before)
    serves(stage)


@test("hostile input 40: 253 descriptors sent along leak nowhere")
def _(stage):
    before = open_files(stage)
    null = os.open("/dev/null", os.O_RDONLY)
    for datagram in (wire.begin("root"), b"x"):
        for _ in range(20):
            with wire.Caller(stage.agent.socket) as caller:
                socket.send_fds(caller.socket, [datagram], [null] * 253)
                assert caller.receive() is None
    os.close(null)
    wait_until(lambda: open_files(stage) <= before)
    serves(stage)


@test("hostile input 41: a user who asks for root or another is refused")
def _(stage):
    victim = stage.registered()
    since = stage.journal.mark()
    code = victim.app.code()

    def ask_for(user, service):
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(wire.begin(user, service=service))
            message = caller.receive()
            return message and (message[0], message[1].get(2))

    for user in ("root", victim.name):
        for service in ("sshd", "sudo", "vlock"):
            answer = run_as(stage.stranger.uid, ask_for, user, service)
            assert answer == (wire.VERDICT, bytes([wire.POLICY_DENIES])), (
                user, service, answer)
    stage.journal.wait_for("reason=asker_refused", since)
    # And nothing of the victim's was used up.
    outcome = doors.ssh(victim, Answers(victim.password, [code]))
    assert outcome.admitted, outcome


@test("hostile input 41: a user may ask for itself for a screen locker only")
def _(stage):
    stranger = stage.stranger
    app = stage.agent.enrol(stranger)

    def ask(service):
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(wire.begin(stranger.name, service=service))
            message = caller.receive()
            if message[0] == wire.VERDICT:
                return message[1][2][0]
            caller.send(wire.answer(message[1][1], app.code()))
            return caller.next_of(wire.VERDICT)[1][2][0]

    assert run_as(stranger.uid, ask, "sshd") == wire.POLICY_DENIES
    assert run_as(stranger.uid, ask, "vlock") == wire.ALLOW


@test("hostile input 41: whom a user asks for gets no grace from it")
def _(stage):
    person = stage.people.add()

    def ask():
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(wire.begin(person.name, service="vlock"))
            message = caller.receive()
            if message[0] == wire.VERDICT:
                return message[1][2][0]
            caller.send(wire.answer(message[1][1], "000000"))
            return caller.next_of(wire.VERDICT)[1][2][0]

    assert run_as(person.uid, ask) != wire.ALLOW
    outcome = doors.ssh(person)
    assert "14 days left" in outcome.text, outcome


@test("hostile input 42: a connection is who made it, whoever uses it later")
def _(stage):
    victim = stage.registered()
    ours, theirs = socket.socketpair()

    def connect_and_pass_on():
        with wire.Caller(stage.agent.socket) as caller:
            socket.send_fds(theirs, [b"x"], [caller.socket.fileno()])
        return True

    assert run_as(stage.stranger.uid, connect_and_pass_on)
    _, descriptors, _, _ = socket.recv_fds(ours, 1, 1)
    with socket.socket(fileno=descriptors[0]) as connection:
        connection.settimeout(5)
        connection.send(wire.begin(victim.name))
        verb, found = wire.fields_of(connection.recv(wire.MAX_DATAGRAM))
    assert (verb, found[2][0]) == (wire.VERDICT, wire.POLICY_DENIES), found


@test("hostile input 43: the agent does not start over what is in its way")
def _(stage):
    other = stage.second_agent("in-the-way")
    os.makedirs(other.run, mode=0o755)
    target = f"{other.folder}/precious"

    def link():
        with open(target, "w") as f:
            f.write("kept")
        os.symlink(target, other.socket)

    def plain_file():
        with open(other.socket, "w") as f:
            f.write("kept")

    def strangers_socket():
        os.chmod(other.run, 0o777)

        def bind():
            socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).bind(
                other.socket)
        run_as(stage.stranger.uid, bind)
        os.chmod(other.run, 0o755)

    for obstacle in (link, plain_file, strangers_socket,
                     lambda: os.mkdir(other.socket)):
        obstacle()
        said = other.fails_to_start()
        assert "sign-in.sock" in said, said
        assert os.path.lexists(other.socket), "it was removed"
        if os.path.isdir(other.socket):
            os.rmdir(other.socket)
        else:
            os.unlink(other.socket)
    with open(target) as f:
        assert f.read() == "kept"


@test("hostile input 43: the agent refuses a directory that others can write")
def _(stage):
    other = stage.second_agent("open-run")
    os.makedirs(other.run)
    os.chmod(other.run, 0o777)
    said = other.fails_to_start()
    assert other.run in said and "chmod" in said, said


@test("hostile input 43: the module denies when its socket is no socket")
def _(stage):
    person = stage.registered()
    folder = f"{stage.agent.folder}/no-socket"
    os.makedirs(folder)
    os.mkfifo(f"{folder}/fifo")
    os.symlink("loop", f"{folder}/loop")
    os.symlink("nowhere", f"{folder}/dangling")
    with open(f"{folder}/file", "w") as f:
        f.write("x")
    try:
        for path in ("fifo", "loop", "dangling", "file", ".", "absent"):
            stage.set_module(f"socket={folder}/{path}")
            outcome = doors.ssh(person, Answers(person.password,
                                                [person.app.code()]))
            assert not outcome.admitted and outcome.seconds < 5, outcome
            stage.journal.wait_for(f"pam_mfa.*no-socket/{path}")
    finally:
        stage.restore_module()


@test("hostile input 44: a deleted socket is made anew within two seconds")
def _(stage):
    for path in (stage.agent.socket, stage.agent.control):
        os.unlink(path)
    wait_until(lambda: os.path.exists(stage.agent.socket)
               and os.path.exists(stage.agent.control), seconds=3)
    serves(stage)


@test("hostile input 46: an answer recorded from one sign-in fits no other")
def _(stage):
    person = stage.registered()
    with wire.Caller(stage.agent.socket) as first:
        first.send(wire.begin(person.name))
        ask = first.next_of(wire.ASK)
        recorded = wire.answer(ask[1][1], person.app.code())
        with wire.Caller(stage.agent.socket) as second:
            second.send(wire.begin(person.name))
            second.next_of(wire.ASK)
            second.send(recorded)
            verdict = second.receive()
            assert verdict is None or verdict[1][2][0] != wire.ALLOW, verdict
        first.send(recorded)
        assert first.next_of(wire.VERDICT)[1][2][0] == wire.ALLOW


@test("hostile input 46: a recorded sign-in, played again, is refused")
def _(stage):
    person = stage.registered()
    begin = wire.begin(person.name)
    code = person.app.code()
    outcomes = []
    for _ in range(2):
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(begin)
            ask = caller.next_of(wire.ASK)
            caller.send(wire.answer(ask[1][1], code))
            outcomes.append(caller.next_of(wire.VERDICT)[1][2][0])
    assert outcomes == [wire.ALLOW, wire.WRONG], outcomes


@test("a commit token is worth nothing to another process, user or service")
def _(stage):
    person, other = stage.registered(), stage.people.add()
    verdict = None
    with wire.Caller(stage.agent.socket) as caller:
        verdict = caller.verdict_of(person.name, person.app.code())
    token = verdict[4]

    def account(user, service, token):
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(wire.begin(user, service=service, token=token,
                                   phase=wire.ACCOUNT))
            return caller.next_of(wire.VERDICT)[1][2][0]

    assert account(person.name, "sshd", os.urandom(16)) != wire.ALLOW
    assert account(other.name, "sshd", token) != wire.ALLOW
    assert account(person.name, "sudo", token) != wire.ALLOW
    assert run_as(0, account, person.name, "sshd", token) != wire.ALLOW
    assert account(person.name, "sshd", token) == wire.ALLOW
    assert account(person.name, "sshd", token) == wire.ALLOW  # idempotent


@test("hostile input 50: with no descriptors left the agent waits, unhurried")
def _(stage):
    pid = stage.agent.process.pid
    # Numbers above what is open now: accept fails with EMFILE.
    highest = max(map(int, os.listdir(f"/proc/{pid}/fd")))
    limit = highest + 3
    before = prlimit(pid, f"{limit}:")
    spent = processor_seconds(stage)
    held = []
    try:
        for _ in range(20):
            held.append(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            held[-1].settimeout(2)
            held[-1].connect(stage.agent.socket)
            held[-1].send(wire.begin("root"))
        time.sleep(1.5)  # long enough to see a busy loop
        spent = processor_seconds(stage) - spent
        assert spent < 0.5, f"{spent} s of processor in 1.5 s"
        assert stage.agent.alive()
    finally:
        for connection in held:
            connection.close()
        prlimit(pid, before)
    serves(stage)


@test("garbage of every size, 3,000 times, and the agent serves")
def _(stage):
    chance = random.Random(50)
    good = wire.begin("root", rhost="192.0.2.1", tty="pts/1")
    for _ in range(3000):
        datagram = bytearray(good)
        for _ in range(chance.randrange(1, 6)):
            datagram[chance.randrange(len(datagram))] = chance.randrange(256)
        with wire.Caller(stage.agent.socket) as caller:
            caller.send(bytes(datagram[:chance.randrange(len(datagram) + 1)]))
    assert stage.agent.alive()
    serves(stage)


@test("the control socket survives garbage and answers the next caller")
def _(stage):
    for garbage in (b"\0", b"{}\0", b"[1,2]\0", b"{\"method\":7}\0",
                    b"{" * 5000 + b"\0", b"x" * 200_000, b"\xff" * 100 + b"\0",
                    b"{\"method\":\"org.pammfa.Control.Status\"",
                    b"GET / HTTP/1.1\r\n\r\n"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(0.5)
            s.connect(stage.agent.control)
            try:
                s.sendall(garbage)
                s.recv(65536)
            except OSError:
                pass
    assert stage.agent.ask("status")



def prlimit(pid, limits):
    """Sets RLIMIT_NOFILE; returns what it was."""
    shown = subprocess.run(
        ["prlimit", f"--pid={pid}", "--nofile", "--noheadings", "--raw",
         "-o", "SOFT,HARD"], capture_output=True, text=True, check=True)
    subprocess.run(["prlimit", f"--pid={pid}", f"--nofile={limits}"],
                   check=True)
    return ":".join(shown.stdout.split())


def wait_until(held, seconds=5):
    deadline = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
