# SPDX-License-Identifier: BSD-3-Clause
"""A real sshd: what right, wrong, empty, huge, replayed and aborted answers
lead to, under each way of sshd to ask."""

import os
import signal

from stage import doors, place
from stage.doors import Answers
from suite import test

KEY_AND_CODE = "publickey,keyboard-interactive"


def refused(outcome):
    assert not outcome.admitted, outcome
    assert outcome.status == 255, outcome
    return outcome


def let_in_by_code(outcome):
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password", "code"], outcome


@test("ssh: the right password and the right code let the person in")
def _(stage):
    person = stage.registered()
    let_in_by_code(doors.ssh(
        person, Answers(person.password, [person.app.code()])))
    assert stage.reason(person) == "verified"
    assert stage.last_sign_in(person)["status"]["errorCode"] == 0


@test("ssh: a wrong password is refused by pam_unix before we are asked")
def _(stage):
    person = stage.registered()
    outcome = refused(doors.ssh(person, Answers("not the password")))
    assert outcome.prompts == ["password"], outcome
    assert not stage.sign_ins(person), stage.sign_ins(person)


@test("ssh: a wrong code is refused, and the reference leads to the reason")
def _(stage):
    person = stage.registered()
    outcome = refused(doors.ssh(
        person, Answers(person.password, [person.app.wrong_code()])))
    told = stage.explanation(outcome.reference())
    assert "code was wrong" in told, told
    assert "compare the clocks" in told, "no remedy: " + told
    assert stage.reason(person) == "wrong_code"


@test("ssh: an empty answer is refused and is not counted as a failure")
def _(stage):
    person = stage.registered()
    for _ in range(6):  # one more than the throttle lets pass
        refused(doors.ssh(person, Answers(person.password, [""])))
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert outcome.admitted, outcome


@test("ssh: an answer of 4,000 characters is refused and not counted")
def _(stage):
    person = stage.registered()
    outcome = refused(doors.ssh(person, Answers(person.password, ["7" * 4000])))
    assert outcome.seconds < 10, outcome
    assert "77777777" not in "\n".join(stage.journal.lines_since())
    assert doors.ssh(person, Answers(person.password,
                                     [person.app.code()])).admitted


@test("ssh: a code that was used is refused, by the same words as a wrong one")
def _(stage):
    person = stage.registered()
    code = person.app.code()
    assert doors.ssh(person, Answers(person.password, [code])).admitted
    replayed = refused(doors.ssh(person, Answers(person.password, [code])))
    wrong = refused(doors.ssh(
        person, Answers(person.password, [person.app.wrong_code()])))
    words = [o.text.replace(o.reference(), "") for o in (replayed, wrong)]
    words = [w.replace(code, "").replace(person.app.wrong_code(), "")
             for w in words]
    assert words[0] == words[1], words
    told = stage.explanation(replayed.reference())
    assert "used already" in told, told


@test("ssh: the code before a used one is spent too")
def _(stage):
    person = stage.registered("--period", "60")
    person.app.wait_for_room(10)
    now, before = person.app.code(), person.app.code(steps_ago=1)
    assert doors.ssh(person, Answers(person.password, [now])).admitted
    refused(doors.ssh(person, Answers(person.password, [before])))


@test("ssh: the code of the step before is accepted, then the present one")
def _(stage):
    person = stage.registered("--period", "60")
    person.app.wait_for_room(10)
    for steps_ago in (1, 0):
        code = person.app.code(steps_ago)
        let_in_by_code(doors.ssh(person, Answers(person.password, [code])))


@test("ssh: each of several methods lets the person in")
def _(stage):
    person = stage.registered()
    stage.agent.enrol(person, "--label", "Tablet", "--digits", "8",
                      "--algorithm", "SHA256")
    for app in person.authenticators:
        let_in_by_code(doors.ssh(
            person, Answers(person.password, [app.code()])))


@test("ssh: a code typed with spaces or a dash is accepted")
def _(stage):
    for shape in ("{} {}", "{}-{}", " {}{} "):
        person = stage.registered()
        code = person.app.code()
        typed = shape.format(code[:3], code[3:])
        let_in_by_code(doors.ssh(person, Answers(person.password, [typed])))


@test("ssh: Ctrl-C at the code prompt ends the sign-in, and nothing is counted")
def _(stage):
    person = stage.registered()
    for on_end in ("interrupt", "eof", "kill"):
        outcome = doors.ssh(person, Answers(person.password, on_end=on_end))
        assert not outcome.admitted, outcome
    assert doors.ssh(person, Answers(person.password,
                                     [person.app.code()])).admitted


@test("ssh: a client killed at the code prompt leaves a failure in the log")
def _(stage):
    person = stage.registered()
    since = stage.journal.mark()
    doors.ssh(person, Answers(person.password, on_end="kill"))
    # sshd ends the child that waits for the answer as soon as the client has
    # gone; the agent sees the end of the connection.
    stage.journal.wait_for(f"mfa-agent.*{person.name}", since, seconds=30)
    assert stage.reason(person) == "canceled"


@test("ssh: three prompts in one connection are three sign-ins in the log")
def _(stage):
    person = stage.registered()
    wrong = person.app.wrong_code()
    outcome = doors.ssh(person, Answers(
        person.password, [wrong, wrong, person.app.code()]), tries=3)
    assert outcome.admitted, outcome
    results = [r["status"]["errorCode"] for r in stage.sign_ins(person)]
    assert len(results) == 3 and results[2] == 0 and 0 not in results[:2], (
        results)


@test("ssh: an unknown name sees the same prompts and is never let in")
def _(stage):
    person = stage.registered()
    known = doors.ssh(person, Answers("bad"))
    unknown = doors.ssh(person, Answers("bad"), name="nobody-here")
    assert not unknown.admitted
    assert known.prompts == unknown.prompts, (known, unknown)


@test("publickey,keyboard-interactive: key, password and code let in")
def _(stage):
    person = stage.registered()
    key = stage.people.make_key(person)
    let_in_by_code(doors.ssh(
        person, Answers(person.password, [person.app.code()]),
        methods=KEY_AND_CODE, key=key))


@test("publickey,keyboard-interactive: the key and a wrong code are refused")
def _(stage):
    person = stage.registered()
    key = stage.people.make_key(person)
    refused(doors.ssh(person,
                      Answers(person.password, [person.app.wrong_code()]),
                      methods=KEY_AND_CODE, key=key))
    assert stage.reason(person) == "wrong_code"


@test("publickey alone: a registered person is refused and told the setting")
def _(stage):
    person = stage.registered()
    key = stage.people.make_key(person)
    outcome = refused(doors.ssh(person, methods="publickey", key=key))
    assert "AuthenticationMethods publickey,keyboard-interactive" in (
        outcome.text), outcome
    told = stage.explanation(outcome.reference())
    assert "AuthenticationMethods publickey,keyboard-interactive" in told, told
    assert stage.reason(person) == "second_factor_missing"


@test("publickey alone: an expired password is no way round the second factor")
def _(stage):
    person, newcomer = stage.registered(), stage.people.add()
    outcomes = []
    for each in (person, newcomer):
        stage.people.expire_password(each)
        key = stage.people.make_key(each)
        outcomes.append(doors.ssh(each, methods="publickey", key=key))
    refused(outcomes[0])
    assert "assword" not in outcomes[0].text, outcomes[0]
    assert stage.reason(person) == "second_factor_missing"
    # Whom our line lets pass meets pam_unix: the password has expired indeed.
    assert "Password change required" in outcomes[1].text, outcomes[1]
    assert stage.reason(newcomer) == "registration_grace"


@test("publickey alone: a person inside the registration grace is let in")
def _(stage):
    person = stage.people.add()
    key = stage.people.make_key(person)
    outcome = doors.ssh(person, methods="publickey", key=key)
    assert outcome.admitted, outcome
    assert stage.reason(person) == "registration_grace"


@test("hostile input 14: sshd's password method never feeds us the password")
def _(stage):
    person = stage.registered()
    for _ in range(6):
        outcome = refused(doors.ssh(person, methods="password"))
        assert outcome.prompts == ["password"], outcome
    assert person.password not in stage.agent.log()
    assert person.password not in "\n".join(stage.journal.lines_since())
    # Not one of the six was counted: the seventh, with a code, is no failure.
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert outcome.admitted, outcome


@test("password method: the administrator reads which sshd setting is wrong")
def _(stage):
    person = stage.registered()
    refused(doors.ssh(person, methods="password"))
    assert stage.reason(person) == "conversation_failed"
    told = stage.explanation(stage.last_sign_in(person)["id"])
    assert "KbdInteractiveAuthentication" in told, told


@test("password method: a person inside the registration grace is let in")
def _(stage):
    person = stage.people.add()
    outcome = doors.ssh(person, methods="password")
    assert outcome.admitted, outcome
    assert stage.reason(person) == "registration_grace"


@test("password,keyboard-interactive: the first of them cannot ask for a code")
def _(stage):
    person = stage.registered()
    refused(doors.ssh(person, methods="password,keyboard-interactive"))
    assert stage.reason(person) == "conversation_failed"


@test("ssh host true writes no byte to either stream")
def _(stage):
    person = stage.registered()
    done = doors.ssh_program("ssh", person, person.app.code(), "%s", "true")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done
    assert stage.reason(person) == "verified"


@test("ssh carries a command's streams byte by byte")
def _(stage):
    person = stage.registered()
    data = os.urandom(300_000)
    done = doors.ssh_program("ssh", person, person.app.code(), "%s", "cat",
                             typed=data)
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    assert done.stdout == data
    assert stage.reason(person) == "verified"


def some_file(name):
    path = f"{place.HERE}/{name}"
    with open(path, "wb") as f:
        f.write(os.urandom(200_000))
    return path


def same(one, other):
    with open(one, "rb") as a, open(other, "rb") as b:
        return a.read() == b.read()


@test("scp copies a file byte by byte, and says nothing")
def _(stage):
    person = stage.registered()
    source = some_file("to-scp")
    done = doors.ssh_program("scp", person, person.app.code(), source,
                             "%s:copied")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), done
    assert same(source, person.home + "/copied")
    assert stage.reason(person) == "verified"


@test("scp in its old protocol copies a file byte by byte")
def _(stage):
    person = stage.registered()
    source = some_file("to-old-scp")
    done = doors.ssh_program("scp", person, person.app.code(), "-O", source,
                             "%s:copied")
    assert (done.returncode, done.stderr) == (0, b""), done
    assert same(source, person.home + "/copied")
    assert stage.reason(person) == "verified"


@test("sftp fetches a file byte by byte")
def _(stage):
    person = stage.registered()
    source = some_file("to-sftp")
    os.chmod(source, 0o644)
    target = f"{place.HERE}/from-sftp"
    done = doors.ssh_program("sftp", person, person.app.code(), "%s",
                             typed=f"get {source} {target}\n".encode())
    assert done.returncode == 0, done
    assert same(source, target)
    assert stage.reason(person) == "verified"


@test("inside the grace nothing but the days left is added to ssh's output")
def _(stage):
    person = stage.people.add()
    done = doors.ssh_program("ssh", person, "", "%s", "true")
    assert (done.returncode, done.stdout) == (0, b""), done
    assert b"14 days left" in done.stderr, done


@test("hostile input 13: SIGTERM to sshd's child in mid-prompt loses nothing")
def _(stage):
    person = stage.registered()

    def kill_waiting_child():
        children = _processes(f"sshd: {person.name} [pam]")
        assert len(children) == 1, children
        os.kill(children[0], signal.SIGTERM)

    outcome = doors.ssh(person, Answers(
        person.password, ["000000"], before_code=kill_waiting_child))
    assert not outcome.admitted, outcome
    assert doors.ssh(person, Answers(person.password,
                                     [person.app.code()])).admitted


def _processes(title):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as f:
                if title in f.read():
                    found.append(int(pid))
        except OSError:
            continue
    return found
