# SPDX-License-Identifier: BSD-3-Clause
"""A real 389 Directory Server. dscreate knows the system's folders only, so it
runs where those are private mounts, with a systemctl that starts and stops."""

import os
import shutil
import subprocess
import urllib.parse

from slapd import BASE, free_port

SETTINGS = """
[general]
config_version = 2
full_machine_name = localhost.localdomain
strict_host_checking = False
[slapd]
instance_name = test
user = root
group = root
port = {port}
secure_port = {secure_port}
root_dn = cn=Directory Manager
root_password = Secret-1234
self_sign_cert = False
ldapi = {socket}
[backend-userroot]
suffix = {base}
create_suffix_entry = True
"""

SYSTEMCTL = """#!/bin/sh
pid=/run/dirsrv/slapd-test.pid
case "$*" in
*start*dirsrv@*)
  ns-slapd -D /etc/dirsrv/slapd-test -i $pid >/dev/null 2>&1
  for i in $(seq 200); do
    ldapwhoami -x -H {url} >/dev/null 2>&1 && exit 0
    sleep 0.05
  done
  exit 1;;
*is-active*dirsrv@*|*status*dirsrv@*)
  [ -s $pid ] && kill -0 "$(cat $pid)" 2>/dev/null;;
esac
"""

# Everything ends with the shell that reads the commands.
INSIDE = """set -e
mount --bind {folder}/etc /etc/dirsrv
for place in /var/lib/dirsrv /var/log/dirsrv /run/dirsrv /run/lock; do
  mkdir -p $place; mount -t tmpfs none $place
done
mkdir -p /run/lock/dirsrv
export PATH={folder}/bin:$PATH
dscreate from-file {folder}/settings.inf >{folder}/log 2>&1
ldapmodify -Q -Y EXTERNAL -H {url} >>{folder}/log 2>&1 <<END
dn: cn=Content Synchronization,cn=plugins,cn=config
changetype: modify
replace: nsslapd-pluginEnabled
nsslapd-pluginEnabled: on

dn: cn=Retro Changelog Plugin,cn=plugins,cn=config
changetype: modify
replace: nsslapd-pluginEnabled
nsslapd-pluginEnabled: on
-
replace: nsslapd-attribute
nsslapd-attribute: nsuniqueid:targetUniqueId

END
restart() {{
  kill "$(cat /run/dirsrv/slapd-test.pid)"
  while kill -0 "$(cat /run/dirsrv/slapd-test.pid)" 2>/dev/null; do
    sleep 0.05
  done
  rm -f {socket}
  systemctl start dirsrv@test
}}
restart
echo ready
while read command; do $command && echo done; done
kill "$(cat /run/dirsrv/slapd-test.pid)"
"""


def is_installed():
    return os.geteuid() == 0 and shutil.which("dscreate") is not None


class Ds389:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(f"{folder}/bin")
        shutil.copytree("/etc/dirsrv", f"{folder}/etc")
        # Paths of sockets are short.
        self.socket = f"{folder}/ldapi"
        names = {"folder": folder, "socket": self.socket, "base": BASE,
                 "url": self.local_url, "port": free_port(),
                 "secure_port": free_port()}
        self._write("settings.inf", SETTINGS.format(**names))
        self._write("bin/systemctl", SYSTEMCTL.format(**names))
        os.chmod(f"{folder}/bin/systemctl", 0o755)
        self._process = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child",
             "--mount-proc", "setpriv", "--pdeathsig", "KILL", "bash", "-c",
             INSIDE.format(**names)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "ready\n":
            with open(f"{folder}/log", encoding="utf-8") as log:
                raise RuntimeError(f"389 DS does not start: {log.read()}")

    def _write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    @property
    def local_url(self):
        return "ldapi://" + urllib.parse.quote(self.socket, safe="")

    def restart(self):
        self._process.stdin.write("restart\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def change(self, ldif):
        subprocess.run(
            ["ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", self.local_url],
            input=ldif, text=True, check=True, capture_output=True)

    def add(self, ldif):
        self.change("\n\n".join(
            entry.replace("\n", "\nchangetype: add\n", 1)
            for entry in ldif.split("\n\n") if entry.strip()) + "\n")

    def close(self):
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
