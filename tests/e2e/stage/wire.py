# SPDX-License-Identifier: BSD-3-Clause
"""The sign-in protocol from Python, as wire/PROTOCOL.md describes it: for
tests that need more callers, or worse ones, than libpam makes."""

import os
import socket
import struct

VERSION = 1
BEGIN, ANSWER, CANCEL, ASK, TELL, VERDICT = 1, 2, 3, 16, 17, 18
AUTHENTICATE, ACCOUNT = 1, 2
GIVEN, EMPTY, UNUSABLE, FAILED = 1, 2, 3, 4
ALLOW, WRONG, TRIES_SPENT, POLICY_DENIES, UNAVAILABLE = 1, 2, 3, 4, 5
PASSWORD_GIVEN = 4
MAX_DATAGRAM = 65536


def field(tag, value):
    return struct.pack(">BH", tag, len(value)) + value


def begin(user, service="sshd", phase=AUTHENTICATE, nonce=None, rhost=None,
          ruser=None, tty=None, flags=PASSWORD_GIVEN, time_left_ms=50000,
          token=None, ssh_auth_info=""):
    """As sshd's keyboard-interactive asks, if nothing else is said."""
    fields = [(1, bytes([phase])), (2, nonce or os.urandom(16)),
              (3, user.encode()), (4, service.encode()),
              (5, rhost), (6, ruser), (7, tty), (9, ssh_auth_info),
              (11, struct.pack(">I", flags)),
              (12, struct.pack(">I", time_left_ms)), (13, token)]
    return bytes([VERSION, BEGIN]) + b"".join(
        field(tag, v.encode() if isinstance(v, str) else v)
        for tag, v in fields if v is not None)


def answer(ask_id, text, status=GIVEN):
    body = field(1, ask_id) + field(2, bytes([status]))
    if status == GIVEN:
        body += field(3, text.encode())
    return bytes([VERSION, ANSWER]) + body


def fields_of(datagram):
    """(verb, {tag: bytes}) of what the agent sent."""
    found, at = {}, 2
    while at < len(datagram):
        tag, length = struct.unpack_from(">BH", datagram, at)
        found[tag] = datagram[at + 3:at + 3 + length]
        at += 3 + length
    return datagram[1], found


class Caller:
    """One connection to the agent, as pam_mfa.so makes it."""

    def __init__(self, path, seconds=10):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(seconds)
        self.socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, datagram):
        self.socket.send(datagram)

    def receive(self):
        """(verb, fields), or None when the agent has closed."""
        try:
            datagram = self.socket.recv(MAX_DATAGRAM)
        except ConnectionResetError:
            return None
        return fields_of(datagram) if datagram else None

    def next_of(self, verb):
        """The next message of that verb; skips what the agent tells."""
        while True:
            message = self.receive()
            if message is None or message[0] == verb:
                return message
            if message[0] != TELL:
                raise AssertionError(f"verb {message[0]} came, not {verb}")

    def sign_in(self, user, code, **items):
        """A whole auth phase with one answer; returns the outcome number."""
        return self.verdict_of(user, code, **items)[2][0]

    def verdict_of(self, user, code, **items):
        self.send(begin(user, **items))
        message = self.next_of(ASK)
        self.send(answer(message[1][1], code))
        return self.next_of(VERDICT)[1]


def sign_in(path, user, code, **items):
    with Caller(path) as caller:
        return caller.sign_in(user, code, **items)
