# SPDX-License-Identifier: BSD-3-Clause
"""Accounts of the stage, written straight into its private /etc."""

import crypt
import os
import subprocess
import threading
from dataclasses import dataclass, field

from . import place

FIRST_UID = 20001
_lock = threading.Lock()


@dataclass
class Person:
    name: str
    password: str
    uid: int
    home: str
    authenticators: list = field(default_factory=list)

    @property
    def app(self):
        """The newest authenticator app of this person."""
        return self.authenticators[-1]

    def as_me(self, *argv):
        """The command line that runs argv with this person's rights."""
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}",
                "--init-groups", "--", *argv]


class People:
    def __init__(self):
        self._count = 0
        self.groups = {}

    def add(self, name=None, groups=(), shell="/bin/sh"):
        with _lock:
            self._count += 1
            number = self._count
        name = name or f"p{number}"
        uid = FIRST_UID + number
        person = Person(name, f"Pass-word-of-{name}-{number}!", uid,
                        f"{place.HERE}/home/{name}")
        self._write_account(person, shell)
        self._make_home(person)
        for group in groups:
            self.join(group, person)
        return person

    def _write_account(self, person, shell):
        # SHA-256 with few rounds: the hash is not what is being tested.
        salt = crypt.mksalt(crypt.METHOD_SHA256, rounds=1000)
        hashed = crypt.crypt(person.password, salt)
        n, u = person.name, person.uid
        _append("/etc/passwd", f"{n}:x:{u}:{u}::{person.home}:{shell}")
        _append("/etc/shadow", f"{n}:{hashed}:19000:0:99999:7:::")
        _append("/etc/group", f"{n}:x:{u}:")

    def _make_home(self, person):
        os.makedirs(person.home + "/.ssh", mode=0o755)
        for path in (person.home, person.home + "/.ssh"):
            os.chown(path, person.uid, person.uid)

    def join(self, group, person):
        with _lock:
            members = self.groups.setdefault(group, [])
            members.append(person.name)
            lines = open("/etc/group").read().splitlines()
            lines = [x for x in lines if not x.startswith(group + ":")]
            gid = FIRST_UID + 20000 + list(self.groups).index(group)
            lines.append(f"{group}:x:{gid}:{','.join(members)}")
            _replace("/etc/group", "\n".join(lines) + "\n")

    def expire_password(self, person):
        """Its password had to be changed years ago."""
        with _lock:
            lines = open("/etc/shadow").read().splitlines()
            names = [line.split(":")[0] for line in lines]
            entry = lines[names.index(person.name)].split(":")
            entry[4] = "1"  # days until it has to be changed
            lines[names.index(person.name)] = ":".join(entry)
            _replace("/etc/shadow", "\n".join(lines) + "\n")

    def make_key(self, person, name="key"):
        """An ssh key that the person may sign in with; returns its path."""
        path = make_ssh_key(f"{name}-{person.name}")
        _allow(person, public_key(path))
        return path

    def make_certificate(self, person, authority, key_id):
        """A key with a certificate of that key id, signed by an authority
        (make_ssh_key) that the person's account trusts; returns its path."""
        path = make_ssh_key(f"{os.path.basename(authority)}-{key_id}-"
                            f"{person.name}")
        _keygen("-s", authority, "-I", key_id, "-n", person.name, "-V", "+1h",
                path + ".pub")
        _allow(person, "cert-authority " + public_key(authority))
        return path


def make_ssh_key(name):
    path = f"{place.HERE}/{name}"
    _keygen("-t", "ed25519", "-N", "", "-f", path)
    return path


def public_key(path):
    """The line in the key's .pub file."""
    with open(path + ".pub") as f:
        return f.read().strip()


def _keygen(*arguments):
    subprocess.run(["ssh-keygen", "-q", *arguments], check=True)


def _allow(person, line):
    allowed = person.home + "/.ssh/authorized_keys"
    with open(allowed, "a") as f:
        f.write(line + "\n")
    os.chown(allowed, person.uid, person.uid)


def _append(path, line):
    with _lock:
        _replace(path, open(path).read() + line + "\n")


def _replace(path, text):
    mode = os.stat(path)
    with open(path + ".new", "w") as f:
        f.write(text)
    os.chown(path + ".new", mode.st_uid, mode.st_gid)
    os.chmod(path + ".new", mode.st_mode & 0o777)
    os.rename(path + ".new", path)
