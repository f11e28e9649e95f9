# SPDX-License-Identifier: BSD-3-Clause
"""Who is not registered yet: 14 days from the first successful sign-in, then
the door is closed until an administrator opens it."""

import re
import sqlite3
import time

from stage import doors
from stage.doors import Answers
from suite import test

DAY = 86400


def days_shown(outcome):
    found = re.search(r"(\d+) days? left", outcome.text)
    return int(found.group(1)) if found else None


@test("the first sign-in starts the grace: let in, 14 days left")
def _(stage):
    person = stage.people.add()
    outcome = doors.ssh(person)
    assert outcome.admitted and days_shown(outcome) == 14, outcome
    record = stage.last_sign_in(person)
    assert record["status"]["errorCode"] == 0, record


@test("a wrong password does not start the grace")
def _(stage):
    person = stage.people.add()
    assert not doors.ssh(person, Answers("wrong")).admitted
    shown = stage.agent.ask("user", "show", person.name)
    assert shown["registration"]["graceStartedDateTime"] is None, shown


@test("after the grace the sign-in is refused, and told what to do")
def _(stage):
    person = stage.people.add()
    assert doors.ssh(person).admitted
    grow_older(stage, person, 14 * DAY + 1)
    outcome = doors.ssh(person)
    assert not outcome.admitted, outcome
    assert "register" in outcome.text, outcome
    told = stage.explanation(outcome.reference())
    assert "registered none" in told, told
    assert "mfactl method add" in told, told


@test("the days left are rounded up, and the last day says 1 day")
def _(stage):
    person = stage.people.add()
    assert doors.ssh(person).admitted
    for age, left in ((DAY - 600, 14), (600 + DAY, 13), (13 * DAY + 3600, 1),
                      (14 * DAY - 60, 1)):
        grow_older(stage, person, age)
        outcome = doors.ssh(person)
        assert outcome.admitted and days_shown(outcome) == left, (left, outcome)
    assert "1 day left" in outcome.text, outcome


@test("the grace begins once: leaving and coming back does not renew it")
def _(stage):
    person = stage.people.add()
    assert doors.ssh(person).admitted
    grow_older(stage, person, 5 * DAY + 60)
    assert days_shown(doors.ssh(person)) == 9
    stage.agent.stop()
    stage.agent.start()
    assert days_shown(doors.ssh(person)) == 9


@test("mfactl user reset-grace gives the person the days anew")
def _(stage):
    person = stage.people.add()
    assert doors.ssh(person).admitted
    grow_older(stage, person, 20 * DAY)
    assert not doors.ssh(person).admitted
    done = stage.agent.mfactl("user", "reset-grace", person.name)
    assert done.returncode == 0, done
    outcome = doors.ssh(person)
    assert outcome.admitted and days_shown(outcome) == 14, outcome


@test("an administrator's enrolment opens the door again, with a code")
def _(stage):
    person = stage.people.add()
    assert doors.ssh(person).admitted
    grow_older(stage, person, 20 * DAY)
    stage.agent.enrol(person)
    assert not doors.ssh(person).admitted
    assert doors.ssh(person, Answers(person.password,
                                     [person.app.code()])).admitted


@test("with registration_grace_days: 0 nobody gets in unregistered")
def _(stage):
    person = stage.people.add()
    reconfigure(stage, {"security_defaults": {"registration_grace_days": 0}})
    try:
        outcome = doors.ssh(person)
    finally:
        reconfigure(stage, {})
    assert not outcome.admitted, outcome
    told = stage.explanation(outcome.reference())
    assert "mfactl method add" in told, told


@test("with security defaults off nobody is asked, and the log says why")
def _(stage):
    person = stage.registered()
    reconfigure(stage, {"security_defaults": {"enabled": False}})
    try:
        outcome = doors.ssh(person)
    finally:
        reconfigure(stage, {})
    assert outcome.admitted and outcome.prompts == ["password"], outcome
    assert stage.last_sign_in(person)["conditionalAccessStatus"] == (
        "notApplied")


@test("removing the last method does not bring the grace back to life")
def _(stage):
    person = stage.people.add()
    assert doors.ssh(person).admitted
    grow_older(stage, person, 20 * DAY)
    app = stage.agent.enrol(person)
    done = stage.agent.mfactl("method", "remove", person.name, app.id)
    assert done.returncode == 0, done
    assert not doors.ssh(person).admitted


def reconfigure(stage, overrides):
    since = len(stage.agent.log())
    stage.agent.write_config(stage.config(overrides))
    stage.agent.reload()
    stage.agent.wait_for_log("generation", since)


def grow_older(stage, person, seconds):
    """As if the person's grace had begun so many seconds ago: the agent's
    clock is the host's, so it is the record that is moved."""
    stage.agent.stop()
    began = int((time.time() - seconds) * 1_000_000)
    with sqlite3.connect(stage.agent.state + "/state.db") as db:
        changed = db.execute(
            "UPDATE people SET grace_started = ? WHERE person = ?",
            (began, person.name)).rowcount
    db.close()
    assert changed == 1, f"{person.name} has no grace in the state"
    stage.agent.start()
