# SPDX-License-Identifier: BSD-3-Clause
"""A central directory on the stage: the real mfa-connector, under a user of its
own, between the agent and a real slapd or the Graph server of the tests."""

import contextlib
import itertools
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import sys
import time

from . import place

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "connector"))

from certificates import Authority  # noqa: E402
from graph_directory import Tenant, guid  # noqa: E402,F401
from graph_server import (CLIENT, SECRET, GraphServer,  # noqa: E402
                          make_certificates)
import slapd  # noqa: E402

START_SECONDS = 20
USER = "mfa-connector"
NUMBERS = itertools.count(1)
# The agent listens to a connector from its start on, or never.
LISTENS = {"connector_user": USER}


def wait_for(what, condition, seconds=20):
    """The first true value of the condition."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not in {seconds} s: {what}")
        time.sleep(0.02)


class ConnectorProgram:
    def __init__(self, agent, account, folder, config):
        self.agent, self.account, self.folder = agent, account, folder
        os.makedirs(self.folder)
        self.config_file = self.folder + "/mfa-connector.yaml"
        self.log_file = self.folder + "/log"
        self.process = None
        with open(self.config_file, "w") as f:
            json.dump({"agent_socket": agent.connector, **config}, f)

    def command(self, *arguments):
        return [*self.account.as_me(f"{self.agent.build}/mfa-connector"),
                "--config", self.config_file, *arguments]

    def start(self):
        notify = self.folder + "/notify"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(notify)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, \
                open(self.log_file, "ab") as log:
            ready.bind(notify)
            os.chmod(notify, 0o666)
            self.process = subprocess.Popen(
                self.command("--debug"), stderr=log, stdout=log,
                stdin=subprocess.DEVNULL,
                env=dict(os.environ, NOTIFY_SOCKET=notify))
            readable, _, _ = select.select([ready], [], [], START_SECONDS)
            assert readable and b"READY=1" in ready.recv(4096), self.log()
        return self

    def log(self):
        with open(self.log_file, errors="replace") as f:
            return f.read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            assert self.process.wait(2) == 0


class Central:
    """The agent's central directory, as mfactl shows it."""

    def __init__(self, stage):
        self.stage, self.agent = stage, stage.agent

    def status(self):
        return self.agent.ask("directory", "status")

    def show(self, person):
        return self.agent.ask("directory", "show", person.name)

    def standing(self, person):
        record = self.show(person)["directory"]
        return record and record["standing"]

    def wait_for_generation(self, after=0):
        """The number of a generation that came after this one."""
        return wait_for(
            f"a generation after {after}; the status is {self.status()}",
            lambda: (lambda n: n > after and n)(self.status()["generation"]))

    def sync(self):
        """What an administrator does who does not want to wait."""
        done = self.agent.mfactl("directory", "sync")
        assert done.returncode == 0, done

    @contextlib.contextmanager
    def following(self):
        """What is done inside brings a new generation, which is waited for."""
        before = self.status()["generation"]
        yield
        self.wait_for_generation(before)

    @staticmethod
    def _folder(kind):
        return f"{place.HERE}/{kind}{next(NUMBERS)}"

    def secret(self, text):
        file = self._folder("secret")
        with open(file, "w") as f:
            f.write(text + "\n")
        os.chmod(file, 0o600)
        shutil.chown(file, self.stage.connector_user.name)
        return file

    @contextlib.contextmanager
    def connector(self, **config):
        program = ConnectorProgram(self.agent, self.stage.connector_user,
                                   self._folder("connector"), config)
        program.start()
        try:
            yield program
        finally:
            program.stop()

    @contextlib.contextmanager
    def slapd(self, content, **settings):
        folder = self._folder("slapd")
        server = slapd.Slapd(folder, Authority(folder + "-ca"), content,
                             **settings)
        try:
            yield server
        finally:
            server.close()

    def ldap(self, server, **changes):
        """The connector's configuration for this slapd."""
        return {"name": "test", "ldap": {
            "servers": [server.ldaps_url], "bind_dn": slapd.READER,
            "password_file": self.secret(slapd.PASSWORD),
            "ca_file": server.ca, "base": slapd.BASE, **changes}}

    @contextlib.contextmanager
    def graph(self, tenant):
        folder = pathlib.Path(self._folder("graph"))
        folder.mkdir()
        make_certificates(folder)
        server = GraphServer(folder, tenant, "good")
        server.ca = str(folder / "certificates" / "ca.pem")
        try:
            yield server
        finally:
            server.close()

    def entra(self, server, **changes):
        """The connector's configuration for this Graph server."""
        return {"name": "test", "graph": {
            "tenant": "contoso.example", "client_id": CLIENT,
            "credential": "secret", "secret_file": self.secret(SECRET),
            "login_url": server.url, "graph_url": server.url,
            "ca_file": server.ca, **changes}}
