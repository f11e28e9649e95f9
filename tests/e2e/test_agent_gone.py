# SPDX-License-Identifier: BSD-3-Clause
"""An agent that is stopped, hung, killed in mid-dialog or replaced by an
impostor: always a denial, always within a bounded time."""

import os
import socket
import threading
import time

from stage import doors, wire
from stage.doors import Answers
from suite import test

# libpam waits after a failure up to 1.5 times the 2 s that we ask for; ssh
# itself takes about half a second.
QUICK = 5.0
# The module waits 3 s for an agent that does not answer.
HUNG = QUICK + 3.5


def try_right_code(person, **options):
    return doors.ssh(person, Answers(person.password, [person.app.code()]),
                     **options)


def denied(outcome, seconds):
    assert not outcome.admitted, outcome
    assert outcome.seconds < seconds, outcome


def denied_after_the_prompt(outcome, seconds):
    denied(outcome, seconds)
    assert outcome.prompts == ["password", "code"], outcome


class Impostor:
    """Listens where the agent should, as another user, and answers every
    message with what `answer` makes of it."""

    def __init__(self, stage, uid, answer):
        self.path = stage.agent.socket
        self.answer = answer
        self.met = threading.Event()
        if os.path.exists(self.path):
            os.unlink(self.path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if uid:
            self._listen_as(uid)
        else:
            self.socket.bind(self.path)
            self.socket.listen(8)
        os.chmod(self.path, 0o666)
        threading.Thread(target=self._serve, daemon=True).start()

    def _listen_as(self, uid):
        """SO_PEERCRED shows who called listen: a child with another uid."""
        folder = os.path.dirname(self.path)
        mode = os.stat(folder)
        os.chmod(folder, 0o777)
        child = os.fork()
        if child == 0:
            os.setuid(uid)
            self.socket.bind(self.path)
            self.socket.listen(8)
            os._exit(0)
        os.waitpid(child, 0)
        os.chmod(folder, mode.st_mode & 0o777)

    def _serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            self.met.set()
            threading.Thread(target=self._converse, args=(peer,),
                             daemon=True).start()

    def _converse(self, peer):
        with peer:
            while True:
                try:
                    message = peer.recv(wire.MAX_DATAGRAM)
                    if not message:
                        return
                    for reply in self.answer(message):
                        peer.send(reply)
                except OSError:
                    return

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        os.unlink(self.path)


def verdict(nonce, outcome=wire.ALLOW, extra=b""):
    body = wire.field(1, nonce) + wire.field(2, bytes([outcome]))
    if outcome == wire.ALLOW:
        body += wire.field(4, os.urandom(16))
    return (bytes([wire.VERSION, wire.VERDICT]) + body
            + wire.field(5, b"0" * 36) + extra)


def nonce_of(message):
    return wire.fields_of(message)[1].get(2, b"\0" * 16)


def with_impostor(stage, uid, answer):
    if not stage.agent.alive():
        stage.agent.start()
    person = stage.registered()
    stage.agent.stop()
    since = stage.journal.mark()
    with Impostor(stage, uid, answer) as impostor:
        outcome = try_right_code(person)
        assert impostor.met.is_set(), "nobody came to the impostor"
    if not outcome.admitted:
        stage.journal.wait_for(rf'pam_mfa.*denied user="{person.name}"', since)
    return outcome


@test("agent stopped: ssh is denied at once, with no code prompt")
def _(stage):
    person = stage.registered()
    stage.agent.stop()
    outcome = try_right_code(person)
    denied(outcome, QUICK)
    assert outcome.prompts == ["password"], outcome


@test("agent stopped: the log names the socket that nobody serves")
def _(stage):
    person = stage.registered()
    stage.agent.stop()
    since = stage.journal.mark()
    try_right_code(person)
    stage.journal.wait_for(r"pam_mfa.*sign-in\.sock", since)


@test("agent stopped: login and sudo are denied, and nobody is let in by grace")
def _(stage):
    person = stage.people.add(groups=["sudoers"])
    stage.agent.stop()
    for door in (doors.login, doors.sudo, doors.ssh):
        since = stage.journal.mark()
        denied(door(person), QUICK)
        stage.journal.wait_for("pam_mfa.*PAM_AUTHINFO_UNAVAIL", since)


@test("agent stopped: a public key alone does not get in either")
def _(stage):
    person = stage.people.add()
    key = stage.people.make_key(person)
    stage.agent.stop()
    since = stage.journal.mark()
    denied(doors.ssh(person, methods="publickey", key=key), QUICK)
    stage.journal.wait_for("pam_mfa.*PAM_AUTHINFO_UNAVAIL", since)


@test("hostile input 48: a hung agent (SIGSTOP) means denial within 3 seconds")
def _(stage):
    person = stage.registered()
    stage.agent.hang()
    outcome = try_right_code(person)
    stage.agent.wake()
    denied(outcome, HUNG)
    assert outcome.seconds > 3, outcome
    assert outcome.prompts == ["password"], outcome


@test("an agent that hangs after the prompt means denial within 3 seconds")
def _(stage):
    person = stage.registered()
    outcome = doors.ssh(person, Answers(
        person.password, [person.app.code()], before_code=stage.agent.hang))
    stage.agent.wake()
    denied_after_the_prompt(outcome, HUNG)


@test("an agent killed in the middle of the dialog means denial at once")
def _(stage):
    person = stage.registered()
    outcome = doors.ssh(person, Answers(
        person.password, [person.app.code()], before_code=stage.agent.kill))
    denied_after_the_prompt(outcome, QUICK)


@test("an agent that is stopped in the middle of the dialog means denial")
def _(stage):
    person = stage.registered()
    outcome = doors.ssh(person, Answers(
        person.password, [person.app.code()], before_code=stage.agent.stop))
    denied_after_the_prompt(outcome, QUICK)


@test("an agent that was killed serves again, and the code still works once")
def _(stage):
    person = stage.registered()
    code = person.app.code()
    assert doors.ssh(person, Answers(person.password, [code])).admitted
    stage.agent.kill()
    began = time.monotonic()
    stage.agent.start()
    assert time.monotonic() - began < 1.0, "more than a second to serve again"
    denied(doors.ssh(person, Answers(person.password, [code])), QUICK)
    stage.agent.enrol(person)
    assert try_right_code(person).admitted


@test("hostile input 45: a socket of another user is not believed")
def _(stage):
    outcome = with_impostor(
        stage, stage.stranger.uid, lambda m: [verdict(nonce_of(m))])
    denied(outcome, QUICK)
    assert "code" not in outcome.prompts, outcome
    stage.journal.wait_for(r"pam_mfa.*sign-in\.sock")


@test("garbage from the socket is a denial, whatever it is")
def _(stage):
    for garbage in (b"", b"\x01", b"\xff" * 60000, os.urandom(500),
                    b"HTTP/1.1 200 OK\r\n\r\n", b"\x01\x12"):
        outcome = with_impostor(stage, 0, lambda m, g=garbage: [g])
        denied(outcome, HUNG)


@test("hostile input 47: a verdict for another sign-in is a denial")
def _(stage):
    outcome = with_impostor(stage, 0, lambda m: [verdict(os.urandom(16))])
    denied(outcome, QUICK)


@test("hostile input 49: a verdict with a byte too few or too many is a denial")
def _(stage):
    for spoil in (lambda v: v[:-1], lambda v: v + b"\0",
                  lambda v: v[:1] + b"\x13" + v[2:], lambda v: b"\2" + v[1:]):
        outcome = with_impostor(
            stage, 0, lambda m, s=spoil: [s(verdict(nonce_of(m)))])
        denied(outcome, QUICK)


@test("the impostor of these tests would be let in if it spoke well")
def _(stage):
    # Shows that the denials above come from what was wrong in each.
    outcome = with_impostor(stage, 0, lambda m: [verdict(nonce_of(m))])
    assert outcome.admitted, outcome


@test("an agent that tells for ever is cut off by the deadline")
def _(stage):
    stage.set_module(*stage.module_arguments, "timeout=6")
    tell = (bytes([wire.VERSION, wire.TELL]) + wire.field(1, b"\1")
            + wire.field(2, b"still thinking"))
    outcome = with_impostor(stage, 0, lambda m: [tell] * 5000)
    stage.restore_module()
    denied(outcome, HUNG + 6)


@test("an emergency account named in the module passes on the console only")
def _(stage):
    stage.agent.stop()
    since = stage.journal.mark()
    denied(doors.ssh(stage.emergency), QUICK)
    denied(doors.login(stage.emergency), QUICK)
    outcome = doors.login(stage.emergency, terminal="/dev/tty9")
    assert outcome.admitted, outcome
    line = stage.journal.wait_for(r"pam_mfa.*emergency", since)
    authpriv_alert = 10 * 8 + 1
    assert stage.journal.find(rf"^<{authpriv_alert}>.*breakglass", since), line
    person = stage.people.add()
    denied(doors.login(person, terminal="/dev/tty9"), QUICK)


@test("an agent that runs as the user mfa-agent is believed")
def _(stage):
    stage.agent.stop()
    other = stage.second_agent("as-user", run_as="mfa-agent").start()
    person = stage.people.add()
    other.enrol(person)
    stage.set_module(f"socket={other.socket}")
    try:
        assert try_right_code(person).admitted
    finally:
        stage.restore_module()
        other.stop()
