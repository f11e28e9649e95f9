# SPDX-License-Identifier: BSD-3-Clause
"""A folder with an authority, servers and probes, which ends with the test."""

import atexit
import contextlib
import os
import shutil
import tempfile

import slapd
from certificates import Authority
from probe import Probe


class World:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="mfa-directory-")
        # Killed tests leave nothing behind either.
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.authority = Authority(f"{self.folder}/authority")
        self._count = 0
        self._open = []

    def _name(self, kind):
        self._count += 1
        return f"{self.folder}/{kind}{self._count}"

    def slapd(self, content, **settings):
        server = slapd.Slapd(self._name("slapd"), self.authority, content,
                             **settings)
        self._open.append(server)
        return server

    def keep(self, thing):
        """Ends with the test."""
        self._open.append(thing)

    def secret(self, text):
        file = self._name("secret")
        with open(file, "w", encoding="utf-8") as out:
            out.write(text + "\n")
        os.chmod(file, 0o600)
        return file

    def settings(self, *servers, **changes):
        """The configuration's `ldap` for servers of ours."""
        return {"servers": [s if isinstance(s, str) else s.ldaps_url
                            for s in servers],
                "bind_dn": slapd.READER,
                "password_file": self.secret(slapd.PASSWORD),
                "ca_file": self.authority.certificate,
                "base": slapd.BASE, "network_timeout": "2s", **changes}

    def probe(self, *servers, environment=None, **changes):
        return self.probe_of(self.settings(*servers, **changes), environment)

    def probe_of(self, settings, environment=None, there=()):
        """`there`: what runs a command where the server is."""
        probe = Probe(self._name("probe"), settings, environment=environment,
                      there=there)
        self._open.append(probe)
        return probe

    def close(self):
        for thing in reversed(self._open):
            thing.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def world():
    made = World()
    try:
        yield made
    finally:
        made.close()
