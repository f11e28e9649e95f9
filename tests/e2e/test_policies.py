# SPDX-License-Identifier: BSD-3-Clause
"""Conditional Access in front of a real sshd and login: for whom, from where,
how often, and what a policy that only reports does. The policies are the
shipped templates, enabled, where there is one."""

from stage import doors
from stage.doors import Answers
from stage.rules import REPORT_ONLY, network, policy, template
from suite import test

CONSOLE = "/dev/tty9"
ELSEWHERE = "127.0.0.2"  # not the address that ssh comes from by default
MFA_FOR_ADMINS = "Require multifactor authentication for admins"
MFA_FOR_ALL = "Require multifactor authentication for all users"
MFA_OUTSIDE = MFA_FOR_ALL + " outside trusted locations"
KEY_AND_CODE = "publickey,keyboard-interactive"


def asked(stage, person, because, **options):
    """Signs in, is asked for a code, and gets in by it: `because` is the
    policy that the log has to name."""
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]),
                        **options)
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password", "code"], outcome
    record = stage.last_sign_in(person)
    assert record["pamMfa"]["reason"] == "verified", record
    assert record["authenticationRequirement"] == "multiFactorAuthentication"
    assert stage.results(person)[because] == "success", record


def not_asked(stage, person, reason="nothing_required", **options):
    outcome = doors.ssh(person, **options)
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password"], outcome
    record = stage.last_sign_in(person)
    assert record["pamMfa"]["reason"] == reason, record
    assert record["status"]["errorCode"] == 0, record
    return record


def asked_and_gives_up(person, **options):
    """Whether a code is asked for, to somebody who has none to spare."""
    outcome = doors.ssh(person, Answers(person.password, on_end="interrupt"),
                        **options)
    assert not outcome.admitted, outcome
    return outcome.prompts == ["password", "code"]


# --- for whom ----------------------------------------------------------------

@test("admins: who is in the group of an admin role is asked, others are not")
def _(stage):
    stage.rules.apply(template("require-mfa-for-admins"))
    admin, person = stage.registered(groups=["admins"]), stage.registered()
    asked(stage, admin, MFA_FOR_ADMINS)
    not_asked(stage, person)
    assert stage.results(person)[MFA_FOR_ADMINS] == "notApplied"


@test("admins: includeGroups and excludeGroups mean groups of this host")
def _(stage):
    admin = stage.registered(groups=["operators"])
    robot = stage.registered(groups=["operators", "robots"])
    person = stage.registered()
    stage.rules.apply(policy("Operators", "mfa", users={
        "includeGroups": ["operators"], "excludeGroups": ["robots"]}))
    asked(stage, admin, "Operators")
    for each in (robot, person):
        not_asked(stage, each)
        assert stage.results(each)["Operators"] == "notApplied"


@test("everyone is asked, and who is excluded is not")
def _(stage):
    person, excluded = stage.registered(), stage.registered()
    stage.rules.apply(policy("Everyone", "mfa", users={
        "includeUsers": ["All"], "excludeUsers": [excluded.name]}))
    asked(stage, person, "Everyone")
    not_asked(stage, excluded)


@test("everyone: the shipped template asks who signs in at the console, too")
def _(stage):
    stage.rules.apply(template("require-mfa-for-all-users"))
    person = stage.registered()
    outcome = doors.login(person, Answers(person.password,
                                          [person.app.code()]),
                          terminal=CONSOLE)
    assert outcome.admitted and outcome.count("code") == 1, outcome
    assert stage.results(person)[MFA_FOR_ALL] == "success"


@test("a policy for one service asks there and nowhere else")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    stage.rules.apply(policy("Privileged", "mfa", applications={
        "includeApplications": ["sudo"]}))
    not_asked(stage, person)
    for options in ([], ["-i"]):
        stage.agent.enrol(person)
        outcome = doors.sudo(person, Answers(person.password,
                                             [person.app.code()]), options)
        assert outcome.admitted and outcome.count("code") == 1, outcome
        assert stage.results(person)["Privileged"] == "success"


@test("a strength that the person's method has not is refused without a code")
def _(stage):
    person = stage.registered()

    def strong(*combinations):
        rule = policy("Strong")
        rule["grantControls"]["authenticationStrength"] = {
            "displayName": "ours", "allowedCombinations": combinations}
        return rule

    stage.rules.apply(strong("fido2"))
    outcome = doors.ssh(person)
    assert not outcome.admitted and outcome.count("code") == 0, outcome
    assert stage.reason(person) == "strength_not_met"
    assert stage.error_code(person) == 53003
    stage.rules.apply(strong("fido2", "password,softwareOath"))
    asked(stage, person, "Strong")


@test("a person without a method is let in by the grace, and told the days")
def _(stage):
    person = stage.people.add()
    stage.rules.apply(template("require-mfa-for-all-users"))
    outcome = doors.ssh(person)
    assert outcome.admitted and "14 days left" in outcome.text, outcome
    assert stage.reason(person) == "registration_grace"


@test("mfactl user require-mfa makes one account ask, and ends it again")
def _(stage):
    stage.rules.apply(template("require-mfa-for-admins"))
    person, other = stage.registered(), stage.registered()
    stage.agent.ask("user", "require-mfa", person.name, "on")
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert outcome.admitted and outcome.count("code") == 1, outcome
    assert stage.reason(person) == "verified"
    not_asked(stage, other)
    stage.agent.ask("user", "require-mfa", person.name, "off")
    not_asked(stage, person)


# --- from where --------------------------------------------------------------

@test("trusted location: nobody is asked there, everybody elsewhere")
def _(stage):
    person = stage.registered()
    stage.rules.apply(
        template("require-mfa-for-all-users-outside-trusted-locations"),
        locations=[network("Office", "127.0.0.1/32", trusted=True),
                   network("Guests", ELSEWHERE)])
    record = not_asked(stage, person)
    assert record["ipAddress"] == "127.0.0.1", record
    assert stage.results(person)[MFA_OUTSIDE] == "notApplied"
    asked(stage, person, MFA_OUTSIDE, source=ELSEWHERE)
    assert stage.last_sign_in(person)["ipAddress"] == ELSEWHERE


@test("trusted location: the console is one when Local console is trusted")
def _(stage):
    person = stage.registered()
    outside = template("require-mfa-for-all-users-outside-trusted-locations")
    stage.rules.apply(outside)
    answers = Answers(person.password, [person.app.code()])
    outcome = doors.login(person, answers, terminal=CONSOLE)
    assert outcome.admitted and outcome.count("code") == 1, outcome
    stage.rules.apply(outside, locations=[
        {"displayName": "Local console", "isTrusted": True}])
    outcome = doors.login(person, terminal=CONSOLE)
    assert outcome.admitted and outcome.count("code") == 0, outcome
    assert stage.results(person)[MFA_OUTSIDE] == "notApplied"
    # A pseudo-terminal may end anywhere.
    outcome = doors.login(person, Answers(person.password,
                                          on_end="interrupt"))
    assert outcome.count("code") == 1, outcome


@test("a location that a policy names can be shut off altogether")
def _(stage):
    person = stage.registered()
    stage.rules.apply(
        policy("Not from there", "block", locations={
            "includeLocations": ["Guests"]}),
        locations=[network("Guests", ELSEWHERE)])
    not_asked(stage, person)
    outcome = doors.ssh(person, source=ELSEWHERE)
    assert not outcome.admitted and outcome.count("code") == 0, outcome
    assert stage.error_code(person) == 53003
    assert stage.results(person)["Not from there"] == "failure"
    told = stage.explanation(outcome.reference())
    assert "Not from there" in told, told


# --- an emergency ------------------------------------------------------------

@test("hostile input 69: a policy that blocks all leaves the emergency account")
def _(stage):
    stage.rules.apply(policy("Nobody", "block"))
    person = stage.registered()
    assert not doors.ssh(person).admitted
    assert stage.error_code(person) == 53003
    outcome = doors.login(stage.emergency, terminal=CONSOLE)
    assert outcome.admitted, outcome
    assert stage.reason(stage.emergency) == "emergency_access"
    assert not doors.ssh(stage.emergency).admitted


@test("hostile input 68: of policies that contradict each other block wins")
def _(stage):
    person = stage.registered()
    for order in (1, -1):
        stage.rules.apply(*[policy("Ask", "mfa"),
                            policy("Shut", "block")][::order])
        outcome = doors.ssh(person)
        assert not outcome.admitted and outcome.count("code") == 0, outcome
        assert stage.results(person)["Shut"] == "failure"


# --- how often ---------------------------------------------------------------

def every_hours(hours, mode=None):
    session = {"signInFrequency": {
        "isEnabled": True, "value": hours, "type": "hours",
        "frequencyInterval": "timeBased"}}
    if mode:
        session["persistentBrowser"] = {"isEnabled": True, "mode": mode}
    return session


def laptop_of(stage, person, name):
    """A device of the person's: its key, and its record."""
    key = stage.people.make_key(person, name)
    with open(key + ".pub") as f:
        line = f.read().strip()
    return key, {"deviceId": f"{name}-{person.name}", "sshKeys": [line],
                 "owners": [person.name], "isCompliant": True}


def with_laptops(stage):
    person = stage.registered()
    keys, devices = zip(*[laptop_of(stage, person, name)
                          for name in ("work", "home")])
    return person, keys, devices


@test("sign-in frequency: asked once per period and device, not once for all")
def _(stage):
    person, (work, home), devices = with_laptops(stage)
    stage.rules.apply(policy("Each shift", "mfa", session=every_hours(8)),
                      devices=devices)
    asked(stage, person, "Each shift", methods=KEY_AND_CODE, key=work)
    record = not_asked(stage, person, "remembered", methods=KEY_AND_CODE,
                       key=work)
    assert record["deviceDetail"]["deviceId"] == f"work-{person.name}", record
    assert stage.results(person)["Each shift"] == "success"
    assert asked_and_gives_up(person, methods=KEY_AND_CODE, key=home)
    assert asked_and_gives_up(person, methods=KEY_AND_CODE, key=work,
                              source=ELSEWHERE)
    assert asked_and_gives_up(person), "without a device nobody is remembered"


@test("sign-in frequency: a change of policy voids what was remembered")
def _(stage):
    person, (work, _), devices = with_laptops(stage)
    stage.rules.apply(policy("Each shift", "mfa", session=every_hours(8)),
                      devices=devices)
    asked(stage, person, "Each shift", methods=KEY_AND_CODE, key=work)
    stage.rules.reload()  # nothing has changed
    not_asked(stage, person, "remembered", methods=KEY_AND_CODE, key=work)
    stage.rules.apply(policy("Each shift", "mfa", session=every_hours(4)),
                      devices=devices)
    assert asked_and_gives_up(person, methods=KEY_AND_CODE, key=work)


@test("sign-in frequency: mfactl user forget asks again at the next sign-in")
def _(stage):
    person, (work, _), devices = with_laptops(stage)
    stage.rules.apply(policy("Each shift", "mfa", session=every_hours(8)),
                      devices=devices)
    asked(stage, person, "Each shift", methods=KEY_AND_CODE, key=work)
    assert stage.agent.ask("user", "forget", person.name)["forgotten"] == 1
    assert asked_and_gives_up(person, methods=KEY_AND_CODE, key=work)


@test("persistentBrowser never: asked at every sign-in, whatever the period")
def _(stage):
    person, (work, _), devices = with_laptops(stage)
    stage.rules.apply(
        policy("Each shift", "mfa", session=every_hours(8, "never")),
        devices=devices)
    asked(stage, person, "Each shift", methods=KEY_AND_CODE, key=work)
    assert asked_and_gives_up(person, methods=KEY_AND_CODE, key=work)


# --- terms of use ------------------------------------------------------------

def terms(version):
    return {"terms_of_use": {"house-rules": {
        "version": version, "text": f"House rules {version}: be kind."}}}


@test("terms of use: asked once, remembered, and again for another version")
def _(stage):
    person = stage.registered()
    accepted = policy("House rules", terms=["house-rules"])
    for version in ("1", "2"):
        stage.rules.apply(accepted, **terms(version))
        outcome = doors.ssh(person, Answers(person.password, terms="yes"))
        assert outcome.admitted, outcome
        assert outcome.prompts == ["password", "terms"], outcome
        assert f"House rules {version}: be kind." in outcome.text, outcome
        assert stage.results(person)["House rules"] == "success"
        not_asked(stage, person, "controls_held")


@test("terms of use: no refuses the sign-in, and asks again at the next one")
def _(stage):
    person = stage.registered()
    stage.rules.apply(policy("House rules", terms=["house-rules"]),
                      **terms("1"))
    for _ in range(2):
        outcome = doors.ssh(person, Answers(person.password, terms="no"))
        assert not outcome.admitted, outcome
        assert outcome.prompts == ["password", "terms"], outcome
        assert stage.reason(person) == "terms_declined"
    assert stage.results(person)["House rules"] == "failure"


@test("terms of use beside mfa: the code first, then the terms, at login too")
def _(stage):
    person = stage.registered()
    stage.rules.apply(policy("Both", "mfa", terms=["house-rules"]),
                      **terms("1"))
    outcome = doors.login(person, Answers(
        person.password, [person.app.code()], terms="yes"), terminal=CONSOLE)
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password", "code", "terms"], outcome
    assert stage.reason(person) == "verified"


# --- without consequences ----------------------------------------------------

@test("report-only: nobody is asked, the log and mfactl policy impact say who")
def _(stage):
    person = stage.registered()
    stage.rules.apply(
        policy("Would ask", "mfa", state=REPORT_ONLY),
        policy("Would block", "block", state=REPORT_ONLY),
        policy("Would block others", "block", state=REPORT_ONLY,
               users={"includeGroups": ["admins"]}))
    record = not_asked(stage, person)
    assert stage.results(person) == {
        "Would ask": "reportOnlyInterrupted",
        "Would block": "reportOnlyFailure",
        "Would block others": "reportOnlyNotApplied"}
    impact = {each["displayName"]: each for each in
              stage.agent.ask("policy", "impact")["policies"]}
    for name, kind in stage.results(person).items():
        sums = impact[name][kind]
        assert (sums["signIns"], sums["people"]) == (1, 1), (kind, impact)
        assert sums["examples"] == [record["id"]], (kind, impact)


@test("report-only beside security defaults: those decide alone")
def _(stage):
    person = stage.registered()
    stage.rules.apply(policy("Would block", "block", state=REPORT_ONLY),
                      policy("Would ask", "mfa", state=REPORT_ONLY),
                      security_defaults={"enabled": True})
    asked(stage, person, "Security defaults")
    results = stage.results(person)
    assert results["Would block"] == "reportOnlyFailure", results
    # What the defaults asked for is what it would have asked for.
    assert results["Would ask"] == "reportOnlySuccess", results


# --- security defaults and policies ------------------------------------------

@test("security defaults beside an enabled policy: the agent does not start")
def _(stage):
    stage.rules.apply()
    other = stage.second_agent("both", {
        "security_defaults": {"enabled": True},
        "policies": stage.rules.folder})
    stage.rules.write(template("require-mfa-for-admins"))
    for said in (other.fails_to_start(), other.mfactl("config",
                                                      "check").stderr):
        assert "security defaults are on" in said, said
        assert MFA_FOR_ADMINS in said, said


@test("security defaults beside an enabled policy: a reload keeps what was")
def _(stage):
    person = stage.registered()
    before = stage.rules.apply(template("require-mfa-for-all-users"))
    stage.rules.write(template("require-mfa-for-all-users"),
                      security_defaults={"enabled": True})
    done = stage.agent.mfactl("reload")
    assert done.returncode != 0, done
    assert "security defaults are on" in done.stderr, done
    assert stage.rules.generation() == before
    asked(stage, person, MFA_FOR_ALL)


@test("security defaults: only the authenticator app counts, and all are asked")
def _(stage):
    stage.rules.apply(security_defaults={"enabled": True})
    asked(stage, stage.registered(), "Security defaults")
    asked(stage, stage.registered(groups=["admins"]), "Security defaults")


# --- a change while a person is typing ---------------------------------------

@test("a reload to a stricter policy: an open dialog does not get round it")
def _(stage):
    for stricter in (policy("Shut", "block"),
                     policy("Devices", "compliantDevice")):
        person = stage.registered()
        stage.rules.apply(policy("Ask", "mfa"))
        outcome = doors.ssh(person, Answers(
            person.password, [person.app.code()],
            before_code=lambda s=stricter: stage.rules.apply(s)))
        assert not outcome.admitted, outcome
        assert outcome.prompts == ["password", "code"], outcome
        assert stage.reason(person) == "policy_changed"
        assert stage.error_code(person) == 53003
        assert stage.results(person) == {stricter["displayName"]: "failure"}


@test("a reload that asks for no more: an open dialog goes on")
def _(stage):
    person = stage.registered()
    stage.rules.apply(policy("Ask", "mfa"))
    outcome = doors.ssh(person, Answers(
        person.password, [person.app.code()],
        before_code=lambda: stage.rules.apply(policy("Ask more kindly",
                                                     "mfa"))))
    assert outcome.admitted, outcome
    assert stage.reason(person) == "verified"


@test("a policy takes effect at the next sign-in, without a restart")
def _(stage):
    person = stage.registered()
    pid = stage.agent.process.pid
    stage.rules.apply(policy("Ask", "mfa", state="disabled"))
    not_asked(stage, person)
    stage.rules.apply(policy("Ask", "mfa"))
    asked(stage, person, "Ask")
    assert stage.agent.process.pid == pid and stage.agent.alive()
