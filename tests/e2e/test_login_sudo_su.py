# SPDX-License-Identifier: BSD-3-Clause
"""The programs of the machine itself: login on a terminal, sudo, su."""

import subprocess

from stage import doors
from stage.doors import Answers
from suite import test

CONSOLE = "/dev/tty9"


def with_code(person, **options):
    return Answers(person.password, [person.app.code()], **options)


def with_wrong_code(person, times=1):
    return Answers(person.password, [person.app.wrong_code()] * times)


# --- login -------------------------------------------------------------------

@test("login: the right password and the right code open a shell")
def _(stage):
    person = stage.registered()
    outcome = doors.login(person, with_code(person))
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password", "code"], outcome


@test("login: a wrong code gets the login prompt back, and no shell")
def _(stage):
    person = stage.registered()
    outcome = doors.login(person, with_wrong_code(person))
    assert not outcome.admitted and outcome.count("code") == 1, outcome
    assert "Login incorrect" in outcome.text, outcome


@test("login: a person inside the grace reads the days left and gets a shell")
def _(stage):
    person = stage.people.add()
    outcome = doors.login(person)
    assert outcome.admitted, outcome
    assert "14 days left" in outcome.text, outcome


@test("login on the console asks three times, and the third may be right")
def _(stage):
    person = stage.registered()
    wrong = person.app.wrong_code()
    outcome = doors.login(
        person, Answers(person.password, [wrong, wrong, person.app.code()]),
        terminal=CONSOLE)
    assert outcome.admitted, outcome
    assert outcome.count("code") == 3, outcome
    records = stage.sign_ins(person)
    assert len(records) == 1, "one sign-in is one record: %s" % records


@test("login on the console ends after three wrong codes")
def _(stage):
    person = stage.registered()
    outcome = doors.login(person, with_wrong_code(person, 9), terminal=CONSOLE)
    assert not outcome.admitted, outcome
    assert outcome.count("code") == 3, outcome


@test("login: an unknown name sees the same prompts as a known one")
def _(stage):
    person = stage.registered()
    known = doors.login(person, Answers("bad"))
    unknown = doors.login(person, Answers("bad"), name="nobodyhere")
    assert not unknown.admitted and not known.admitted
    assert known.prompts == unknown.prompts, (known, unknown)


@test("an emergency account gets in on the console without a code, with alarm")
def _(stage):
    since = stage.journal.mark()
    outcome = doors.login(stage.emergency, terminal=CONSOLE)
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password"], outcome
    alert = "<81>"  # authpriv, alert
    line = stage.journal.wait_for("emergency_access", since)
    assert line.startswith(alert), line


@test("an emergency account is no exception on a pseudo-terminal or by ssh")
def _(stage):
    since = stage.journal.mark()
    # Not registered, so that what lets it in can only be the grace.
    for outcome in (doors.login(stage.emergency), doors.ssh(stage.emergency)):
        assert "days left" in outcome.text, outcome
    assert not stage.journal.find("emergency_access", since)


# --- sudo --------------------------------------------------------------------

@test("sudo: the right password and the right code run the command")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    outcome = doors.sudo(person, with_code(person))
    assert outcome.admitted and "in as root" in outcome.text, outcome
    assert outcome.prompts == ["password", "code"], outcome


@test("sudo: a wrong code does not run the command")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    outcome = doors.sudo(person, with_wrong_code(person))
    assert not outcome.admitted and outcome.count("code") == 1, outcome
    assert outcome.status != 0, outcome


@test("sudo -i is sudo: it asks for a code, and the log names sudo-i")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    outcome = doors.sudo(person, with_code(person), options=["-i"])
    assert outcome.admitted and outcome.count("code") == 1, outcome
    assert stage.last_sign_in(person)["appDisplayName"] == "sudo-i"


@test("sudo: an administrator without a method has no grace, by ssh there is")
def _(stage):
    admin = stage.people.add(groups=["admins"])
    for options in ([], ["-i"]):
        assert not doors.sudo(admin, options=options).admitted
        assert stage.reason(admin) == "not_registered"
    assert doors.ssh(admin).admitted


@test("sudo: a person without a role has the grace there too")
def _(stage):
    person = stage.people.add(groups=["sudoers"])
    outcome = doors.sudo(person)
    assert outcome.admitted, outcome
    assert stage.reason(person) == "registration_grace"
    # sudo authenticates with PAM_SILENT, so it is ssh that tells the days.
    assert "days left" not in outcome.text, outcome
    assert "14 days left" in doors.ssh(person).text


@test("sudo asks once: inside its timestamp it runs, even with a dead agent")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    script = ("sudo true && printf 'go on? ' && read go && "
              "sudo -n sh -c 'echo in as $(id -un)'")
    outcome = doors.as_person(person, ["sh", "-c", script],
                              with_code(person), go_on=stage.agent.stop)
    assert outcome.admitted, outcome
    assert outcome.prompts == ["password", "code"], outcome


@test("sudo with NOPASSWD asks nothing, with the agent up or dead")
def _(stage):
    person = stage.registered(groups=["nopasswd"])
    outcome = doors.sudo(person)
    assert outcome.admitted and outcome.prompts == [], outcome
    stage.agent.stop()
    outcome = doors.sudo(person)
    assert outcome.admitted and outcome.prompts == [], outcome


@test("sudo -n without a timestamp fails at once and asks nobody")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    outcome = doors.sudo(person, options=["-n"])
    assert not outcome.admitted and outcome.prompts == [], outcome


@test("sudo -S reads the password and the code from its standard input")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    done = subprocess.run(
        person.as_me("sudo", "-S", "id", "-un"), capture_output=True,
        input=f"{person.password}\n{person.app.code()}\n", text=True,
        start_new_session=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "root\n"), done
    assert stage.reason(person) == "verified"


@test("sudo: Ctrl-C at the code prompt runs nothing")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    outcome = doors.sudo(person, Answers(person.password,
                                         on_end="interrupt"))
    assert not outcome.admitted and outcome.count("code") == 1, outcome


@test("a code that opened ssh does not open sudo")
def _(stage):
    person = stage.registered(groups=["sudoers"])
    code = person.app.code()
    assert doors.ssh(person, Answers(person.password, [code])).admitted
    assert not doors.sudo(person, Answers(person.password, [code])).admitted


# --- su ----------------------------------------------------------------------

@test("su: the caller's code decides, and the log names both accounts")
def _(stage):
    caller, target = stage.registered(), stage.registered()
    outcome = doors.su(caller, target,
                       Answers(target.password, [caller.app.code()]))
    assert outcome.admitted and f"in as {target.name}" in outcome.text, outcome
    line = stage.journal.wait_for(rf'target="{target.name}"')
    assert f'user="{caller.name}"' in line, line
    assert not stage.sign_ins(target)


@test("su: the code of the account one becomes is worth nothing")
def _(stage):
    caller, target = stage.registered(), stage.registered()
    outcome = doors.su(caller, target,
                       Answers(target.password, [target.app.code()]))
    assert not outcome.admitted and outcome.count("code") == 1, outcome
    assert stage.reason(caller) == "wrong_code"


@test("su - is su: it asks the caller for a code")
def _(stage):
    caller, target = stage.registered(), stage.people.add()
    outcome = doors.su(caller, target,
                       Answers(target.password, [caller.app.code()]), ["-"])
    assert outcome.admitted and outcome.count("code") == 1, outcome


@test("su: an administrator without a method has no grace there")
def _(stage):
    admin, target = stage.people.add(groups=["admins"]), stage.people.add()
    outcome = doors.su(admin, target, Answers(target.password))
    assert not outcome.admitted, outcome
    assert stage.reason(admin) == "not_registered"


@test("su by root asks nothing, with the agent up or dead")
def _(stage):
    person = stage.registered()
    for act in (lambda: None, stage.agent.stop):
        act()
        done = subprocess.run(["su", person.name, "-c", "id -un"], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=20, check=False)
        assert done.stdout == person.name + "\n", done
