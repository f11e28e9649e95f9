# SPDX-License-Identifier: BSD-3-Clause
"""Conditional Access with facts of the directory file: devices that are known
by their SSH keys, the risk of a sign-in, the risk of a person."""

from stage import doors
from stage.doors import Answers
from stage.people import make_ssh_key, public_key
from stage.rules import policy, template
from suite import test

CONSOLE = "/dev/tty9"
KEY_AND_CODE = "publickey,keyboard-interactive"
COMPLIANT_DEVICE = "Require compliant device"
MFA_FOR_ALL = "Require multifactor authentication for all users"
RISKY_SIGN_INS = "Require multifactor authentication for risky sign-ins"
RISKY_USERS = "Require password change for high-risk users"


def with_code(person, **others):
    return Answers(person.password, [person.app.code()], **others)


# --- compliant device --------------------------------------------------------

def device(name, person, **members):
    return {"deviceId": name, "owners": [person.name], "isCompliant": True,
            **members}


def refused_for_device(stage, person, outcome):
    assert not outcome.admitted and outcome.count("code") == 0, outcome
    assert stage.error_code(person) == 53000
    assert stage.reason(person) == "device_not_compliant"
    assert stage.results(person)[COMPLIANT_DEVICE] == "failure"
    told = stage.explanation(outcome.reference())
    assert COMPLIANT_DEVICE in told, told


@test("compliant device: the SSH key of one lets its owner in, without a code")
def _(stage):
    person = stage.registered()
    key = stage.people.make_key(person)
    stage.rules.apply(
        template("require-compliant-device"),
        devices=[device("laptop", person, displayName="Lap",
                        sshKeys=[public_key(key)])])
    outcome = doors.ssh(person, methods=KEY_AND_CODE, key=key)
    assert outcome.admitted and outcome.prompts == ["password"], outcome
    record = stage.last_sign_in(person)
    assert record["pamMfa"]["reason"] == "controls_held", record
    assert record["deviceDetail"] == {
        "deviceId": "laptop", "displayName": "Lap", "isCompliant": True,
        "trustType": None}, record
    assert stage.results(person)[COMPLIANT_DEVICE] == "success"


@test("compliant device: an unknown key, and a password alone, are refused")
def _(stage):
    person = stage.registered()
    known = stage.people.make_key(person)
    unknown = stage.people.make_key(person, "unknown")
    stage.rules.apply(
        template("require-compliant-device"),
        devices=[device("laptop", person, sshKeys=[public_key(known)])])
    refused_for_device(stage, person, doors.ssh(
        person, methods=KEY_AND_CODE, key=unknown))
    assert stage.last_sign_in(person)["deviceDetail"] is None
    refused_for_device(stage, person, doors.ssh(person))


@test("compliant device: one that is not, and somebody else's, are refused")
def _(stage):
    person, owner = stage.registered(), stage.registered()
    keys = [stage.people.make_key(person, name) for name in ("old", "lent")]
    stage.rules.apply(
        template("require-compliant-device"),
        devices=[device("old", person, isCompliant=False,
                        sshKeys=[public_key(keys[0])]),
                 device("lent", owner, sshKeys=[public_key(keys[1])])])
    for key, known_as in zip(keys, ("old", None)):
        refused_for_device(stage, person, doors.ssh(
            person, methods=KEY_AND_CODE, key=key))
        detail = stage.last_sign_in(person)["deviceDetail"]
        assert (detail["deviceId"] if detail else None) == known_as, detail


@test("compliant device: a certificate of its authority with its deviceId")
def _(stage):
    person = stage.registered()
    ours, foreign = make_ssh_key("ours"), make_ssh_key("foreign")
    stage.rules.apply(
        template("require-compliant-device"),
        devices=[device("desktop", person,
                        sshCertificateAuthorities=[public_key(ours)])])
    key = stage.people.make_certificate(person, ours, "desktop")
    outcome = doors.ssh(person, methods=KEY_AND_CODE, key=key)
    assert outcome.admitted and outcome.prompts == ["password"], outcome
    record = stage.last_sign_in(person)
    assert record["deviceDetail"]["deviceId"] == "desktop", record
    for authority, key_id in ((foreign, "desktop"), (ours, "other")):
        key = stage.people.make_certificate(person, authority, key_id)
        refused_for_device(stage, person, doors.ssh(
            person, methods=KEY_AND_CODE, key=key))


@test("a key alone: no policy finds out whose it is, so those that ask refuse")
def _(stage):
    person = stage.registered()
    key = stage.people.make_key(person)
    laptop = [device("laptop", person, sshKeys=[public_key(key)])]
    for name, rule, code, reason in (
            (COMPLIANT_DEVICE, template("require-compliant-device"), 53000,
             "device_not_compliant"),
            (MFA_FOR_ALL, template("require-mfa-for-all-users"), 50076,
             "second_factor_missing")):
        stage.rules.apply(rule, devices=laptop)
        outcome = doors.ssh(person, methods="publickey", key=key)
        assert not outcome.admitted, (name, outcome)
        assert stage.reason(person) == reason, name
        assert stage.error_code(person) == code, name
        assert stage.results(person)[name] == "failure", name
    stage.rules.apply(template("require-mfa-for-admins"), devices=laptop)
    assert doors.ssh(person, methods="publickey", key=key).admitted
    assert stage.reason(person) == "nothing_required"


# --- risk of the sign-in -----------------------------------------------------

def at_sign_in_risk(person, level):
    return {"account": person.name, "signInRiskLevel": level}


@test("sign-in risk: medium and high are asked for a code, none and low not")
def _(stage):
    person = stage.registered()
    stage.agent.enrol(person)
    apps = list(person.authenticators)
    risky = template("require-mfa-for-risky-sign-ins")
    for level in ("none", "low", "medium", "high"):
        stage.rules.apply(risky, users=[at_sign_in_risk(person, level)])
        asked = level in ("medium", "high")
        codes = [apps.pop().code()] if asked else []
        outcome = doors.ssh(person, Answers(person.password, codes))
        assert outcome.admitted, (level, outcome)
        assert outcome.count("code") == asked, (level, outcome)
        record = stage.last_sign_in(person)
        assert record["riskLevelDuringSignIn"] == level, record
        assert stage.results(person)[RISKY_SIGN_INS] == (
            "success" if asked else "notApplied")


@test("sign-in risk: who has no method is refused, and told to nobody why")
def _(stage):
    person = stage.people.add()
    stage.rules.apply(template("require-mfa-for-risky-sign-ins"),
                      users=[at_sign_in_risk(person, "medium")])
    outcome = doors.ssh(person)
    assert not outcome.admitted and outcome.count("code") == 0, outcome
    assert "risk" not in outcome.text.lower(), outcome
    assert stage.error_code(person) == 53004
    assert stage.reason(person) == "registration_at_risk"
    assert "at risk" in stage.explanation(outcome.reference())


@test("sign-in risk that nobody knows: let in, or refused where a policy says")
def _(stage):
    person = stage.registered()
    for session, admitted in ((None, True),
                              ({"disableResilienceDefaults": True}, False)):
        stage.rules.apply(policy("Risky", "mfa", signInRiskLevels=["high"],
                                 session=session), directory_file="")
        outcome = doors.ssh(person)
        assert outcome.admitted == admitted, outcome
        assert outcome.count("code") == 0, outcome
    assert stage.reason(person) == "risk_unknown"
    assert stage.error_code(person) == 53003


# --- risk of the person ------------------------------------------------------

NEW = "Quite-An0ther-Secret-%s"


def at_risk(person, when="2026-11-20T08:00:00Z"):
    return {"account": person.name, "riskLevel": "high",
            "riskState": "atRisk", "riskLastUpdatedDateTime": when}


def changes_password(stage, person, door):
    """Signs in at risk, with a code and a new password."""
    new = NEW % person.name
    outcome = door(person, with_code(person, new_password=new))
    assert outcome.admitted, outcome
    assert outcome.prompts[:2] == ["password", "code"], outcome
    assert outcome.count("new password") == 2, outcome
    assert "Your account is at risk" in outcome.text, outcome
    assert new not in stage.agent.log()
    person.password = new
    record = stage.last_sign_in(person)
    assert record["status"]["errorCode"] == 0, record
    assert record["riskLevelAggregated"] == "high", record
    assert stage.results(person)[RISKY_USERS] == "success", record


def is_not_asked_again(stage, person, door):
    outcome = door(person)
    assert outcome.admitted and outcome.prompts == ["password"], outcome
    assert stage.results(person)[RISKY_USERS] == "notApplied"


def console(person, answers=None):
    return doors.login(person, answers, terminal=CONSOLE)


@test("high user risk, ssh: a code, a new password, in; not asked next time")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("require-password-change-for-high-risk-users"),
                      users=[at_risk(person)])
    changes_password(stage, person, doors.ssh)
    is_not_asked_again(stage, person, doors.ssh)


@test("high user risk, login: the same dialog at the console")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("require-password-change-for-high-risk-users"),
                      users=[at_risk(person)])
    changes_password(stage, person, console)
    is_not_asked_again(stage, person, console)


@test("high user risk: a risk that was found later asks for a password anew")
def _(stage):
    person = stage.registered()
    risky = template("require-password-change-for-high-risk-users")
    stage.rules.apply(risky, users=[at_risk(person)])
    changes_password(stage, person, doors.ssh)
    stage.agent.enrol(person)
    stage.rules.apply(risky, users=[at_risk(person, "2026-11-21T09:00:00Z")])
    outcome = doors.ssh(person, with_code(person))
    assert not outcome.admitted, outcome
    assert outcome.count("new password") == 1, outcome


@test("high user risk: who does not choose a new password is out")
def _(stage):
    for door in (doors.ssh, console):
        person = stage.registered()
        stage.rules.apply(
            template("require-password-change-for-high-risk-users"),
            users=[at_risk(person)])
        outcome = door(person, with_code(person))
        assert not outcome.admitted, outcome
        assert outcome.count("new password") == 1, outcome
        record = stage.last_sign_in(person)
        assert record["status"]["errorCode"] != 0, record
        # Nothing was remediated: the next sign-in asks again.
        stage.agent.enrol(person)
        outcome = door(person, with_code(person))
        assert not outcome.admitted, outcome
        assert outcome.count("new password") == 1, outcome


@test("high user risk: a policy that comes during the change is obeyed")
def _(stage):
    for door in (doors.ssh, console):
        person = stage.registered()
        stage.rules.apply(
            template("require-password-change-for-high-risk-users"),
            users=[at_risk(person)])

        def shut(person=person):
            stage.rules.apply(policy("Shut", "block"), users=[at_risk(person)])

        outcome = door(person, with_code(
            person, new_password=NEW % person.name, before_new_password=shut))
        assert not outcome.admitted, outcome
        assert outcome.count("new password") == 2, outcome
        assert stage.error_code(person) == 53003
        assert stage.reason(person) == "policy_changed"
        assert stage.results(person) == {"Shut": "failure"}


@test("high user risk: su would change the other's password, so it refuses")
def _(stage):
    caller, target = stage.registered(), stage.people.add()
    stage.rules.apply(template("require-password-change-for-high-risk-users"),
                      users=[at_risk(caller)])
    outcome = doors.su(caller, target, Answers(
        target.password, [caller.app.code()],
        new_password=NEW % target.name))
    assert not outcome.admitted, outcome
    assert outcome.count("new password") == 0, outcome
    assert stage.reason(caller) == "password_change_due"
    assert doors.ssh(target).admitted, "the target's password was changed"


@test("high user risk: a wrong code asks for no new password")
def _(stage):
    person = stage.registered()
    stage.rules.apply(template("require-password-change-for-high-risk-users"),
                      users=[at_risk(person)])
    outcome = doors.ssh(person, Answers(person.password,
                                        [person.app.wrong_code()],
                                        new_password=NEW % person.name))
    assert not outcome.admitted and outcome.count("new password") == 0, outcome
    assert stage.reason(person) == "wrong_code"


@test("high user risk: a person whom a policy blocks is out, whatever they know")
def _(stage):
    person = stage.registered()
    stage.rules.apply(policy("Risky", "block", userRiskLevels=["high"]),
                      users=[at_risk(person)])
    outcome = doors.ssh(person, with_code(person))
    assert not outcome.admitted and outcome.count("code") == 0, outcome
    assert stage.error_code(person) == 53003
