# SPDX-License-Identifier: BSD-3-Clause
"""A person at a terminal: ssh, login, sudo, su, with the answers that the
person gives to each prompt.

Every dialog runs on a real pseudo-terminal. What stood on it is kept, so that
a test can say what the person must and must not have seen.
"""

import os
import re
import subprocess
import time
from dataclasses import dataclass, field

from . import pam, place

PASSWORD = r"(?i)password[^\r\n]*: ?$"
CODE = r"Verification code: ?$"
NEW_PASSWORD = r"(New|Retype new) password: ?$"
TERMS = r"accept these terms of use: ?$"
LOGIN_NAME = r"login: ?$"
SHELL = r"[$#] $"
GO_ON = r"go on\? $"
INTERRUPTS = 20  # Ctrl-C, a second apart; one alone may fall between two reads
PATIENCE = 40  # seconds for one prompt to come; more than any limit of ours
IN = "in as "  # what our commands print, followed by the account's name
ADMITTED = r"(?m)^in as [a-z]"


@dataclass
class Outcome:
    admitted: bool
    text: str  # all that stood on the terminal
    prompts: list
    seconds: float
    status: int = -1

    def count(self, prompt):
        return self.prompts.count(prompt)

    def reference(self):
        """The correlation id that the person was shown."""
        found = re.search(r"Reference: ([0-9a-f-]{8,})", self.text)
        assert found, "no reference was shown:\n" + self.text
        return found.group(1)


@dataclass
class Answers:
    """What the person types. When the codes have run out, `on_end` decides:
    "eof" (Ctrl-D), "interrupt" (Ctrl-C), or "kill" the program."""
    password: str = ""
    codes: list = field(default_factory=list)
    on_end: str = "eof"
    before_code: object = None  # called when the code prompt has come
    new_password: str = ""  # "": Ctrl-C when a new one is asked for
    before_new_password: object = None  # called when it is asked for
    terms: str = ""  # what is typed below terms of use; "": Ctrl-C

    @property
    def next_password(self):
        """What is typed when a password is asked for."""
        return self.password


class Dialog:
    def __init__(self, argv, answers, cwd="/", env=None):
        self.answers = answers
        self.codes = list(answers.codes)
        self.prompts = []
        self.began = time.monotonic()
        self.text = ""
        # Here, so that a machine without pexpect can list the tests.
        import pexpect
        self.end_of_file, self.too_late = pexpect.EOF, pexpect.TIMEOUT
        self.child = pexpect.spawn(
            argv[0], argv[1:], encoding="utf-8", codec_errors="replace",
            timeout=PATIENCE, cwd=cwd, dimensions=(50, 200),
            env=dict(os.environ, **(env or {})))

    def run(self, patterns=()):
        """Answers prompts until the program ends; `patterns` maps further
        prompts to functions. One that returns False ends the dialog."""
        known = [(PASSWORD, self._password), (CODE, self._code),
                 (NEW_PASSWORD, self._new_password), (TERMS, self._terms),
                 *patterns]
        expected = [p for p, _ in known] + [self.end_of_file]
        while True:
            which = self.child.expect(expected)
            self.text += self.child.before
            if which == len(known):
                break
            self.text += self.child.after
            if known[which][1]() is False:
                break
        return self._end()

    def _password(self):
        self.prompts.append("password")
        self.child.sendline(self.answers.next_password)

    def _code(self):
        self.prompts.append("code")
        if self.answers.before_code:
            self.answers.before_code()
        if self.codes:
            self.child.sendline(self.codes.pop(0))
            return True
        if self.answers.on_end == "kill":
            self.child.kill(9)
            return False
        if self.answers.on_end == "interrupt":
            return self._interrupt()
        self.child.sendeof()
        return True

    def _new_password(self):
        self.prompts.append("new password")
        if self.answers.before_new_password:
            self.answers.before_new_password()
        return self._type_or_interrupt(self.answers.new_password)

    def _terms(self):
        self.prompts.append("terms")
        return self._type_or_interrupt(self.answers.terms)

    def _type_or_interrupt(self, text):
        if not text:
            return self._interrupt()
        self.child.sendline(text)
        return True

    def _interrupt(self):
        """Ctrl-C until the program has ended. sudo forgets one that comes
        after its prompt stands and before it reads the terminal."""
        for _ in range(INTERRUPTS):
            self.child.sendintr()
            if self.child.expect([self.end_of_file, self.too_late],
                                 timeout=1) == 0:
                self.text += self.child.before
                return False
        raise AssertionError(f"{INTERRUPTS} interrupts did not end it:\n"
                             + self.text + self.child.before)

    def _end(self):
        self.child.close(force=True)
        status = self.child.exitstatus
        text = self.text.replace("\r", "")
        return Outcome(bool(re.search(ADMITTED, text)), text, self.prompts,
                       time.monotonic() - self.began,
                       -1 if status is None else status)


# --- ssh ---------------------------------------------------------------------

def trust_host_key():
    with open(f"{place.HERE}/host_key.pub") as f:
        kind, key = f.read().split()[:2]
    with open(f"{place.HERE}/known_hosts", "w") as f:
        for port in pam.PORTS.values():
            f.write(f"[127.0.0.1]:{port} {kind} {key}\n")


def ssh_options(methods, key=None, tries=1):
    options = ["-F", "none",
               "-o", f"UserKnownHostsFile={place.HERE}/known_hosts",
               "-o", "GlobalKnownHostsFile=/dev/null",
               "-o", "StrictHostKeyChecking=yes",
               "-o", f"NumberOfPasswordPrompts={tries}",
               "-o", "PreferredAuthentications=" + methods.replace(" ", ",")]
    if key:
        return options + ["-o", "IdentitiesOnly=yes", "-i", key]
    return options + ["-o", "PubkeyAuthentication=no"]


def ssh(person, answers=None, methods="keyboard-interactive", key=None,
        command=f"echo {IN}$(id -un)", tries=1, name=None, source="127.0.0.1"):
    """`source`: the loopback address that the person comes from."""
    argv = ["ssh", *ssh_options(methods, key, tries),
            "-b", source, "-p", str(pam.PORTS[methods]),
            f"{name or person.name}@127.0.0.1", command]
    return Dialog(argv, answers or Answers(person.password)).run()


class Askpass:
    """Answers for programs whose standard streams carry data: ssh runs this
    script for every prompt and reads the answer from its output."""

    SCRIPT = """\
#!/bin/sh
printf '%s\\n' "$1" >> "$STAGE_ANSWERS/prompts"
case "$1" in
  *assword*) cat "$STAGE_ANSWERS/password" ;;
  *) cat "$STAGE_ANSWERS/code" ;;
esac
"""

    def __init__(self, person, code):
        self.folder = f"{place.HERE}/askpass-{person.name}"
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        self._write("password", person.password + "\n")
        self._write("code", code + "\n")
        self._write("askpass", self.SCRIPT)
        os.chmod(self.folder + "/askpass", 0o700)

    def _write(self, name, text):
        with open(f"{self.folder}/{name}", "w") as f:
            f.write(text)

    def environment(self):
        return dict(os.environ, SSH_ASKPASS=self.folder + "/askpass",
                    SSH_ASKPASS_REQUIRE="force", STAGE_ANSWERS=self.folder)


def ssh_program(program, person, code, *arguments, typed=b"",
                methods="keyboard-interactive"):
    """ssh, scp or sftp with untouched streams; `%s` in the arguments stands
    for USER@HOST."""
    port = ["-p" if program == "ssh" else "-P", str(pam.PORTS[methods])]
    target = f"{person.name}@127.0.0.1"
    argv = [program, *ssh_options(methods), *port,
            *[a.replace("%s", target) for a in arguments]]
    return subprocess.run(argv, input=typed, capture_output=True,
                          env=Askpass(person, code).environment(),
                          start_new_session=True, timeout=60, check=False)


# --- programs of this machine ------------------------------------------------

# The name of a terminal is the path by which it was opened. What an earlier
# call has mounted there is a pseudo-terminal that is gone.
BECOME_CONSOLE = """\
umount -l "$1" 2>/dev/null
touch "$1" && mount --bind "$(tty)" "$1" &&
exec setsid -c -w login <>"$1" >&0 2>&0
"""


def login(person, answers=None, terminal=None, name=None):
    """login(1) on a pseudo-terminal; on `terminal` (say /dev/tty9), which is
    made to be that pseudo-terminal, it is the console."""
    argv = ["login"]
    if terminal:
        argv = ["sh", "-c", BECOME_CONSOLE, "sh", terminal]
    dialog = Dialog(argv, answers or Answers(person.password))
    asked = []

    def ask_name():
        if asked:
            return False
        asked.append(True)
        dialog.child.sendline(name or person.name)
        return True

    def shell():
        dialog.child.sendline(f"echo {IN.strip()} $(id -un); exit")
        dialog.child.expect(r"\n" + IN + r"\S+")
        dialog.text += dialog.child.before + dialog.child.after
        return False

    return dialog.run([(LOGIN_NAME, ask_name), (SHELL, shell)])


def as_person(person, argv, answers=None, go_on=None):
    """Any program of the person's own, on a pseudo-terminal. When it prints
    "go on? ", `go_on` is called and the Enter key pressed."""
    dialog = Dialog(person.as_me(*argv), answers or Answers(person.password))

    def press_enter():
        go_on()
        dialog.child.sendline()

    return dialog.run([(GO_ON, press_enter)])


def sudo(person, answers=None, options=(), command=None):
    command = command or ["sh", "-c", f"echo {IN}$(id -un)"]
    return as_person(person, ["sudo", *options, *command], answers)


def su(person, target, answers, options=()):
    return as_person(person, ["su", *options, target.name, "-c",
                              f"echo {IN}$(id -un)"], answers)
