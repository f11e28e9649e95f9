# SPDX-License-Identifier: BSD-3-Clause
"""connector.sock: what a connector can say, what anybody else can try, and
the example that is shipped."""

import contextlib
import itertools
import json
import os
import socket
import subprocess
import time

from stage import place
from stage.connector import Connector, HungUp, Refused, error_of, person
from stage.other_user import run_as
from suite import test

EXAMPLE = os.path.abspath(os.path.dirname(os.path.abspath(__file__))
                          + "/../../connector/examples/csv_connector.py")
NUMBERS = itertools.count(1)


@contextlib.contextmanager
def agent_with_directory(stage, **config):
    """An agent of its own, whose connector_user is the account `carrier`."""
    carrier = stage.people.add()
    agent = stage.second_agent(f"central{next(NUMBERS)}",
                               {"connector_user": carrier.name, **config})
    agent.carrier = carrier
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()


def people_there(agent):
    with Connector(agent) as connector:
        return connector.call("GetState")["people"]


def serves(agent):
    """A connector can still bring a generation."""
    with Connector(agent) as connector:
        connector.bring([person("ann")])
    assert people_there(agent) == 1


@test("connector_user may bring a generation, and so may root")
def _(stage):
    with agent_with_directory(stage) as agent:
        def bring():
            with Connector(agent) as connector:
                return connector.bring([person("ann"), person("bob")])
        brought = run_as(agent.carrier.uid, bring)
        assert brought["people"] == 2 and brought["generation"] >= 1, brought
        assert people_there(agent) == 2  # asked as root


@test("anybody else is not even listened to, and the log says who it was")
def _(stage):
    with agent_with_directory(stage) as agent:
        def ask():
            with Connector(agent) as connector:
                return error_of(connector.call, "org.varlink.service.GetInfo")
        assert run_as(stage.stranger.uid, ask) == "hung up"
        agent.wait_for_log(f"uid={stage.stranger.uid}")


@test("strangers who hold connector.sock open keep no connector out")
def _(stage):
    with agent_with_directory(stage) as agent:
        def hold():
            held = []
            for _ in range(100):
                s = socket.socket(socket.AF_UNIX)
                s.connect(agent.connector)
                held.append(s)
            return len(held)
        assert run_as(stage.stranger.uid, hold) == 100
        serves(agent)


@test("another connector_user counts from the reload on")
def _(stage):
    with agent_with_directory(stage) as agent:
        def ask():
            with Connector(agent) as connector:
                return connector.call("GetState")["generation"]
        assert run_as(agent.carrier.uid, ask) == 0
        agent.write_config({**agent.config,
                            "connector_user": stage.stranger.name})
        agent.ask("reload")
        assert run_as(stage.stranger.uid, ask) == 0
        try:
            run_as(agent.carrier.uid, ask)
        except AssertionError as refused:
            assert "HungUp" in str(refused)
        else:
            raise AssertionError("the old connector_user is still let in")


@test("a central directory cannot come or go at a reload")
def _(stage):
    with agent_with_directory(stage) as agent:
        config = dict(agent.config)
        del config["connector_user"]
        agent.write_config(config)
        done = agent.mfactl("reload")
        assert done.returncode != 0 and "connector_user" in done.stderr, done
        serves(agent)


@test("without connector_user there is no connector.sock")
def _(stage):
    assert not os.path.exists(stage.agent.connector)


@test("methods of the other socket cannot be called, on either")
def _(stage):
    with agent_with_directory(stage) as agent:
        with Connector(agent) as connector:
            for method in ("Status", "Reload", "AddMethod", "ShowUser"):
                error = error_of(connector.call, "org.pammfa.Control." + method)
                assert error == "MethodNotFound", error
        agent.connector, agent.control = agent.control, agent.connector
        with Connector(agent) as control:
            assert error_of(control.call, "GetState") == "MethodNotFound"
            assert error_of(control.begin) == "MethodNotFound"
        agent.connector, agent.control = agent.control, agent.connector
        serves(agent)


@test("the interface that is served is the file that is installed")
def _(stage):
    source = os.path.dirname(EXAMPLE) + "/../../agent/control/"
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        text = connector.call(
            "org.varlink.service.GetInterfaceDescription",
            interface="org.pammfa.Connector")["description"]
        with open(source + "org.pammfa.Connector.varlink") as f:
            assert f.read() == text


@test("a connector that hangs up in the middle leaves the last generation")
def _(stage):
    with agent_with_directory(stage) as agent:
        serves(agent)
        with Connector(agent) as connector:
            generation = connector.begin()
            connector.call("PutPeople", generation=generation,
                           people=[person(f"u{i}") for i in range(50)])
        assert people_there(agent) == 1
        serves(agent)


@test("an agent that is killed in the middle starts with the last generation")
def _(stage):
    with agent_with_directory(stage) as agent:
        serves(agent)
        with Connector(agent) as connector:
            generation = connector.begin()
            connector.call("PutPeople", generation=generation,
                           people=[person(f"u{i}") for i in range(50)])
            agent.kill()
        agent.start()
        assert people_there(agent) == 1
        serves(agent)


@test("of two connectors one brings, the other is told so")
def _(stage):
    with agent_with_directory(stage) as agent:
        with Connector(agent) as first, Connector(agent) as second:
            generation = first.begin()
            assert error_of(second.begin) == "Conflict"
            wrong = error_of(second.commit, generation)
            assert wrong == "WrongGeneration", wrong
            assert first.commit(generation)["generation"] == generation
            second.commit(second.begin())


@test("a connector that follows a generation of the past is refused")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        connector.bring([person("ann")])
        connector.bring([person("ann")], full=False)
        old = error_of(connector.call, "Begin", source="test", full=False,
                       kinds=["people"], base=1)
        assert old == "Conflict", old
        other = error_of(connector.begin, full=False, source="other")
        assert other == "Refused", other


@test("hostile input 31: a message above 1 MiB ends the connection")
def _(stage):
    with agent_with_directory(stage) as agent:
        with Connector(agent) as connector:
            generation = connector.begin()
            long = [person("ann", names=["x" * 500] * 30)] * 100
            try:
                connector.call("PutPeople", generation=generation, people=long)
            except HungUp:
                pass
            else:
                raise AssertionError("1.5 MiB were taken")
        serves(agent)


@test("a message of nearly 1 MiB is taken, each of its records")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        people = [person(f"u{i}") for i in range(9500)]
        assert 900_000 < len(json.dumps(people)) < 1 << 20
        assert connector.bring(people)["people"] == 9500


@test("hostile input 85: a message that is nested too deep is refused")
def _(stage):
    with agent_with_directory(stage) as agent:
        for data in (b"[" * 1_000_000, b'{"a":' * 200_000,
                     b'{"method":"x","parameters":' + b'{"a":[' * 9):
            with Connector(agent) as connector:
                connector.send_bytes(data[:1_000_000] + b"\0")
                assert error_of(connector.receive) == "Malformed"
                assert error_of(connector.receive) == "hung up"
        serves(agent)


@test("an object of 100,000 members costs nobody time")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        members = ",".join(f'"a{i}":1' for i in range(90_000))
        began = time.monotonic()
        connector.send_bytes(b'{"method":"x","parameters":{'
                             + members.encode() + b"}}\0")
        assert error_of(connector.receive) == "Malformed"
        assert time.monotonic() - began < 1


@test("what is no message is answered once and ends the connection")
def _(stage):
    with agent_with_directory(stage) as agent:
        for data in (b"\0", b"{}\0", b"null\0", b'{"method":7}\0',
                     b'{"method":"x","parameters":[]}\0', b"\xff\xfe\0",
                     b'{"method":"x","extra":1}\0', b"GET / HTTP/1.1\r\n\r\n\0",
                     b'{"method":"x","parameters":{"a":"\xff"}}\0'):
            with Connector(agent) as connector:
                connector.send_bytes(data)
                assert error_of(connector.receive) in (
                    "Malformed", "InvalidParameter"), data
                assert error_of(connector.receive) == "hung up"
        serves(agent)


@test("parameters that are unknown, missing or of a wrong type are named")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        good = {"source": "test", "full": True, "kinds": ["people"], "base": 0}
        for name, value in (("source", 7), ("source", ""), ("full", "yes"),
                            ("kinds", "people"), ("kinds", []),
                            ("kinds", ["everything"]), ("base", -1),
                            ("base", 1e30), ("extra", 1)):
            try:
                connector.call("Begin", **{**good, name: value})
            except Refused as refused:
                assert refused.name == "InvalidParameter", refused
                assert refused.parameters["parameter"] == name, refused
            else:
                raise AssertionError(f"{name}={value} was taken")


@test("hostile records are refused alone, with a reason that can be printed")
def _(stage):
    hostile = [
        person("a", uid=0), person("b", uid=-1), person("c", uid=4294967296),
        person("d", uid=65534), person("root:x"), person("../etc"),
        person("e", id=""), person("f", id="x" * 600),
        person("g", id="a\x1b[31m\n"), person("h", accountEnabled="true"),
        person("i", userType="Alien"), person("j", admin=True), 7, None,
        person("k", memberOf=["g"] * 5000)]
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        generation = connector.begin()
        refused = connector.call("PutPeople", generation=generation, people=[
            person("ann"), *hostile, person("bob")])["refused"]
        assert len(refused) == len(hostile), refused
        for each in refused:
            assert each["reason"].isprintable(), each
            assert each["id"].isprintable(), each
        assert connector.commit(generation)["people"] == 2
        assert "\x1b" not in agent.log()


@test("who is disabled by a record that is refused is not let in by an old one")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        connector.bring([person("ann"), person("bob")])
        generation = connector.begin(full=False)
        refused = connector.call("PutPeople", generation=generation, people=[
            person("ann", accountEnabled=False, uid=0)])["refused"]
        assert len(refused) == 1, refused
        assert connector.commit(generation)["people"] == 1


@test("a message of 349,495 nothings is answered with one sentence")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        generation = connector.begin()
        connector.send_bytes(
            b'{"method":"org.pammfa.Connector.PutPeople","parameters":'
            b'{"generation":%d,"people":[' % generation
            + b",".join([b"[]"] * 349_495) + b"]}}\0")
        try:
            connector.receive()
        except Refused as malformed:
            assert malformed.name == "Malformed", malformed
            assert len(str(malformed.parameters)) < 300, malformed
        else:
            raise AssertionError("it was taken")
        assert len(agent.log()) < 100_000
        serves(agent)


@test("hostile input 81: a risk in words of the future is taken for high")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        generation = connector.begin(kinds=["people", "risks"])
        connector.call("PutPeople", generation=generation,
                       people=[person("ann")])
        refused = connector.call("PutRisks", generation=generation, risks=[
            {"id": "id-of-ann", "riskLevel": "severe", "riskState": "atRisk"},
            {"id": "id-of-ann", "riskLevel": "high", "riskState": "maybe"}])
        assert refused["refused"] == [], refused
        status = connector.commit(generation)
        assert status["people"] == 1, status


@test("asked for work, the agent says at once that it is there")
def _(stage):
    with agent_with_directory(stage) as agent, Connector(agent) as connector:
        connector.send("Work", {}, more=True)
        assert connector.receive() == {"work": None}
        assert error_of(Connector(agent).call, "Work") == "ExpectedMore"


def csv_files(people, groups):
    folder = f"{place.HERE}/csv{next(NUMBERS)}"
    os.makedirs(folder)
    files = [folder + "/people.csv", folder + "/groups.csv"]
    for path, text in zip(files, (people, groups)):
        with open(path, "w") as f:
            f.write(text)
    return files


def run_example(agent, *files):
    return subprocess.run(["/usr/bin/python3", EXAMPLE, agent.connector,
                           *files], capture_output=True, text=True, timeout=30,
                          check=False)


@test("the example connector brings two files, and says what is refused")
def _(stage):
    files = csv_files("id,account,enabled\n1,ann,true\n2,bob,false\n3,a:b,true\n",
                      "id,name,members\n9,Admins,1 2\n")
    with agent_with_directory(stage) as agent:
        done = run_example(agent, *files)
        assert done.returncode == 0, done
        assert "refused 3: account" in done.stderr, done
        with Connector(agent) as connector:
            state = connector.call("GetState")
            assert (state["source"], state["people"], state["groups"]) == (
                "csv", 2, 1), state
        again = run_example(agent, *files)
        assert again.returncode == 0, again


@test("the example connector ends with the agent's error, and changes nothing")
def _(stage):
    with agent_with_directory(stage) as agent:
        with Connector(agent) as connector:
            connector.begin()
            done = run_example(agent, *csv_files("id,account,enabled\n", ""))
        assert done.returncode == 1 and "Conflict" in done.stderr, done
        assert people_there(agent) == 0
