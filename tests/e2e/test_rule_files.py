# SPDX-License-Identifier: BSD-3-Clause
"""Hostile inputs 51 to 71 for the files beside mfa-agent.yaml: policies, named
locations, the directory file. Whatever is wrong with one of them, an agent
does not start with it, and a running agent keeps what it had."""

import os
import shutil
import socket
import time

from stage import doors
from stage.doors import Answers
from stage.rules import network, policy, put, template
from suite import test

SECONDS = 10  # to refuse whatever stands in the file, on a busy machine
MANY = 100 << 20


class Files:
    """The three files, each with something in it that counts."""

    def __init__(self, stage):
        self.stage = stage
        self.policy = stage.rules.folder + "/0.yaml"
        self.locations = stage.rules.locations
        self.directory = stage.rules.directory
        self.all = (self.policy, self.locations, self.directory)
        # An agent that would start with them.
        self.starter = stage.second_agent("starter", {
            "security_defaults": {"enabled": False},
            "policies": stage.rules.folder, "named_locations": self.locations,
            "directory_file": self.directory})
        self.restore()

    def restore(self):
        """Good files again, and in force."""
        for path in (self.locations, self.directory, self.stage.rules.folder):
            remove(path)
        self.generation = self.stage.rules.apply(
            policy("Ask", "mfa", locations={
                "includeLocations": ["All"], "excludeLocations": ["Office"]}),
            locations=[network("Office", "192.0.2.0/24", trusted=True)],
            users=[{"account": self.stage.admin.name, "riskLevel": "low"}])

    def refused(self, path, says="", what=""):
        """A reload takes nothing over, at once, and tells why."""
        name = os.path.basename(path)
        began = time.monotonic()
        done = self.stage.agent.mfactl("reload")
        took = time.monotonic() - began
        assert done.returncode != 0, (name, what, done)
        assert took < SECONDS, (name, what, took)
        assert name in done.stderr and says in done.stderr, (what, done)
        assert self.stage.rules.generation() == self.generation, (name, what)

    def refused_in_turn(self, ruin, paths=None, says=""):
        """Each of the files is ruined, refused, by an agent that starts as
        well, and restored."""
        for path in paths or self.all:
            ruin(path)
            self.refused(path, says, ruin.__name__)
            said = self.starter.fails_to_start()
            assert os.path.basename(path) in said and says in said, said
            self.restore()

    def refused_texts(self, path, texts, says=""):
        for text in texts:
            put(path, text)
            self.refused(path, says, text[:80])
        self.restore()


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def policy_text(line):
    """A policy with this line among its members, indented by two."""
    return ("displayName: x\nstate: enabled\nconditions:\n"
            "  users: {includeUsers: [All]}\n"
            "  applications: {includeApplications: [All]}\n"
            f"grantControls: {{builtInControls: [mfa]}}\n{line}\n")


def location_text(members):
    return f"- {{displayName: x, ipRanges: [{{cidrAddress: 192.0.2.1}}]}}\n" \
           f"- {{displayName: y, {members}}}\n"


def device_text(members):
    fingerprint = "SHA256:" + "A" * 43
    return ("devices:\n- {deviceId: x, owners: [ada], "
            f"sshKeys: ['{fingerprint}'], {members}}}\n")


# --- the file itself ---------------------------------------------------------

@test("hostile input 51: a file that is named and missing is refused")
def _(stage):
    files = Files(stage)
    files.refused_in_turn(remove, (stage.rules.folder, files.locations,
                                   files.directory), "no such file")


@test("hostile input 52: an empty file is refused, and one with remarks only")
def _(stage):
    files = Files(stage)
    for text in ("", "# nothing\n", "---\n"):
        files.refused_in_turn(lambda path, text=text: put(path, text))


@test("hostile input 53: what others may write, or owns another, is refused")
def _(stage):
    files = Files(stage)

    def open_to_all(path):
        os.chmod(path, 0o666)

    def open_to_group(path):
        os.chmod(path, 0o664)

    def owned_by_another(path):
        os.chown(path, stage.stranger.uid, -1)

    for ruin, way_out in ((open_to_all, "chmod go-w"),
                          (open_to_group, "chmod go-w"),
                          (owned_by_another, "chown root")):
        files.refused_in_turn(ruin, (stage.rules.folder, *files.all), way_out)


@test("hostile input 54: links, pipes, sockets and folders are refused at once")
def _(stage):
    files = Files(stage)

    def link(path):
        os.rename(path, path + ".real")
        os.symlink(path + ".real", path)

    def pipe(path):
        os.unlink(path)
        os.mkfifo(path, 0o644)

    def bound_socket(path):
        os.unlink(path)
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(path)
        os.chmod(path, 0o644)

    def folder(path):
        os.unlink(path)
        os.mkdir(path)

    for ruin in (link, pipe, bound_socket):
        files.refused_in_turn(ruin)
    files.refused_in_turn(folder, (files.locations, files.directory))


@test("hostile input 54: a folder of policies that is a link is refused")
def _(stage):
    files = Files(stage)
    moved = stage.rules.folder + ".real"
    remove(moved)
    os.rename(stage.rules.folder, moved)
    os.symlink(moved, stage.rules.folder)
    files.refused(stage.rules.folder)
    files.restore()


@test("hostile input 55: a file of 100 MiB is refused and not read to its end")
def _(stage):
    files = Files(stage)

    def grow(path):
        with open(path, "r+") as f:
            f.truncate(MANY)

    files.refused_in_turn(grow)


# --- the text in it ----------------------------------------------------------

@test("hostile input 56: nesting of 100,000 is refused at once")
def _(stage):
    files = Files(stage)
    for text in ("[" * 100_000, "{a: " * 100_000, "- " * 100_000):
        files.refused_in_turn(lambda path, text=text: put(path, text))


@test("hostile inputs 57, 64: aliases, anchors, merges, tags and includes")
def _(stage):
    files = Files(stage)
    for text in ("a: &x [1]\nb: *x\n", "&x a: 1\n", "a: {<<: {b: 1}}\n",
                 "a: !!python/name:os.getpid x\n", "!include other.yaml\n"):
        files.refused_in_turn(lambda path, text=text: put(path, text))


@test("hostile input 58: a key that stands there twice is refused")
def _(stage):
    files = Files(stage)
    files.refused_texts(files.policy, [policy_text("state: disabled")],
                        ":7:1:")
    files.refused_texts(files.locations,
                        [location_text("isTrusted: true, isTrusted: false, "
                                       "ipRanges: [{cidrAddress: 192.0.2.2}]")])
    files.refused_texts(files.directory,
                        ["users: []\nusers: []\n"], ":2:1:")


@test("hostile input 59: an unknown key is refused, with the one it may mean")
def _(stage):
    files = Files(stage)
    files.refused_texts(files.policy, [policy_text("sesionControls: null")],
                        "sessionControls")
    files.refused_texts(files.locations, [location_text(
        "ipRange: [{cidrAddress: 192.0.2.2}]")], "ipRanges")
    files.refused_texts(files.directory, ["user: []\n"], "users")


@test("hostile input 60: only true and false are true and false")
def _(stage):
    files = Files(stage)
    words = ("yes", "On", "TRUE", "1", "'true'")
    files.refused_texts(files.policy, [policy_text(
        f"sessionControls: {{persistentBrowser: {{isEnabled: {word}, "
        "mode: never}}") for word in words], "0.yaml:7:")
    files.refused_texts(files.locations, [location_text(
        f"isTrusted: {word}, ipRanges: [{{cidrAddress: 192.0.2.2}}]")
        for word in words], "named-locations.yaml:2:")
    files.refused_texts(files.directory, [
        device_text(f"isCompliant: {word}") for word in words],
        "directory.yaml:2:")


@test("hostile inputs 61, 71: no number leaves its bounds")
def _(stage):
    files = Files(stage)
    files.refused_texts(files.policy, [policy_text(
        f"sessionControls: {{signInFrequency: {{isEnabled: true, "
        f"value: {value}, type: {unit}}}}}") for value, unit in (
            ("-1", "hours"), ("0", "hours"), ("5m", "hours"), ("1e309", "days"),
            (".nan", "days"), ("366", "days"), ("99999999999999999999", "days"),
            ("0o10", "hours"), ("1:30", "hours"))], "0.yaml:7:")
    files.refused_texts(files.locations, [location_text(
        f"ipRanges: [{{cidrAddress: {cidr}}}]") for cidr in (
            "0.0.0.0/0", "10.0.0.0/7", "192.0.2.0/33", "192.0.2.0/-1",
            "192.0.2.0/0x18", "'2001:db8::/4'", "999.0.2.1", "localhost")],
        "named-locations.yaml:2:")


@test("hostile input 62: NUL, broken UTF-8 and tabs are refused")
def _(stage):
    files = Files(stage)
    for octets in (b"a: \0\n", b"a: \xff\xfe\n", b"a: \xc0\xaf\n",
                   b"a:\n\tb: 1\n"):
        def ruin(path, octets=octets):
            with open(path, "wb") as f:
                f.write(octets)
        files.refused_in_turn(ruin)


@test("hostile input 63: a second document in a file is refused")
def _(stage):
    files = Files(stage)

    def append(path):
        with open(path, "a") as f:
            f.write("\n---\n{}\n")

    files.refused_in_turn(append)


# --- what it says ------------------------------------------------------------

@test("hostile input 66: names that nobody and nothing has are refused")
def _(stage):
    files = Files(stage)
    for users in ({"includeGroups": ["no-such-group"]},
                  {"includeUsers": ["All"], "excludeUsers": ["nosuchuser"]}):
        put(files.policy, policy("Typo", "mfa", users=users))
        files.refused(files.policy, "there is no")
    for mistake in ({"locations": {"includeLocations": ["Ofice"]}},
                    {"clientAppTypes": ["modern"]},
                    {"userRiskLevels": ["hi"]}):
        put(files.policy, policy("Typo", "mfa", **mistake))
        files.refused(files.policy)
    put(files.policy, policy("Typo", "mfaa"))
    files.refused(files.policy, '"mfa"')
    files.restore()


@test("hostile input 67: lint names a policy that matches nobody")
def _(stage):
    stage.rules.write(policy("Nobody at all", "mfa",
                             users={"includeUsers": ["None"]}))
    done = stage.agent.mfactl("policy", "lint", "--policies",
                              stage.rules.folder)
    assert done.returncode == 1, done
    assert '"Nobody at all": it applies to nobody' in done.stdout, done


@test("hostile input 70: a policy cut short at any line is noticed")
def _(stage):
    files = Files(stage)
    name = "require-password-change-for-high-risk-users"
    lines = template(name).splitlines(keepends=True)
    first = next(i for i, x in enumerate(lines) if x[0] != "#")
    at = {key: next(i for i, x in enumerate(lines) if x.strip().startswith(key))
          for key in ("applications", "grantControls")}
    for cut in range(first + 1, at["grantControls"] + 1):
        put(files.policy, "".join(lines[:cut]))
        if cut <= at["applications"]:
            files.refused(files.policy, what=f"{cut} lines")
        # Cut later it is legal in Graph, too, and asks nobody for anything.
        done = stage.agent.mfactl("policy", "lint", "--policies", files.policy)
        assert done.returncode != 0 or "it has no control" in done.stdout, done
    files.restore()


@test("hostile input 70: JSON cut short at any byte is refused")
def _(stage):
    files = Files(stage)
    for path in files.all:
        with open(path) as f:
            whole = f.read()
        for cut in range(1, len(whole), max(1, len(whole) // 12)):
            put(path, whole[:cut])
            files.refused(path, what=f"{cut} bytes")
        files.restore()


@test("hostile inputs 51 to 55: a country database that is none is refused")
def _(stage):
    files = Files(stage)
    path = stage.agent.folder + "/countries.mmdb"

    def missing(path):
        remove(path)

    def empty(path):
        put(path, "")

    def garbage(path):
        put(path, "no database " * 1000)

    def link(path):
        os.symlink("/dev/zero", path)

    def pipe(path):
        os.mkfifo(path, 0o644)

    def open_to_all(path):
        put(path, "x")
        os.chmod(path, 0o666)

    for ruin in (missing, empty, garbage, link, pipe, open_to_all):
        remove(path)
        ruin(path)
        stage.rules.write(policy("Ask", "mfa"), country_database=path)
        files.refused(path, what=ruin.__name__)
    files.restore()


# --- what is kept ------------------------------------------------------------

@test("hostile input 65: after a refused reload the last good rules decide")
def _(stage):
    person = stage.registered()
    stage.agent.enrol(person)
    codes = [app.code() for app in person.authenticators]
    files = Files(stage)
    since = stage.journal.mark()
    for path in (files.policy, files.directory):
        put(path, "[")
        files.refused(path)
        alert = stage.journal.wait_for("stays in force", since)
        assert os.path.basename(path) in alert, alert
        outcome = doors.ssh(person, Answers(person.password, [codes.pop()]))
        assert outcome.admitted and outcome.count("code") == 1, outcome
        assert stage.results(person)["Ask"] == "success"
        since = stage.journal.mark()
        files.restore()


@test("hostile input 65: mfactl status says that a reload was refused, and why")
def _(stage):
    files = Files(stage)
    put(files.locations, "[")
    files.refused(files.locations)
    status = stage.agent.ask("status")["configuration"]
    assert "named-locations.yaml:" in status["lastError"], status
    files.restore()
    assert stage.agent.ask("status")["configuration"]["lastError"] is None


@test("hostile input 65: SIGHUP with a bad policy keeps the good ones")
def _(stage):
    files = Files(stage)
    since = stage.journal.mark()
    put(files.policy, "state: enabled\n")
    stage.agent.reload()
    alert = stage.journal.wait_for("stays in force", since)
    assert "0.yaml:1:" in alert, alert
    assert stage.rules.generation() == files.generation
    files.restore()


@test("a file that is refused is refused by mfactl config check as well")
def _(stage):
    files = Files(stage)
    for path in files.all:
        put(path, "[")
        done = stage.agent.mfactl("config", "check")
        assert done.returncode != 0, (path, done)
        assert os.path.basename(path) in done.stdout + done.stderr, done
        files.restore()
    assert stage.agent.mfactl("config", "check").returncode == 0
