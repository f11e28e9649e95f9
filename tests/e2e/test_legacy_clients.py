# SPDX-License-Identifier: BSD-3-Clause
"""Services that cannot put a question to a person: a real vsftpd, a real
dovecot, and sshd's password method."""

from concurrent.futures import ThreadPoolExecutor

from stage import doors
from stage.doors import Answers
from stage.rules import policy, template
from stage.servers import Ftp, Imap
from suite import test

BLOCK_LEGACY = "Block legacy authentication"
MFA_FOR_ALL = "Require multifactor authentication for all users"
_servers = {}


def servers():
    """Started by the first test that needs them; they end with the place."""
    if not _servers:
        _servers.update(vsftpd=Ftp(), dovecot=Imap())
        for server in _servers.values():
            server.wait_until_ready()
    return _servers


def let_in(person, password=None):
    """Who lets the person in, each asked at the same time."""
    with ThreadPoolExecutor() as pool:
        answers = pool.map(lambda server: server.lets_in(person, password),
                           servers().values())
        return {name for name, yes in zip(servers(), answers) if yes}


def records_of_servers(stage, person):
    """The person's last sign-in at each of the servers."""
    last = {each["appDisplayName"]: each for each in stage.sign_ins(person)}
    for name in servers():
        assert last[name]["clientAppUsed"] == "Other clients", last[name]
        assert last[name]["ipAddress"] == "127.0.0.1", last[name]
    return [last[name] for name in servers()]


def refused_as_legacy(stage, person, because, reason):
    for record in records_of_servers(stage, person):
        assert record["status"]["errorCode"] == 53003, record
        assert record["pamMfa"]["reason"] == reason, record
        results = {row["displayName"]: row["result"] for row in
                   record["appliedConditionalAccessPolicies"]}
        assert results[because] == "failure", record
        told = stage.explanation(record["id"])
        assert because in told, told


def assert_nowhere(stage, secret):
    """Neither our log nor theirs holds what the person typed."""
    for text in (stage.agent.log(), "\n".join(stage.journal.lines_since()),
                 str(stage.agent.ask("sign-ins")),
                 *[server.log() for server in servers().values()]):
        assert secret not in text


@test("without a policy about them vsftpd and dovecot let people in")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("require-mfa-for-admins"))
    assert let_in(person) == set(servers())
    for record in records_of_servers(stage, person):
        assert record["status"]["errorCode"] == 0, record
    assert not let_in(person, "a wrong password")


@test("block legacy authentication: vsftpd and dovecot let nobody in")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("block-legacy-authentication"))
    assert not let_in(person)
    refused_as_legacy(stage, person, BLOCK_LEGACY, "policy_denied")
    assert_nowhere(stage, person.password)
    # The same person by a client that could be asked.
    assert doors.ssh(person).admitted
    assert stage.results(person)[BLOCK_LEGACY] == "notApplied"


@test("block legacy authentication alone refuses sshd's password method")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("block-legacy-authentication"))
    outcome = doors.ssh(person, methods="password")
    assert not outcome.admitted and outcome.prompts == ["password"], outcome
    record = stage.last_sign_in(person)
    assert record["clientAppUsed"] == "Other clients", record
    assert record["status"]["errorCode"] == 53003, record
    assert record["pamMfa"]["reason"] == "policy_denied", record
    assert stage.results(person) == {BLOCK_LEGACY: "failure"}
    assert_nowhere(stage, person.password)
    # Keyboard-interactive can carry a question, also where none is asked.
    key = stage.people.make_key(person)
    for door in ({}, {"methods": "publickey,keyboard-interactive",
                      "key": key}):
        assert doors.ssh(person, **door).admitted
        record = stage.last_sign_in(person)
        assert record["status"]["errorCode"] == 0, record
        assert record["clientAppUsed"] != "Other clients", record
        assert stage.results(person)[BLOCK_LEGACY] == "notApplied"


@test("who signs in by sshd's password method is a legacy client to the end")
def _(stage):
    person = stage.registered()
    stage.rules.apply(policy("Another", "block", applications={
        "includeApplications": ["sudo"]}))
    outcome = doors.ssh(person, methods="password")
    assert outcome.admitted and outcome.prompts == ["password"], outcome
    record = stage.last_sign_in(person)
    assert record["status"]["errorCode"] == 0, record
    assert record["clientAppUsed"] == "Other clients", record


class OnSecondThought(Answers):
    """A wrong password first, then the right one."""
    asked = 0

    @property
    def next_password(self):
        self.asked += 1
        return "wrong" if self.asked == 1 else self.password


@test("a failed keyboard-interactive before it makes sshd's password method no "
      "less legacy")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("block-legacy-authentication"))
    outcome = doors.ssh(person, OnSecondThought(person.password),
                        methods="keyboard-interactive password")
    assert not outcome.admitted, outcome
    assert outcome.prompts == ["password", "password"], outcome
    record = stage.last_sign_in(person)
    assert record["clientAppUsed"] == "Other clients", record
    assert stage.results(person) == {BLOCK_LEGACY: "failure"}


@test("a public key alone is no legacy client, though nobody can be asked")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("block-legacy-authentication"))
    key = stage.people.make_key(person)
    outcome = doors.ssh(person, methods="publickey", key=key)
    assert outcome.admitted and not outcome.prompts, outcome
    record = stage.last_sign_in(person)
    assert record["clientAppUsed"] != "Other clients", record


@test("sshd's password method cannot carry a control, and asks no question")
def _(stage):
    person, newcomer = stage.registered(), stage.people.add()
    stage.rules.apply(template("block-legacy-authentication"),
                      template("require-mfa-for-all-users"))
    outcome = doors.ssh(person, methods="password")
    assert not outcome.admitted and outcome.prompts == ["password"], outcome
    assert stage.results(person) == {BLOCK_LEGACY: "failure",
                                     MFA_FOR_ALL: "failure"}
    # Nor the days to register: those need keyboard-interactive here.
    assert not doors.ssh(newcomer, methods="password").admitted
    assert stage.error_code(newcomer) == 53003
    assert doors.ssh(newcomer).admitted
    assert_nowhere(stage, person.password)


@test("any grant control refuses a legacy client, without a block policy too")
def _(stage):
    person = stage.registered()
    for name, rule in (
            (MFA_FOR_ALL, template("require-mfa-for-all-users")),
            ("Devices", policy("Devices", "compliantDevice")),
            ("House rules", policy("House rules", terms=["house-rules"]))):
        stage.rules.apply(rule, terms_of_use={
            "house-rules": {"version": "1", "text": "Be kind."}})
        assert not let_in(person), name
        refused_as_legacy(stage, person, name, "legacy_client")
    assert_nowhere(stage, person.password)


@test("a legacy client is refused by security defaults, the grace or not")
def _(stage):
    stage.rules.apply(security_defaults={"enabled": True})
    for person in (stage.registered(), stage.people.add()):
        assert not let_in(person)
        for record in records_of_servers(stage, person):
            assert record["status"]["errorCode"] == 53003, record


@test("an account that the block policy excludes gets in by a legacy client")
def _(stage):
    robot, person = stage.registered(), stage.registered()
    stage.rules.apply(policy("Block legacy", "block", clientAppTypes=["other"],
                             users={"includeUsers": ["All"],
                                    "excludeUsers": [robot.name]}))
    assert let_in(robot) == set(servers())
    assert not let_in(person)
