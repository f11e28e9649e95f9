# SPDX-License-Identifier: BSD-3-Clause
"""A real Samba domain controller, in a network of its own: it wants the ports
that domain controllers have."""

import json
import os
import shutil
import subprocess
import time

PASSWORD = "Adm1n-Pass!"
BASE = "DC=lab,DC=example,DC=org"
ADMINISTRATOR = f"CN=Administrator,CN=Users,{BASE}"

HOST = "dc1.lab.example.org"

# Holds the namespaces, and ends with us.
INSIDE = """ip link set lo up
echo "127.0.0.1 {host} localhost" >{folder}/hosts
mount --bind {folder}/hosts /etc/hosts
echo $$
exec samba -i -M single -s {settings} \
  --option="server services = ldap, kdc" --option="{option}" \
  </dev/null >{folder}/log 2>&1
"""

KERBEROS = """[libdefaults]
default_realm = LAB.EXAMPLE.ORG
dns_lookup_kdc = false
rdns = false
[realms]
LAB.EXAMPLE.ORG = {
  kdc = 127.0.0.1
}
"""

TOOL = """
import json, sys
from samba.netcmd.main import cmd_sambatool
for command in json.load(sys.stdin):
    if cmd_sambatool()._run("samba-tool", *command):
        sys.exit(f"samba-tool {command} failed")
"""


def is_installed():
    return os.geteuid() == 0 and shutil.which("samba-tool") is not None and (
        shutil.which("samba") is not None)


class Samba:
    url = "ldaps://127.0.0.1"

    def __init__(self, folder, authority):
        self.folder = folder
        self._settings = f"{folder}/etc/smb.conf"
        os.makedirs(folder)
        self._run("samba-tool", "domain", "provision", f"--targetdir={folder}",
                  "--realm=LAB.EXAMPLE.ORG", "--domain=LAB",
                  f"--adminpass={PASSWORD}", "--server-role=dc",
                  "--dns-backend=NONE", "--host-ip=127.0.0.1",
                  "--host-name=dc1", "--option=interfaces=lo",
                  "--option=bind interfaces only=yes")
        certificate, key = authority.issue(
            "dc1", "", names=f"IP:127.0.0.1,DNS:{HOST}")
        os.chmod(key, 0o600)
        with open(self._settings, encoding="utf-8") as file:
            settings = file.read()
        with open(self._settings, "w", encoding="utf-8") as file:
            file.write(settings.replace("[global]", "\n".join((
                "[global]", f"tls certfile = {certificate}",
                f"tls keyfile = {key}", f"tls cafile = {authority.certificate}",
                f"pid directory = {folder}")), 1))
        self.kerberos = f"{folder}/krb5.conf"
        with open(self.kerberos, "w", encoding="ascii") as file:
            file.write(KERBEROS)
        self.start()

    def start(self, option="server role = active directory domain controller"):
        """`option`: of smb.conf, for this once."""
        self._process = subprocess.Popen(
            ["unshare", "--net", "--mount", "setpriv", "--pdeathsig", "KILL",
             "bash", "-c", INSIDE.format(settings=self._settings, host=HOST,
                                         folder=self.folder, option=option)],
            stdout=subprocess.PIPE, text=True)
        pid = self._process.stdout.readline().strip()
        # What runs a command where the controller can be reached.
        self.there = ["nsenter", f"--net=/proc/{pid}/ns/net",
                      f"--mount=/proc/{pid}/ns/mnt"]
        self._wait()

    def stop(self):
        self._process.kill()
        self._process.wait()

    def _wait(self):
        end = time.monotonic() + 60
        probe = [*self.there, "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/636"]
        while subprocess.run(probe, capture_output=True).returncode != 0:
            if time.monotonic() > end or self._process.poll() is not None:
                with open(f"{self.folder}/log", encoding="utf-8") as log:
                    raise RuntimeError(f"Samba does not start: {log.read()}")
            time.sleep(0.1)

    @staticmethod
    def _run(*command, given=None):
        done = subprocess.run(command, input=given, capture_output=True,
                              text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")

    def tool(self, *commands):
        """samba-tool on the controller's own database, several commands in
        one process: each start takes a second."""
        self._run("/usr/bin/python3", "-c", TOOL,
                  given=json.dumps([[*command.split("|"), "-s", self._settings]
                                    for command in commands]))

    def keytab(self, account):
        file = f"{self.folder}/{account}.keytab"
        self.tool(f"domain|exportkeytab|{file}|--principal={account}")
        return file

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
