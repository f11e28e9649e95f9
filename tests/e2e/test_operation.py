# SPDX-License-Identifier: BSD-3-Clause
"""The agent as a service, and what the administrator does with it."""

import json
import os
import shutil
import signal
import subprocess
import time

from stage import doors
from stage.agent import Agent
from stage.doors import Answers
from stage.otp import Authenticator
from suite import Skip, test


def admitted(person):
    return doors.ssh(person, Answers(person.password,
                                     [person.app.code()])).admitted


@test("SIGHUP with a good file takes it over, without a restart")
def _(stage):
    pid = stage.agent.process.pid
    before = stage.agent.ask("status")["configuration"]["generation"]
    person = stage.people.add()
    stage.agent.write_config(stage.config(
        {"security_defaults": {"registration_grace_days": 3}}))
    reload_and_wait(stage, "loaded")
    assert "3 days left" in doors.ssh(person).text
    stage.agent.write_config(stage.config())
    reload_and_wait(stage, "loaded")
    after = stage.agent.ask("status")["configuration"]["generation"]
    assert after == before + 2 and stage.agent.process.pid == pid


@test("SIGHUP with a bad file keeps the last good one, and says the line")
def _(stage):
    before = stage.agent.ask("status")["configuration"]["generation"]
    person = stage.registered()
    since = stage.journal.mark()
    stage.agent.write_config_text("security_defaults: {enabled: maybe}\n")
    try:
        reload_and_wait(stage, "stays in force")
        line = stage.journal.wait_for("stays in force", since)
        assert "mfa-agent.yaml:1:" in line, line
        status = stage.agent.process.poll()
        assert status is None, "the agent ended"
        # mfactl would read the broken file; the agent still serves.
        assert admitted(person)
    finally:
        stage.agent.write_config(stage.config())
        reload_and_wait(stage, "loaded")
    after = stage.agent.ask("status")["configuration"]["generation"]
    assert after == before + 1, (before, after)


@test("a bad file at the start ends the agent with a status and a place")
def _(stage):
    other = stage.second_agent("bad-config")
    for text, hint in (("roles: [", "mfa-agent.yaml:"),
                       ("no_such_key: 1\n", "no_such_key"),
                       ("security_defaults: {enabled: yes}\n", ":1:"),
                       ("runtime_directory: 7\nruntime_directory: 8\n", ":")):
        other.write_config_text(text)
        assert hint in other.fails_to_start(), text
        checked = subprocess.run(other.command("--check-config"), text=True,
                                 capture_output=True, timeout=10, check=False)
        assert checked.returncode != 0, text


@test("--check-config finds nothing wrong with the stage's configuration")
def _(stage):
    done = subprocess.run(stage.agent.command("--check-config"), text=True,
                          capture_output=True, timeout=10, check=False)
    assert done.returncode == 0, done


@test("a configuration that others can write is refused at the start")
def _(stage):
    other = stage.second_agent("open-config")
    os.chmod(other.config_file, 0o666)
    assert "mfa-agent.yaml" in other.fails_to_start()


@test("mfactl config check says what is wrong, and where")
def _(stage):
    assert stage.agent.mfactl("config", "check").returncode == 0
    other = stage.second_agent("checked")
    other.write_config_text("self_services: sshd\n")
    done = other.mfactl("config", "check")
    assert done.returncode != 0, done
    assert "mfa-agent.yaml:1:" in done.stdout + done.stderr, done


@test("SIGTERM ends the agent cleanly and removes its sockets")
def _(stage):
    status = stage.agent.stop()
    assert status == 0, status
    assert not os.path.exists(stage.agent.socket)
    assert not os.path.exists(stage.agent.control)


@test("SIGTERM in the middle of a dialog ends within three seconds")
def _(stage):
    person = stage.registered()
    took = []

    def stop():
        began = time.monotonic()
        stage.agent.stop()
        took.append(time.monotonic() - began)

    outcome = doors.ssh(person, Answers(person.password, [person.app.code()],
                                        before_code=stop))
    assert not outcome.admitted, outcome
    assert took[0] < 3, took


@test("hostile input 104: a second agent on one state directory refuses")
def _(stage):
    other = Agent(stage.build, "second", stage.config(
        {"state_directory": stage.agent.state}))
    said = other.fails_to_start()
    assert str(stage.agent.process.pid) in said, said
    assert admitted(stage.registered())


@test("a second agent on one runtime directory refuses, the first one serves")
def _(stage):
    other = Agent(stage.build, "third", stage.config(
        {"runtime_directory": stage.agent.run}))
    said = other.fails_to_start()
    assert "sign-in.sock" in said, said
    assert admitted(stage.registered())


@test("a first start makes key and database for root alone, and says so")
def _(stage):
    other = stage.second_agent("first-start").start()
    log = other.log()
    other.stop()
    assert "master.key" in log and "state.db" in log, log
    assert os.stat(other.state).st_mode & 0o777 == 0o700
    for name in os.listdir(other.state):
        mode = os.stat(f"{other.state}/{name}").st_mode & 0o777
        assert mode == 0o600, (name, oct(mode))


@test("hostile input 98: a lost database beside its key stops the agent")
def _(stage):
    other = stage.second_agent("lost-db").start()
    other.stop()
    for name in os.listdir(other.state):
        if name != "master.key":
            os.unlink(f"{other.state}/{name}")
    said = other.fails_to_start()
    assert "state.db" in said and "--init" in said, said
    subprocess.run(other.command("--init"), check=True, timeout=10,
                   stdout=subprocess.DEVNULL)
    other.start().stop()


@test("a lost key beside the database stops the agent, --init or not")
def _(stage):
    other = stage.second_agent("lost-key").start()
    other.stop()
    os.unlink(f"{other.state}/master.key")
    for arguments in ((), ("--init",)):
        said = other.fails_to_start(*arguments)
        assert "master.key" in said, said
    assert os.path.exists(f"{other.state}/state.db")


@test("the key of another installation opens nothing")
def _(stage):
    one = stage.second_agent("key-one").start()
    two = stage.second_agent("key-two").start()
    one.stop()
    two.stop()
    shutil.copy(f"{one.state}/master.key", f"{two.state}/master.key")
    said = two.fails_to_start()
    assert "master.key" in said or "key" in said, said


@test("the key may be a systemd credential")
def _(stage):
    other = stage.second_agent("credential")
    folder = other.folder + "/credentials"
    os.makedirs(folder, mode=0o700)
    with open(folder + "/master.key", "wb") as f:
        f.write(os.urandom(32))
    os.chmod(folder + "/master.key", 0o400)
    os.environ["CREDENTIALS_DIRECTORY"] = folder
    try:
        # The credential is there and no database: created on demand only.
        subprocess.run(other.command("--init"), check=True, timeout=10,
                       stdout=subprocess.DEVNULL)
        other.start()
        assert not os.path.exists(f"{other.state}/master.key")
        other.stop()
    finally:
        del os.environ["CREDENTIALS_DIRECTORY"]


@test("sockets that systemd has opened are used, and outlive the agent")
def _(stage):
    activate = "/usr/bin/systemd-socket-activate"
    if not os.path.exists(activate):
        raise Skip("needs systemd-socket-activate: apt-get install systemd")
    other = stage.second_agent("activated")
    os.makedirs(other.run, mode=0o755)
    with open(other.log_file, "ab") as log:
        other.process = subprocess.Popen(
            [activate, "--seqpacket", "-l", other.socket, "--fdname=sign-in",
             *other.command("--debug")], stdin=subprocess.DEVNULL, stderr=log)
    person = stage.people.add()
    stage.set_module(f"socket={other.socket}")
    try:
        wait_until(lambda: os.path.exists(other.socket))
        os.chmod(other.socket, 0o666)
        # The first sign-in starts the agent; nobody is registered there.
        outcome = doors.ssh(person)
        assert outcome.admitted and "14 days left" in outcome.text, outcome
        other.enrol(person)
        assert admitted(person)
        other.stop()
        assert os.path.exists(other.socket)
    finally:
        stage.restore_module()


@test("mfactl --json answers every listing with a value")
def _(stage):
    person = stage.registered("--label", "Phone")
    assert admitted(person)
    status = stage.agent.ask("status")
    assert status["statistics"]["methods"] >= 1, status
    shown = json.dumps(stage.agent.ask("method", "list", person.name))
    assert "Phone" in shown and person.app.id in shown, shown
    assert person.app.secret not in shown
    shown = json.dumps(stage.agent.ask("user", "show", person.name))
    assert person.name in shown and person.app.id in shown, shown
    record = stage.last_sign_in(person)
    told = json.dumps(stage.agent.ask("explain", record["id"]))
    assert record["id"] in told, told


@test("a sign-in is logged in the field names of Graph's signIn")
def _(stage):
    person = stage.registered("--label", "Phone")
    assert admitted(person)
    record = stage.last_sign_in(person)
    for field in ("id", "createdDateTime", "userPrincipalName",
                  "appDisplayName", "ipAddress", "clientAppUsed",
                  "correlationId", "conditionalAccessStatus", "isInteractive",
                  "appliedConditionalAccessPolicies", "status",
                  "authenticationRequirement"):
        assert field in record, (field, record)
    assert record["userPrincipalName"] == person.name, record
    assert record["appDisplayName"] == "sshd", record
    assert record["ipAddress"] == "127.0.0.1", record
    assert record["status"]["errorCode"] == 0, record
    assert record["authenticationRequirement"] == (
        "multiFactorAuthentication"), record


@test("the sign-in is one syslog line with the id that the person saw")
def _(stage):
    person = stage.registered()
    since = stage.journal.mark()
    outcome = doors.ssh(person, Answers(person.password,
                                        [person.app.wrong_code()]))
    identity = outcome.reference()
    stage.journal.wait_for(f"mfa-agent.*{identity}", since)
    lines = stage.journal.find(f"mfa-agent.*{identity}", since)
    assert len(lines) == 1, lines
    for part in (f'user="{person.name}"', 'service="sshd"', "ip=127.0.0.1",
                 "result=failure", "reason=wrong_code"):
        assert part in lines[0], (part, lines[0])
    module = stage.journal.wait_for(f"pam_mfa.*{identity}", since)
    assert "denied" in module, module


@test("mfactl sign-ins --user and --since choose; --follow shows the next one")
def _(stage):
    one, two = stage.registered(), stage.registered()
    assert admitted(one) and admitted(two)
    users = {r["userPrincipalName"] for r in stage.sign_ins(one)}
    assert users == {one.name}, users
    none = stage.agent.ask("sign-ins", "--since", "2099-01-01")
    assert len(records_of(none)) == 0, none
    follow = subprocess.Popen(
        [f"{stage.build}/mfactl", "--config", stage.agent.config_file,
         "sign-ins", "--user", two.name, "--follow"],
        stdout=subprocess.PIPE, text=True, bufsize=1)
    try:
        assert two.name in read_line_with(follow, two.name)
        refused = doors.ssh(two, Answers(two.password,
                                         [two.app.wrong_code()]))
        assert not refused.admitted
        assert read_line_with(follow, refused.reference()[:8])
    finally:
        follow.terminate()
        follow.wait(10)


@test("method add asks for a code, and counts only when it was right")
def _(stage):
    person = stage.people.add()
    status, _ = add_method(stage, person, lambda app: app.wrong_code())
    assert status != 0
    assert "active" not in json.dumps(
        stage.agent.ask("method", "list", person.name))
    status, code = add_method(stage, person, lambda app: app.code())
    assert status == 0
    # The code of the confirmation is spent.
    assert not doors.ssh(person, Answers(person.password, [code])).admitted
    assert stage.reason(person) == "replayed_code"


@test("method remove takes away one method and leaves the others")
def _(stage):
    person = stage.registered("--label", "Old")
    old = person.app
    stage.agent.enrol(person, "--label", "New")
    done = stage.agent.mfactl("method", "remove", person.name, "Old")
    assert done.returncode == 0, done
    assert admitted(person)
    refused = doors.ssh(person, Answers(person.password, [old.code()]))
    assert not refused.admitted, refused


@test("after five wrong codes even a right one waits, until user unlock")
def _(stage):
    person = stage.registered()
    wrong = person.app.wrong_code()
    for _ in range(5):
        assert not doors.ssh(person, Answers(person.password,
                                             [wrong])).admitted
    code = person.app.code()
    paused = doors.ssh(person, Answers(person.password, [code]))
    assert not paused.admitted, paused
    assert "Wait until the pause is over" in stage.explanation(
        paused.reference())
    done = stage.agent.mfactl("user", "unlock", person.name)
    assert done.returncode == 0, done
    # The code was not consumed by the attempt during the pause.
    assert doors.ssh(person, Answers(person.password, [code])).admitted


@test("mfactl is for root; a person sees their own methods and sign-ins only")
def _(stage):
    person, other = stage.registered(), stage.registered()
    for arguments, allowed in (
            (("method", "list", person.name), True),
            (("user", "show", person.name), True),
            (("sign-ins", "--user", person.name), True),
            (("method", "list", other.name), False),
            (("sign-ins", "--user", other.name), False),
            (("sign-ins",), False), (("status",), False),
            (("user", "unlock", person.name), False),
            (("method", "add", person.name, "totp"), False),
            (("method", "remove", person.name, person.app.id), False)):
        done = stage.agent.mfactl(*arguments, as_person=person)
        assert (done.returncode == 0) == allowed, (arguments, done)


@test("members of mfa-admin administer as root does")
def _(stage):
    admin = stage.people.add(groups=["mfa-admin"])
    person = stage.registered()
    for arguments in (("status",), ("sign-ins",),
                      ("method", "list", person.name),
                      ("user", "unlock", person.name)):
        done = stage.agent.mfactl(*arguments, as_person=admin)
        assert done.returncode == 0, (arguments, done)


@test("mfactl with the agent stopped says what to do")
def _(stage):
    stage.agent.stop()
    done = stage.agent.mfactl("status")
    assert done.returncode != 0
    assert "mfa-agent" in done.stderr, done.stderr


@test("a person's seed comes out of mfactl once and never again")
def _(stage):
    person = stage.registered()
    for arguments in (("method", "list", person.name),
                      ("user", "show", person.name), ("status",),
                      ("sign-ins",)):
        done = stage.agent.mfactl(*arguments)
        assert person.app.secret not in done.stdout + done.stderr, arguments


def reload_and_wait(stage, text):
    since = len(stage.agent.log())
    stage.agent.signal(signal.SIGHUP)
    stage.agent.wait_for_log(text, since)


def wait_until(held, seconds=5):
    deadline = time.monotonic() + seconds
    while not held():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def records_of(listing):
    return listing["signIns"] if isinstance(listing, dict) else listing


def read_line_with(process, text, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if text in line:
            return line
    raise AssertionError(f"{text} did not come")


def add_method(stage, person, code_of):
    """mfactl method add on a terminal, which asks for a code; returns its
    status and the code that was typed."""
    import pexpect
    child = pexpect.spawn(
        f"{stage.build}/mfactl",
        ["--config", stage.agent.config_file, "method", "add", person.name,
         "totp"], encoding="utf-8", timeout=15, dimensions=(60, 200))
    child.expect(r"otpauth://\S+")
    app = Authenticator(child.after)
    child.expect(r"(?i)code[^\r\n]*: ?$")
    code = code_of(app)
    child.sendline(code)
    while child.expect([r"(?i)code[^\r\n]*: ?$", pexpect.EOF]) == 0:
        child.sendeof()
    child.close()
    return child.exitstatus, code
