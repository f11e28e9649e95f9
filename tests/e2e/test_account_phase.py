# SPDX-License-Identifier: BSD-3-Clause
"""Programs that run the account phase alone keep working with our lines in
common-auth and common-account; only in sshd it would be a way round."""

import os
import subprocess
import time

from stage import doors, place
from suite import test


def account_phase(service, person):
    return subprocess.run(["pamtester", service, person.name, "acct_mgmt"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=20, check=False)


class Cron:
    """A real cron daemon that runs one @reboot job of the person's."""

    def __init__(self, person):
        self.trace = f"{person.home}/ran-{time.monotonic_ns()}"
        self.person = person

    def __enter__(self):
        if os.path.exists("/run/crond.reboot"):
            os.unlink("/run/crond.reboot")
        with open("/etc/cron.d/job", "w") as f:
            f.write(f"@reboot {self.person.name} id -un > {self.trace}\n")
        self.process = subprocess.Popen(["cron", "-f"],
                                        stdin=subprocess.DEVNULL)
        return self

    def has_run(self, seconds=15):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if os.path.exists(self.trace) and os.path.getsize(self.trace):
                with open(self.trace) as f:
                    return f.read() == self.person.name + "\n"
            time.sleep(0.1)
        return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        os.unlink("/etc/cron.d/job")


@test("a cron job of a registered person runs, with the agent up")
def _(stage):
    person = stage.registered()
    with Cron(person) as cron:
        assert cron.has_run(), stage.journal.lines_since()[-5:]
    # The job was no sign-in: nobody was asked, nothing is in the log.
    assert not stage.sign_ins(person)


@test("a cron job runs with the agent dead")
def _(stage):
    person = stage.registered()
    stage.agent.stop()
    with Cron(person) as cron:
        assert cron.has_run(), stage.journal.lines_since()[-5:]


@test("a cron job runs at once with the agent hung")
def _(stage):
    person = stage.registered()
    stage.agent.hang()
    with Cron(person) as cron:
        assert cron.has_run(seconds=2.5), stage.journal.lines_since()[-5:]


@test("the account phase alone lets in for cron, atd, su, sudo, dead or alive")
def _(stage):
    person = stage.registered()
    for act in (lambda: None, stage.agent.stop):
        act()
        for service in ("cron", "atd", "su", "sudo", "login", "other"):
            done = account_phase(service, person)
            assert done.returncode == 0, (service, done)


@test("the account phase alone in sshd refuses a registered person")
def _(stage):
    person = stage.registered()
    done = account_phase("sshd", person)
    assert done.returncode != 0, done
    assert stage.reason(person) == "second_factor_missing"


@test("the account phase alone in sshd is denied with a dead agent")
def _(stage):
    person = stage.people.add()
    stage.agent.stop()
    assert account_phase("sshd", person).returncode != 0


@test("hostile input 26: auth that was refused is refused in account as well")
def _(stage):
    person = stage.registered()
    done = subprocess.run(
        ["pamtester", "-v", "sudo", person.name, "authenticate(0)"],
        input=f"{person.password}\n000000\n", capture_output=True, text=True,
        timeout=20, check=False)
    assert done.returncode != 0, done
    record = stage.last_sign_in(person)
    assert record["status"]["errorCode"] != 0, record


@test("a sign-in whose account phase never comes is not a success in the log")
def _(stage):
    person = stage.registered()
    done = subprocess.run(
        ["pamtester", "sudo", person.name, "authenticate"],
        input=f"{person.password}\n{person.app.code()}\n", text=True,
        capture_output=True, timeout=20, check=False)
    assert done.returncode == 0, done
    record = stage.last_sign_in(person)
    assert record["status"]["errorCode"] != 0, record
    assert record["pamMfa"]["status"] == "unconfirmed", record


@test("an unknown argument of the module denies and is named in the log")
def _(stage):
    person = stage.registered()
    since = stage.journal.mark()
    stage.set_module(*stage.module_arguments, "nulok")
    try:
        assert not doors.ssh(person).admitted
        assert account_phase("cron", person).returncode != 0
    finally:
        stage.restore_module()
    stage.journal.wait_for(r"pam_mfa.*nulok", since)


@test("a relative socket path is refused")
def _(stage):
    person = stage.people.add()
    os.chdir(place.HERE)
    since = stage.journal.mark()
    stage.set_module("socket=agent/run/sign-in.sock")
    try:
        assert not doors.ssh(person).admitted
    finally:
        stage.restore_module()
    stage.journal.wait_for("pam_mfa.*socket=agent/run", since)


@test("enforce_account= extends the account phase's duty to other services")
def _(stage):
    person = stage.registered()
    stage.set_module(*stage.module_arguments, "enforce_account=sshd,atd")
    try:
        assert account_phase("atd", person).returncode != 0
        assert account_phase("cron", person).returncode == 0
    finally:
        stage.restore_module()
