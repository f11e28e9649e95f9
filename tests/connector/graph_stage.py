# SPDX-License-Identifier: BSD-3-Clause
"""The connector's Graph source (graph_driver.cc) against graph_server.py, and
what an agent would know by it: generation by generation, all or nothing."""

import contextlib
import copy
import json
import os
import pathlib
import subprocess
import tempfile

from graph_directory import Tenant
from graph_server import CLIENT, SECRET, GraphServer, make_certificates

_folder = tempfile.TemporaryDirectory(prefix="mfa-graph.")
FOLDER = pathlib.Path(_folder.name)
CA = FOLDER / "certificates" / "ca.pem"
SECRET_FILE = FOLDER / "secret"


def prepare():
    if SECRET_FILE.exists():
        return
    make_certificates(FOLDER)
    SECRET_FILE.write_text(SECRET + "\n")
    SECRET_FILE.chmod(0o600)


class Known:
    """What the agent has in force."""

    def __init__(self):
        self.people, self.groups, self.devices, self.risks = {}, {}, {}, {}
        self.roles = set()

    def empty(self, kind):
        tables = {"people": (self.people, self.groups),
                  "roles": (self.roles,), "risks": (self.risks,),
                  "devices": (self.devices,)}
        for table in tables[kind]:
            table.clear()


class Source:
    def __init__(self, url, environment=None, **configuration):
        self.known, self._open = Known(), None
        self.pauses, self.begun, self.up_to_date = [], [], []
        self.commits = self.aborts = 0
        configuration = {
            "tenant": "contoso.example", "client_id": CLIENT, "credential":
            "secret", "secret_file": str(SECRET_FILE), "login_url": url,
            "graph_url": url, "ca_file": str(CA), "request_timeout": 10,
            **configuration}
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL",
             os.environ["MFA_BUILD"] + "/tests/graph_driver",
             json.dumps(configuration)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})})
        self.interval = json.loads(self.process.stdout.readline())["interval"]

    def do(self, what, **arguments):
        """The last line of what it came to."""
        self.process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            line = json.loads(line)
            if "done" in line:
                return line
            self._take(line)
        raise AssertionError("the driver ended: " + self.process.stderr.read())

    def refresh(self):
        return self.do("refresh")

    def refreshed(self):
        """A refresh that must succeed."""
        end = self.refresh()
        assert end["done"], end
        return end

    def fails(self, kind, *words):
        """A refresh that must not, and leaves what was known in force."""
        before = copy.deepcopy(vars(self.known))
        end = self.refresh()
        assert not end["done"], end
        assert end["kind"] == kind, end
        for word in words:
            assert word in end["what"], end
        assert vars(self.known) == before, "what was known has changed"
        return end

    def said(self):
        """What it wrote to its log; ends it."""
        self.process.stdin.close()
        text = self.process.stderr.read()
        assert self.process.wait() == 0, text
        return text

    def peak_memory(self):
        """In MiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def close(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout,
                     self.process.stderr):
            with contextlib.suppress(OSError):
                pipe.close()

    def _take(self, line):
        what, value = next(iter(line.items()))
        if what == "pause_ms":
            self.pauses.append(value / 1000)
        elif what == "told":
            self.told = value
        elif what == "up_to_date":
            self.up_to_date += value
        elif what == "begin":
            self._begin(value, line["full"])
        elif what == "commit":
            self.known, self._open = self._open, None
            self.commits += 1
        elif what in ("abort", "held"):
            self._open = None
            self.aborts += 1
        else:
            getattr(self, f"_take_{what}")(value)

    def _begin(self, kinds, full):
        assert self._open is None
        self._open = copy.deepcopy(self.known)
        self.begun.append((kinds, "full" if full else "delta"))
        for kind in kinds if full else ():
            self._open.empty(kind)

    def _take_person(self, person):
        self._open.people[person["id"]] = person

    def _take_group(self, group):
        self._open.groups[group["id"]] = {
            "name": group["name"], "members": set(group["members"])}

    def _take_add_members(self, change):
        self._open.groups[change["group"]]["members"] |= set(change["members"])

    def _take_remove_members(self, change):
        self._open.groups[change["group"]]["members"] -= set(change["members"])

    def _take_remove(self, record):
        self._open.people.pop(record["id"], None)
        self._open.groups.pop(record["id"], None)

    def _take_role(self, assignment):
        self._open.roles.add((assignment["role"], assignment["principal"]))

    def _take_risk(self, risk):
        self._open.risks[risk["id"]] = risk

    def _take_device(self, device):
        self._open.devices[device["id"]] = device


@contextlib.contextmanager
def server(users=20, groups=3, tls="good"):
    prepare()
    graph = GraphServer(FOLDER, Tenant(users, groups), tls)
    try:
        yield graph
    finally:
        graph.close()


@contextlib.contextmanager
def source(graph, environment=None, **configuration):
    made = Source(graph.url, environment, **configuration)
    try:
        yield made
    finally:
        made.close()


ONLY = {"people": {"roles": False, "risks": False, "devices": False},
        "roles": {"people": False, "risks": False, "devices": False},
        "risks": {"people": False, "roles": False, "devices": False},
        "devices": {"people": False, "roles": False, "risks": False}}


@contextlib.contextmanager
def people_only(users=20, groups=3, **configuration):
    with server(users, groups) as graph, \
            source(graph, **ONLY["people"], **configuration) as connector:
        yield graph, connector


def same_people(graph, connector):
    """What is known is what the tenant has."""
    tenant, known = graph.tenant, connector.known
    assert set(known.people) == set(tenant.users)
    for id, user in tenant.users.items():
        person = known.people[id]
        assert person["enabled"] == user["accountEnabled"], person
        assert person["account"] == user.get("mailNickname"), person
        assert person["upn"] == user["userPrincipalName"], person
    assert {id: group["name"] for id, group in known.groups.items()} == \
        {id: group["displayName"] for id, group in tenant.groups.items()}
    for id, members in tenant.members.items():
        assert known.groups[id]["members"] == set(members), id
