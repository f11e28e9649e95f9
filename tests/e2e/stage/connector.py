# SPDX-License-Identifier: BSD-3-Clause
"""A connector's end of connector.sock, byte by byte: well-behaved or not."""

import json
import socket

INTERFACE = "org.pammfa.Connector."


class HungUp(Exception):
    """The agent closed the connection."""


class Refused(Exception):
    """A Varlink error: its name and its parameters."""

    def __init__(self, name, parameters):
        super().__init__(f"{name} {parameters}")
        self.name = name.rpartition(".")[2]
        self.parameters = parameters


class Connector:
    # Only a broken test waits so long.
    def __init__(self, agent, seconds=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(agent.connector)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send_bytes(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise HungUp() from None

    def send(self, method, parameters=None, **more):
        if "." not in method:
            method = INTERFACE + method
        message = {"method": method, "parameters": parameters or {}, **more}
        self.send_bytes(json.dumps(message).encode() + b"\0")

    def receive(self):
        while b"\0" not in self.received:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise HungUp()
            self.received += data
        message, _, self.received = self.received.partition(b"\0")
        reply = json.loads(message)
        if "error" in reply:
            raise Refused(reply["error"], reply["parameters"])
        return reply["parameters"]

    def call(self, method, **parameters):
        self.send(method, parameters)
        return self.receive()

    # --- a generation --------------------------------------------------------

    def begin(self, full=True, kinds=("people",), source="test"):
        base = self.call("GetState")["generation"]
        return self.call("Begin", source=source, full=full, kinds=list(kinds),
                         base=base)["generation"]

    def commit(self, generation, token=None, kinds=("people",)):
        return self.call("Commit", generation=generation, token=token,
                         removeAbsent=False, upToDate=list(kinds))

    def bring(self, people, full=True):
        """One whole generation of these people."""
        generation = self.begin(full)
        refused = self.call("PutPeople", generation=generation,
                            people=list(people))["refused"]
        assert not refused, refused
        return self.commit(generation)


def person(name, **members):
    return {"id": "id-of-" + name, "names": [], "account": name,
            "accountEnabled": True, "memberOf": [], **members}


def error_of(call, *arguments, **parameters):
    """The name of the error that a call ends with."""
    try:
        reply = call(*arguments, **parameters)
    except Refused as refused:
        return refused.name
    except HungUp:
        return "hung up"
    raise AssertionError(f"no error, but {reply}")
