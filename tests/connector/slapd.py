# SPDX-License-Identifier: BSD-3-Clause
"""A real slapd in a folder of its own, on loopback ports of its own."""

import itertools
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse

BASE = "dc=example,dc=org"
PASSWORD = "a reader's password"
READER = f"cn=reader,{BASE}"

SETTINGS = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload syncprov
moduleload memberof
moduleload refint
pidfile {folder}/pid
loglevel {log}
sizelimit unlimited
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
TLSCACertificateFile {ca}
TLSVerifyClient try
authz-regexp "gidNumber={gid}\\\\+uidNumber={uid},cn=peercred,cn=external,cn=auth" "cn=admin,{base}"
authz-regexp "cn=connector" "{reader}"
access to dn.base="" by * read
{access_of_all}{config}database mdb
suffix "{base}"
rootdn "cn=admin,{base}"
directory {folder}/db
maxsize 17179869184
dbnosync
{access_of_base}index objectClass,uid,member,memberUid eq
index entryCSN,entryUUID,modifyTimestamp eq
{syncprov}
overlay ppolicy
overlay memberof
overlay refint
refint_attributes member
"""

ACCESS = f"""access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{READER}" read by * none
"""

# To change the rules while it runs; they are then the database's.
CONFIG = """database config
rootpw config
"""

SYNCPROV = """overlay syncprov
syncprov-checkpoint 100 10
syncprov-sessionlog {log}
"""

ROOT = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{BASE}
objectClass: organizationalUnit
ou: groups

dn: ou=devices,{BASE}
objectClass: organizationalUnit
ou: devices

dn: {READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {PASSWORD}
"""


def person_dn(name):
    return f"uid={name},ou=people,{BASE}"


def group_dn(name):
    return f"cn={name},ou=groups,{BASE}"


def person(name, number, extra=""):
    return (f"dn: {person_dn(name)}\n"
            "objectClass: inetOrgPerson\nobjectClass: posixAccount\n"
            f"uid: {name}\ncn: {name}\nsn: {name}\nuidNumber: {number}\n"
            f"gidNumber: {number}\nhomeDirectory: /home/{name}\n{extra}\n")


def group(name, *members):
    lines = "".join(f"member: {member}\n" for member in members or ("",))
    return (f"dn: {group_dn(name)}\nobjectClass: groupOfNames\n"
            f"cn: {name}\n{lines}\n")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slapd:
    """`content`: LDIF, or its pieces in turn where it is large."""

    def __init__(self, folder, authority, content, sessionlog=1000,
                 syncprov=True, names="IP:127.0.0.1", end=None,
                 access_can_change=False):
        self.folder = folder
        os.makedirs(f"{folder}/db")
        self.ca = authority.certificate
        certificate, key = authority.issue(os.path.basename(folder), "",
                                           end, names)
        self.ldaps, self.ldap = free_port(), free_port()
        self.socket = f"{folder}/ldapi"
        overlay = SYNCPROV.format(log=sessionlog) if sessionlog else (
            "overlay syncprov\n")
        with open(f"{folder}/slapd.conf", "w", encoding="ascii") as file:
            file.write(SETTINGS.format(
                folder=folder, certificate=certificate, key=key, ca=self.ca,
                gid=os.getgid(), uid=os.getuid(), base=BASE, reader=READER,
                log=0, config=CONFIG if access_can_change else "",
                access_of_all="" if access_can_change else ACCESS,
                access_of_base=ACCESS if access_can_change else "",
                syncprov=overlay if syncprov else ""))
        self._process = None
        self._load([ROOT, "\n", content] if isinstance(content, str)
                   else itertools.chain([ROOT, "\n"], content))
        self.start()

    def _load(self, pieces):
        argv = ["slapadd", "-q", "-w", "-f", f"{self.folder}/slapd.conf"]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, text=True) as loads:
            loads.stdin.writelines(pieces)
            loads.stdin.close()
        assert loads.returncode == 0, "slapadd does not take the content"

    @property
    def pid(self):
        return self._process.pid

    @property
    def ldaps_url(self):
        return f"ldaps://127.0.0.1:{self.ldaps}"

    @property
    def starttls_url(self):
        return f"ldap://127.0.0.1:{self.ldap}"

    @property
    def local_url(self):
        return "ldapi://" + urllib.parse.quote(self.socket, safe="")

    def start(self):
        urls = f"{self.ldaps_url}/ {self.starttls_url}/ {self.local_url}/"
        # "-d 0": in the foreground, so that it ends with us.
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "slapd", "-d", "0", "-f",
             f"{self.folder}/slapd.conf", "-h", urls],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while self._ask() != 0:
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("slapd does not start")
            time.sleep(0.02)

    def _ask(self):
        return subprocess.run(
            ["ldapwhoami", "-Q", "-Y", "EXTERNAL", "-H", self.local_url],
            capture_output=True).returncode

    def stop(self, how=signal.SIGTERM):
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait()

    def kill(self):
        self.stop(signal.SIGKILL)

    def hang(self):
        self._process.send_signal(signal.SIGSTOP)

    def wake(self):
        self._process.send_signal(signal.SIGCONT)

    def change(self, ldif):
        subprocess.run(
            ["ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", self.local_url],
            input=ldif, text=True, check=True, capture_output=True)

    def add(self, ldif):
        entries = [e for e in ldif.split("\n\n") if e.strip()]
        self.change("\n\n".join(
            entry.replace("\n", "\nchangetype: add\n", 1)
            for entry in entries) + "\n")

    def add_members(self, name, *members):
        self._change_members("add", name, members)

    def drop_members(self, name, *members):
        self._change_members("delete", name, members)

    def _change_members(self, how, name, members):
        lines = "".join(f"member: {member}\n" for member in members)
        self.change(f"dn: {group_dn(name)}\nchangetype: modify\n"
                    f"{how}: member\n{lines}-\n")

    def shut_out_reader(self):
        """From everything; needs access_can_change."""
        subprocess.run(
            ["ldapmodify", "-x", "-D", "cn=config", "-w", "config", "-H",
             self.local_url], text=True, check=True, capture_output=True,
            input="dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\n"
            "replace: olcAccess\nolcAccess: {0}to attrs=userPassword "
            "by anonymous auth by * none\nolcAccess: {1}to * by * none\n")

    def rename(self, dn, to, beneath=None):
        lines = f"newsuperior: {beneath}\n" if beneath else ""
        self.change(f"dn: {dn}\nchangetype: modrdn\nnewrdn: {to}\n"
                    f"deleteoldrdn: 1\n{lines}")

    def delete(self, dn):
        self.change(f"dn: {dn}\nchangetype: delete\n")

    def close(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
