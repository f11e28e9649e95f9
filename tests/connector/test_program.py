# SPDX-License-Identifier: BSD-3-Clause
"""mfa-connector itself, between a real slapd and a real mfa-agent."""

import contextlib
import signal
import socket

from programs import Stage, until
from slapd import group, person, person_dn
from tap import test
from world import world

STAFF = "".join(person(f"u{i}", 10000 + i) for i in range(20))
GROUPS = (group("admins", person_dn("u1"))
          + group("staff", *(person_dn(f"u{i}") for i in range(20))))


@contextlib.contextmanager
def stage():
    with world() as w:
        made = Stage(w)
        try:
            yield w, made
        finally:
            made.close()


@test("the program brings a directory to the agent once, and ends")
def _():
    with stage() as (w, s):
        s.configure(w.settings(w.slapd(STAFF + GROUPS)))
        assert s.once() == 0
        state = s.agent.state()
        assert (state["people"], state["groups"]) == (20, 2), state
        assert state["source"] == "ldap:dc=example,dc=org"
        assert not state["fullSyncWanted"]


@test("the program fails, and says why, when nobody answers")
def _():
    with stage() as (w, s):
        server = w.slapd(STAFF + GROUPS)
        s.configure(w.settings(server))
        server.stop()
        assert s.once() == 1
        assert s.says(server.ldaps_url)
        s.agent.program.end()
        assert s.once() == 1
        assert s.says("mfa-agent is not running")


@test("the running program brings a change within two seconds")
def _():
    with stage() as (w, s):
        server = w.slapd(STAFF + GROUPS)
        s.configure(w.settings(server))
        s.connector()
        until(lambda: s.agent.state()["people"] == 20)
        server.add(person("newcomer", 30000))
        assert until(lambda: s.agent.state()["people"] == 21) < 2


@test("an agent that was restarted and lost its directory gets it again")
def _():
    with stage() as (w, s):
        s.configure(w.settings(w.slapd(STAFF + GROUPS)))
        s.connector()
        until(lambda: s.agent.state()["people"] == 20)
        s.agent.lose_the_directory()
        assert until(lambda: s.agent.state()["people"] == 20) < 10


@test("a server that comes back is noticed")
def _():
    with stage() as (w, s):
        server = w.slapd(STAFF + GROUPS)
        s.configure(w.settings(server))
        s.connector()
        until(lambda: s.agent.state()["people"] == 20)
        server.stop()
        server.start()
        server.add(person("newcomer", 30000))
        assert until(lambda: s.agent.state()["people"] == 21) < 10


@test("another part of the directory is brought in full after a reload")
def _():
    with stage() as (w, s):
        settings = w.settings(w.slapd(STAFF + GROUPS))
        s.configure(settings)
        program = s.connector()
        until(lambda: s.agent.state()["groups"] == 2)
        s.configure({**settings, "groups_filter": "(cn=admins)"})
        program.process.send_signal(signal.SIGHUP)
        until(lambda: s.agent.state()["groups"] == 1)
        assert s.agent.state()["people"] == 20


@test("a reload with an error changes nothing, and is said")
def _():
    with stage() as (w, s):
        server = w.slapd(STAFF + GROUPS)
        settings = w.settings(server)
        s.configure(settings)
        program = s.connector()
        until(lambda: s.agent.state()["people"] == 20)
        s.configure({**settings, "prest": "ad"})
        program.process.send_signal(signal.SIGHUP)
        until(lambda: s.says('did you mean \\"preset\\"?')
              or s.says('did you mean "preset"?'))
        server.add(person("newcomer", 30000))
        until(lambda: s.agent.state()["people"] == 21)


@test("the program ends at once, also while a server says nothing")
def _():
    with stage() as (w, s), socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        s.configure(w.settings(f"ldaps://127.0.0.1:{port}",
                               network_timeout="30s"))
        program = s.connector()
        mute.settimeout(30)
        mute.accept()  # it waits for TLS now
        status, took = program.end()
        assert (status, took < 2) == (0, True), (status, took)


@test("a group that does not fit into a message arrives whole")
def _():
    members = [f"uid={i},ou=people,dc=elsewhere,dc=example" + "x" * 60
               for i in range(20000)]
    with stage() as (w, s):
        s.configure(w.settings(w.slapd(STAFF + group("wide", *members))))
        assert s.once() == 0
        assert s.agent.state()["groups"] == 1
        assert not s.says("left out")
