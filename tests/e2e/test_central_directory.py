# SPDX-License-Identifier: BSD-3-Clause
"""A central directory in front of a real sshd: slapd or Graph, mfa-connector,
mfa-agent, pam_mfa.so. What changes there changes the next sign-in."""

import contextlib
import os
import subprocess

from stage import doors
from stage.central import LISTENS, Central, Tenant, guid, slapd, wait_for
from stage.doors import Answers
from stage.relay import relay
from stage.rules import policy, template
from suite import test

group, group_dn = slapd.group, slapd.group_dn
person, person_dn = slapd.person, slapd.person_dn

STAGE = {"config": LISTENS}
ADMINS = {"roles": {"Global Administrator": {
    "groups": ["domain-admins"], "users": []}}}
MFA_FOR_ADMINS = "Require multifactor authentication for admins"
DISABLE = "pwdAccountLockedTime: 000001010000Z\n"


def entry(account, extra=""):
    return person(account.name, account.uid, extra)


def entries(*accounts):
    return "".join(entry(account) for account in accounts)


def members(*accounts):
    return [person_dn(account.name) for account in accounts]


def in_force(stage, *policies, **config):
    stage.rules.apply(*policies, **LISTENS, **config)


def with_empty_cache(stage):
    stage.agent.stop()
    for name in os.listdir(stage.agent.state):
        if name.startswith("directory.db"):
            os.unlink(f"{stage.agent.state}/{name}")
    stage.rules.write(**LISTENS)
    stage.agent.start()
    return Central(stage)


@contextlib.contextmanager
def organisation(stage, content, **settings):
    """(central, slapd) with all of it brought, and no policy; the agent knew
    nothing before."""
    central = with_empty_cache(stage)
    with central.slapd(content) as server, \
            central.connector(**central.ldap(server, **settings)) as program:
        central.wait_for_generation()
        central.program = program
        yield central, server


def asked(stage, account):
    """Whether the person is asked for a second factor, and gets in by it."""
    outcome = doors.ssh(account, Answers(account.password,
                                         [account.app.code()]))
    assert outcome.admitted, outcome
    return "code" in outcome.prompts


def refused(stage, account, because, **options):
    outcome = doors.ssh(account, **options)
    assert not outcome.admitted, outcome
    assert stage.reason(account) == because, stage.last_sign_in(account)
    return outcome


# --- groups ------------------------------------------------------------------

@test("who joins an admin group in the directory is asked at the next sign-in, "
      "and no more after leaving it")
def _(stage):
    ann, bob = stage.registered(), stage.registered()
    content = entries(ann, bob) + group("domain-admins", *members(bob))
    with organisation(stage, content) as (central, server):
        in_force(stage, template("require-mfa-for-admins"), **ADMINS)
        assert asked(stage, bob) and not asked(stage, ann)
        stage.agent.enrol(bob)
        with central.following():
            server.add_members("domain-admins", *members(ann))
        assert asked(stage, ann)
        assert stage.results(ann)[MFA_FOR_ADMINS] == "success"
        assert stage.last_sign_in(ann)["userId"] == central.show(ann)[
            "directory"]["id"]
        with central.following():
            server.drop_members("domain-admins", *members(ann))
        assert not asked(stage, ann)
        assert stage.results(ann)[MFA_FOR_ADMINS] == "notApplied"


@test("a group in a group in a group, five deep, gives what the outermost does")
def _(stage):
    ann = stage.registered()
    content = entries(ann) + "".join(
        group(f"level{n}", group_dn(f"level{n + 1}")) for n in range(5)
    ) + group("level5", person_dn(ann.name))
    with organisation(stage, content) as (central, server):
        in_force(stage, policy("Outermost", "mfa", users={
            "includeGroups": ["level0"]}))
        assert asked(stage, ann)
        stage.agent.enrol(ann)
        with central.following():
            server.change(f"dn: {group_dn('level3')}\nchangetype: modify\n"
                          f"replace: member\nmember: {person_dn('nobody')}\n")
        assert not asked(stage, ann)


@test("a policy may be put in force that names a group of the directory alone, "
      "and none that nobody has")
def _(stage):
    ann = stage.registered()
    content = entries(ann) + group("staff", person_dn(ann.name))
    with organisation(stage, content):
        in_force(stage, policy("Staff", "mfa", users={
            "includeGroups": ["staff"]}))
        assert asked(stage, ann)
        stage.rules.write(policy("Nobody", "mfa", users={
            "includeGroups": ["no-such-group"]}), **LISTENS)
        done = stage.agent.mfactl("reload")
        assert done.returncode != 0 and "no-such-group" in done.stderr, done
    in_force(stage)


# --- who may not sign in -----------------------------------------------------

@test("an account disabled in the directory is let in by nothing: not by code, "
      "not by public key alone, not after a restart without the directory")
def _(stage):
    ann = stage.registered()
    key = stage.people.make_key(ann)
    with organisation(stage, entries(ann)) as (central, server):
        assert not asked(stage, ann)
        assert doors.ssh(ann, methods="publickey", key=key).admitted
        with central.following():
            server.change(f"dn: {person_dn(ann.name)}\nchangetype: modify\n"
                          f"add: pwdAccountLockedTime\n{DISABLE}")
        assert central.standing(ann) == "disabled"
        outcome = refused(stage, ann, "account_disabled")
        assert stage.error_code(ann) == 50057
        assert "disabled" not in outcome.text, outcome
        refused(stage, ann, "account_disabled", methods="publickey", key=key)
        central.program.stop()
        server.stop()
        stage.agent.kill()
        stage.agent.start()
        refused(stage, ann, "account_disabled")
        refused(stage, ann, "account_disabled", methods="publickey", key=key)
        server.start()
        central.program.start()
        with central.following():
            server.change(f"dn: {person_dn(ann.name)}\nchangetype: modify\n"
                          "delete: pwdAccountLockedTime\n")
        assert not asked(stage, ann)


@test("who is deleted in the directory stays out, until there again or "
      "forgotten by an administrator")
def _(stage):
    ann, bob = stage.registered(), stage.registered()
    with organisation(stage, entries(ann, bob)) as (central, server):
        for account in (ann, bob):
            with central.following():
                server.delete(person_dn(account.name))
            refused(stage, account, "account_disabled")
        with central.following():
            server.add(entry(ann))
        assert not asked(stage, ann)
        assert stage.agent.mfactl("directory", "forget",
                                  bob.name).returncode == 0
        assert not asked(stage, bob)


@test("two people by one account name, or another uid, are nobody")
def _(stage):
    ann, bob = stage.registered(), stage.registered()
    twin = entry(ann).replace(f"dn: uid={ann.name},", "dn: cn=twin,").replace(
        f"cn: {ann.name}", "cn: twin").replace(
        f"uid: {ann.name}", f"uid: {ann.name.upper()}").replace(
        "objectClass: posixAccount\n", "").replace(
        f"uidNumber: {ann.uid}\ngidNumber: {ann.uid}\n", "").replace(
        f"homeDirectory: /home/{ann.name}\n", "")
    stranger = person(bob.name, bob.uid + 1)
    with organisation(stage, entry(ann) + twin + stranger,
                      people_filter="(objectClass=inetOrgPerson)") as (
                          central, _):
        assert central.status()["ambiguousAccounts"] == 1
        for account in (ann, bob):
            assert central.standing(account) == "conflict"
            refused(stage, account, "account_conflict")


@test("an account of this host alone signs in as ever")
def _(stage):
    ann, bob = stage.registered(), stage.registered()
    content = entries(ann) + group("domain-admins", *members(ann))
    with organisation(stage, content) as (central, _):
        in_force(stage, template("require-mfa-for-admins"), **ADMINS)
        assert central.standing(bob) == "unknown"
        assert not asked(stage, bob)


# --- a directory that is gone, slow, or says too much at once ----------------

@test("while slapd is dead sign-ins go on as it last said, status says what is "
      "wrong, and its return is noticed")
def _(stage):
    ann, bob = stage.registered(), stage.registered()
    content = entries(ann, bob) + group("domain-admins", *members(ann))
    with organisation(stage, content) as (central, server):
        in_force(stage, template("require-mfa-for-admins"), **ADMINS)
        server.stop()
        trouble = wait_for("trouble in the status", lambda: central.status()[
            "connector"]["trouble"])
        assert "127.0.0.1" in trouble["message"], trouble
        assert trouble["nextTryDateTime"], trouble
        assert asked(stage, ann) and not asked(stage, bob)
        stage.agent.enrol(ann)
        before = central.status()["generation"]
        server.start()
        server.add_members("domain-admins", *members(bob))
        central.sync()
        central.wait_for_generation(before)
        assert asked(stage, bob)


@test("slapd killed in the middle of a full sync leaves the last generation")
def _(stage):
    ann, bob = stage.registered(), stage.registered()
    # The agent is handed a batch at each MiB: several of them.
    crowd = "".join(person(f"crowd{n}", 70000 + n) for n in range(12_000))
    content = (entries(ann, bob) + crowd
               + group("domain-admins", *members(ann)))
    with organisation(stage, content) as (central, server):
        in_force(stage, template("require-mfa-for-admins"), **ADMINS)
        central.program.stop()
        whole = central.status()
        # Another name is another directory, which is brought in full.
        with relay(server.ldaps, 2 << 20) as way, central.connector(
                **{**central.ldap(server, servers=[
                    f"ldaps://127.0.0.1:{way.port}"]), "name": "again"}
        ) as program:
            half = stage.agent.state + "/directory.db.new"
            assert way.is_closed.wait(20)
            wait_for("half a generation in the agent", lambda: os.path.exists(
                half) and os.path.getsize(half) > 0)
            assert "127.0.0.1" not in program.log(), program.log()
            server.kill()
            way.open()
            wait_for("an error", lambda: "127.0.0.1" in program.log())
            wait_for("the half to be gone", lambda: not os.path.exists(half))
            now = central.status()
            assert now["people"] == whole["people"], now
            assert now["generation"] == whole["generation"], now
            assert asked(stage, ann) and not asked(stage, bob)
            server.start()
            central.sync()
            wait_for("the other source",
                     lambda: central.status()["source"] == "again")
            assert central.status()["people"] == whole["people"]


@test("a fifth of the people gone at once is held, said, and accepted by hand")
def _(stage):
    ann = stage.registered()
    crowd = "".join(person(f"crowd{n}", 50000 + n) for n in range(40))
    with organisation(stage, entries(ann) + crowd) as (central, server):
        central.program.stop()
        for n in range(20):
            server.delete(person_dn(f"crowd{n}"))
        server.delete(person_dn(ann.name))
        central.program.start()
        held = wait_for("a held change", lambda: central.status()["held"])
        assert "people" in held["what"], held
        assert central.status()["people"] == 41
        stage.agent.wait_for_log("held")
        assert not asked(stage, ann)
        done = stage.agent.mfactl("directory", "accept",
                                  held["sinceDateTime"])
        assert done.returncode == 0, done
        wait_for("20 people", lambda: central.status()["people"] == 20)
        assert central.status()["held"] is None
        refused(stage, ann, "account_disabled")


@test("a damaged cache makes nobody's roles known, and is brought anew")
def _(stage):
    ann = stage.registered()
    with organisation(stage, entries(ann) + group(
            "domain-admins", person_dn("nobody"))) as (central, server):
        in_force(stage, template("require-mfa-for-admins"), **ADMINS)
        assert not asked(stage, ann)
        central.program.stop()
        stage.agent.stop()
        with open(stage.agent.state + "/directory.db", "r+b") as f:
            f.write(b"\xff" * 4096)
        stage.agent.start()
        assert asked(stage, ann)  # perhaps an administrator
        assert any(name.startswith("directory.db.damaged")
                   for name in os.listdir(stage.agent.state))
        central.program.start()
        central.wait_for_generation()
        stage.agent.enrol(ann)
        assert not asked(stage, ann), central.show(ann)


@test("--once brings the directory and ends, --check-config only reads")
def _(stage):
    ann = stage.registered()
    with organisation(stage, entries(ann)) as (central, server):
        central.program.stop()
        for option in ("--check-config", "--once"):
            done = subprocess.run(central.program.command(option), text=True,
                                  capture_output=True, timeout=60, check=False)
            assert done.returncode == 0, done
        server.kill()
        done = subprocess.run(central.program.command("--once"), text=True,
                              capture_output=True, timeout=60, check=False)
        assert done.returncode == 1 and "127.0.0.1" in done.stderr, done


# --- Microsoft Graph ---------------------------------------------------------

def at_risk(tenant, level, when="2026-01-01T00:00:00Z"):
    tenant.set_risk(guid("user", 0), level, "atRisk", when=when)


@contextlib.contextmanager
def tenant_of(stage, account, **changes):
    central = with_empty_cache(stage)
    tenant = Tenant()
    tenant.add_user(0, mailNickname=account.name)
    tenant.add_group(0, "domain-admins")
    with central.graph(tenant) as server, \
            central.connector(**central.entra(
                server, **changes)) as program:
        central.wait_for_generation()
        central.program = program
        yield central, server


def risk_of(central, account):
    return central.show(account)["directory"]["riskLevel"]


@test("Graph: a group, a role and a disabled account change the next sign-in")
def _(stage):
    ann = stage.registered()
    with tenant_of(stage, ann) as (central, server):
        in_force(stage, template("require-mfa-for-admins"), **ADMINS)
        wait_for("fresh roles", lambda: not central.show(ann)[
            "uncertainRoles"])
        assert not asked(stage, ann)
        with central.following():
            server.tenant.join(guid("group", 0), guid("user", 0))
            central.sync()
        wait_for("the role", lambda: "Global Administrator" in central.show(
            ann)["roles"])
        assert asked(stage, ann)
        with central.following():
            server.tenant.set_user(guid("user", 0), accountEnabled=False)
            central.sync()
        wait_for("the end", lambda: central.standing(ann) == "disabled")
        refused(stage, ann, "account_disabled")


@test("Graph: who is at risk is asked for a second factor, and Graph is told "
      "that it was the person, also of what happened while it was away")
def _(stage):
    ann = stage.registered()
    with tenant_of(stage, ann) as (central, server):
        in_force(stage, policy("Risky", "mfa",
                               userRiskLevels=["medium", "high"]))
        assert not asked(stage, ann)
        at_risk(server.tenant, "medium")
        central.sync()
        wait_for("the risk", lambda: risk_of(central, ann) == "medium")
        server.fault("riskyUsers", "status", status=503)
        assert asked(stage, ann)
        assert central.status()["reportsWaiting"] == 1
        assert not asked(stage, ann)  # Graph still says that there is a risk
        assert risk_of(central, ann) == "medium"
        server.clear()
        wait_for("the report", lambda: [r for r in server.seen(
            "riskyUsers/confirmSafe") if guid("user", 0) in str(r[3])], 60)
        wait_for("the outbox to be empty",
                 lambda: central.status()["reportsWaiting"] == 0)
        central.sync()
        wait_for("no risk", lambda: risk_of(central, ann) == "none", 60)


@test("Graph: a password change that a high risk asked for is reported, and "
      "counts at once")
def _(stage):
    ann = stage.registered()
    with tenant_of(stage, ann) as (central, server):
        in_force(stage, template("require-password-change-for-high-risk-users"))
        at_risk(server.tenant, "high")
        central.sync()
        wait_for("the risk", lambda: risk_of(central, ann) == "high")
        new = "An-entirely-new-pass-phrase-4711"
        outcome = doors.ssh(ann, Answers(ann.password, [ann.app.code()],
                                         new_password=new))
        assert outcome.admitted, outcome
        ann.password = new
        # Before Graph has said anything new.
        assert not asked(stage, ann)
        wait_for("the report", lambda: [r for r in server.seen(
            "riskyUsers/dismiss") if guid("user", 0) in str(r[3])], 60)

