# SPDX-License-Identifier: BSD-3-Clause
"""The connector proves who it is by a Kerberos ticket, as mfa-connector.yaml(5)
says an administrator sets it up, before a Samba domain controller."""

import contextlib
import os
import shutil
import subprocess

import samba_dc as samba
from programs import Stage, until
from tap import Skip, test
from world import world

NAMES = ("mfa-connector", "renewed", "gone", "locked", "unknown")
TAKES_TICKETS = "ldap server require strong auth = allow_sasl_over_tls"


def accounts(controller):
    controller.tool(*(f"user|create|{name}|--random-password"
                      for name in NAMES),
                    f"spn|add|ldap/{samba.HOST}|DC1$")


class Kerberos:
    """An agent, and a connector beside the controller. No key of another bind
    is there, nor is any ticket but what a test brings."""

    def __init__(self, w):
        self.world = w
        self.controller = samba.Samba(f"{w.folder}/samba", w.authority)
        w.keep(self.controller)
        accounts(self.controller)
        self.stage = Stage(w)
        w.keep(self.stage)

    def environment(self, cache):
        return {"KRB5_CONFIG": self.controller.kerberos,
                "KRB5CCNAME": f"FILE:{cache}"}

    def cache(self, name):
        return f"{self.world.folder}/{name}"

    def bring(self, url=f"ldaps://{samba.HOST}", cache="none", realm=None,
              **changes):
        """One try: the exit status."""
        self.stage.configure(
            {"servers": [url], "preset": "ad", "bind": "gssapi",
             "base": samba.BASE, "network_timeout": "2s",
             "ca_file": self.world.authority.certificate, **changes})
        environment = self.environment(self.cache(cache))
        if realm:
            environment["KRB5_CONFIG"] = realm
        return self.stage.once(there=self.controller.there,
                               environment=environment)

    def assert_fails(self, reason, advice, **how):
        assert self.bring(**how) == 1
        trouble = self.stage.trouble()["message"]
        for words in ("cannot bind with GSSAPI", reason, advice):
            assert words in trouble, (words, trouble)
            assert self.stage.says(words), words

    def ticket(self, keytab, account, lifetime):
        """A cache as an administrator's own tool keeps it."""
        environment = {**os.environ,
                       **self.environment(self.cache(account))}
        subprocess.run([*self.controller.there, "kinit", "-l", lifetime, "-k",
                        "-t", keytab, account], env=environment, check=True)
        return lambda: subprocess.run(["klist", "-s"], env=environment,
                                      check=False).returncode == 0


@contextlib.contextmanager
def kerberos():
    if not samba.is_installed() or shutil.which("kinit") is None:
        raise Skip("samba-ad-dc, krb5-user and root are needed")
    with world() as w:
        yield Kerberos(w)


@test("GSSAPI: a keytab or a kept ticket is enough, and nothing else will do")
def _():
    with kerberos() as k:
        keytab = k.controller.keytab("mfa-connector")
        k.assert_fails("Sign or Seal are required; ", TAKES_TICKETS,
                       keytab_file=keytab)
        k.controller.stop()
        k.controller.start(TAKES_TICKETS)

        wrong_ones(k)
        short = k.ticket(k.controller.keytab("renewed"), "renewed", "2s")
        until(lambda: not short())
        k.assert_fails("Ticket expired", "get a new one", cache="renewed")
        assert k.stage.agent.state()["generation"] == 0, "nothing was brought"

        for url in (f"ldaps://{samba.HOST}", f"ldap://{samba.HOST}"):
            assert k.bring(url, keytab_file=keytab) == 0
        assert not os.path.exists(k.cache("none")), "tickets are in memory"
        state = k.stage.agent.state()
        assert state["people"] >= len(NAMES) and state["groups"] > 10, state
        assert k.stage.trouble() is None

        k.ticket(keytab, "mfa-connector", "1h")
        assert k.bring(cache="mfa-connector") == 0


def wrong_ones(k):
    tool = k.controller.tool
    k.assert_fails("No Kerberos credentials", "name a keytab by keytab_file")
    old, gone, locked = (k.controller.keytab(name)
                         for name in ("renewed", "gone", "locked"))
    tool("user|setpassword|renewed|--newpassword=Oth3r-Pass!",
         "user|delete|gone", "user|disable|locked")
    k.assert_fails("Preauthentication failed", "make a new keytab",
                   keytab_file=old)
    k.assert_fails("Client 'gone@LAB.EXAMPLE.ORG' not found", "make one",
                   keytab_file=gone)
    k.assert_fails("revoked", "disabled, locked or expired",
                   keytab_file=locked)
    good = k.controller.keytab("unknown")
    k.assert_fails("Server not found", "rdns = false", keytab_file=good,
                   url="ldaps://127.0.0.1")
    nowhere = f"{k.world.folder}/nowhere.conf"
    with open(nowhere, "w", encoding="ascii") as file:
        file.write(samba.KERBEROS.replace("127.0.0.1", "127.0.0.1:9"))
    k.assert_fails("Cannot contact any KDC", "krb5.conf(5)", keytab_file=good,
                   realm=nowhere)
