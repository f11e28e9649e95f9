# SPDX-License-Identifier: BSD-3-Clause
"""Drives tests/connector/probe.cc and keeps what it would tell the agent, as
the agent would: generation by generation, all or nothing."""

import copy
import json
import os
import selectors
import subprocess
import time

PATIENCE = 60  # s; only a broken test waits so long


class Refused(Exception):
    """The source reported an error."""

    def __init__(self, error, kind):
        super().__init__(f"{kind}: {error}")
        self.error, self.kind = error, kind


class State:
    def __init__(self):
        self.people, self.groups, self.devices = {}, {}, {}


class Probe:
    def __init__(self, folder, ldap, quiet=False, environment=None,
                 there=()):
        """`ldap`: the configuration's map of that name."""
        os.makedirs(folder, exist_ok=True)
        file = f"{folder}/mfa-connector.yaml"
        with open(file, "w", encoding="utf-8") as out:
            out.write(json.dumps({"ldap": ldap}, indent=1) + "\n")
        os.chmod(file, 0o640)
        program = os.environ["MFA_BUILD"] + "/tests/directory-probe"
        self._process = subprocess.Popen(
            [*there, "setpriv", "--pdeathsig", "KILL", program, file,
             *(["quiet"] if quiet else [])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})})
        self.state = State()
        self._open = None
        # Of the last generation: "full", "delta", and what it held.
        self.last = None
        self.generations = 0
        self.records = 0
        self.memory = None
        self._touched = set()

    @property
    def people(self):
        return self.state.people

    @property
    def groups(self):
        return self.state.groups

    def account(self, name):
        found = [p for p in self.people.values() if p["account"] == name]
        assert len(found) == 1, f"{len(found)} people are {name}"
        return found[0]

    def group(self, name):
        found = [g for g in self.groups.values() if g["name"] == name]
        assert len(found) == 1, f"{len(found)} groups are {name}"
        return found[0]

    def groups_of(self, name):
        """Names of the groups that `name` is in, through groups."""
        person = self.account(name)
        keys, found = {person["id"], *person["names"]}, set()
        wanted = set(person["member_of"])
        grown = True
        while grown:
            grown = False
            for group in self.groups.values():
                own = {group["id"], *group["names"]}
                if group["name"] not in found and (
                        keys & set(group["members"]) or wanted & own):
                    found.add(group["name"])
                    keys |= own
                    grown = True
        return found

    def refresh(self):
        return self._run("refresh", ("refreshed",))

    def wait(self, milliseconds):
        return self._run(f"wait {milliseconds}", ("woke",))["woke"]

    def wait_until(self, holds, seconds=PATIENCE):
        """Lets changes come until `holds`; how long that took."""
        begun = time.monotonic()
        while not holds():
            if time.monotonic() - begun > seconds:
                raise AssertionError("what was waited for did not happen")
            assert self.wait(20) == "changed", "the connection broke"
        return time.monotonic() - begun

    def forget(self):
        self._send("forget")

    def go_on_from(self, other):
        """As after a restart: what the agent has is what `other` brought."""
        self.state = copy.deepcopy(other.state)
        self._send(f"at {other.generations} {other.token}")

    def peak_memory(self):
        """In KiB."""
        return int(self._run("memory", ("memory",))["memory"].split()[1])

    def _send(self, command):
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()

    def begin(self, command):
        """Sends a command; finish() takes its answer."""
        self._send(command)

    def finish(self, *ends):
        for line in self._process.stdout:
            line = json.loads(line)
            if "error" in line:
                raise Refused(line["error"], line["kind"])
            self._take(line)
            if any(end in line for end in ends):
                return line
        raise AssertionError(f"the probe ended: {self._process.wait()}")

    def _run(self, command, ends):
        self._send(command)
        return self.finish(*ends)

    def _take(self, line):
        (what, value), = line.items()
        taker = getattr(self, f"_take_{what}", None)
        if taker:
            taker(value)

    def _take_begin(self, value):
        self._full = value["full"]
        self._open = State() if self._full else copy.deepcopy(self.state)
        self._touched = set()
        self._kept = []

    def _put(self, table, record):
        self._open_table(table)[record["id"]] = record
        self._touched.add(record["id"])
        self._kept.append(record["id"])

    def _open_table(self, table):
        return getattr(self._open, table)

    def _take_person(self, record):
        self._put("people", record)

    def _take_group(self, record):
        self._put("groups", record)

    def _take_device(self, record):
        self._put("devices", record)

    def _take_add_members(self, value):
        self._open.groups[value["group"]]["members"] += value["members"]

    def _take_remove(self, key):
        self._kept.append("-" + key)
        for table in ("people", "groups", "devices"):
            self._open_table(table).pop(key, None)

    def _take_present(self, key):
        self._touched.add(key)

    def _take_abort(self, _):
        self._open = None

    def _take_commit(self, value):
        if value["remove_absent"]:
            for table in ("people", "groups"):
                rows = self._open_table(table)
                for key in set(rows) - self._touched:
                    del rows[key]
        self.state, self._open = self._open, None
        self.last = "full" if self._full else "delta"
        self.changes = self._kept
        self.used_absence = value["remove_absent"]
        self.generations += 1
        self.records = value["records"]
        self.token = value["token"]

    def close(self):
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()
