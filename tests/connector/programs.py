# SPDX-License-Identifier: BSD-3-Clause
"""mfa-agent and mfa-connector as they are installed, in a folder of a test."""

import json
import os
import signal
import socket
import subprocess
import time

PATIENCE = 30  # s; only a broken test waits so long


def until(true, patience=PATIENCE):
    """How long it took until true() was."""
    began = time.monotonic()
    while not true():
        took = time.monotonic() - began
        assert took < patience, "it never came to be"
        time.sleep(0.02)
    return time.monotonic() - began


class Program:
    """One of the built programs, which ends with the test."""

    def __init__(self, name, *arguments, log=None, there=(), environment=None):
        """`there`: what runs a command where the server is."""
        self.process = subprocess.Popen(
            [*there, "setpriv", "--pdeathsig", "KILL",
             f"{os.environ['MFA_BUILD']}/{name}", *arguments],
            stdout=subprocess.DEVNULL, stderr=log or subprocess.DEVNULL,
            env={**os.environ, **(environment or {})})

    def end(self, how=signal.SIGTERM):
        """The exit status and how long it took."""
        began = time.monotonic()
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        return status, time.monotonic() - began

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Varlink:
    """A connection to one of the agent's sockets."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def call(self, method, **parameters):
        """What the agent replies; `method` without "org.pammfa."."""
        message = {"method": f"org.pammfa.{method}", "parameters": parameters}
        self._socket.sendall(json.dumps(message).encode() + b"\0")
        answer = b""
        while not answer.endswith(b"\0"):
            piece = self._socket.recv(65536)
            if not piece:
                raise OSError("hung up")
            answer += piece
        reply = json.loads(answer[:-1])
        assert "error" not in reply, reply
        return reply["parameters"]


class Agent:
    def __init__(self, folder, **config):
        self.folder = folder
        os.makedirs(f"{folder}/run")
        self.socket = f"{folder}/run/connector.sock"
        self.control = f"{folder}/run/control.sock"
        self.sign_in = f"{folder}/run/sign-in.sock"
        self.config = f"{folder}/mfa-agent.yaml"
        with open(self.config, "w", encoding="ascii") as out:
            json.dump({"runtime_directory": f"{folder}/run",
                       "state_directory": f"{folder}/state",
                       "connector_user": "root", **config}, out, indent=1)
        self.program = None
        self.start()

    def start(self):
        self.program = Program("mfa-agent", "--config", self.config)
        until(self._answers)

    def _answers(self):
        try:
            self.state()
        except OSError:
            return False
        return True

    def state(self):
        with Varlink(self.socket) as agent:
            return agent.call("Connector.GetState")

    def lose_the_directory(self):
        self.program.end()
        for name in os.listdir(f"{self.folder}/state"):
            if name.startswith("directory"):
                os.remove(f"{self.folder}/state/{name}")
        self.start()

    def close(self):
        self.program.close()


class Stage:
    """An agent, and a connector to be started. `config`: of the agent."""

    def __init__(self, w, **config):
        self.folder = f"{w.folder}/program"
        self.agent = Agent(self.folder, **config)
        self.config = f"{self.folder}/mfa-connector.yaml"
        self.log = f"{self.folder}/log"
        self._open = [self.agent]

    def configure(self, ldap):
        with open(f"{self.config}.new", "w", encoding="ascii") as out:
            json.dump({"agent_socket": self.agent.socket, "ldap": ldap}, out,
                      indent=1)
        os.rename(f"{self.config}.new", self.config)

    def connector(self, *arguments, **where):
        with open(self.log, "a", encoding="ascii") as log:
            program = Program("mfa-connector", "--config", self.config,
                              *arguments, log=log, **where)
        self._open.append(program)
        return program

    def once(self, **where):
        """The exit status. `where`: see Program."""
        return self.connector("--once", **where).process.wait(PATIENCE)

    def trouble(self):
        """What `mfactl directory status` says is wrong."""
        with Varlink(self.agent.control) as agent:
            return agent.call(
                "Control.ShowDirectory")["connector"]["trouble"]

    def says(self, words):
        with open(self.log, encoding="utf-8") as log:
            return words in log.read()

    def close(self):
        for thing in reversed(self._open):
            thing.close()
