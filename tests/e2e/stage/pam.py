# SPDX-License-Identifier: BSD-3-Clause
"""The PAM stacks and the sshd settings of the stage, as README.md tells an
administrator to write them: our lines in Debian's common files, so that every
service of the host has them."""

import os
import subprocess

from . import place

COMMON_AUTH = """\
auth    [success=1 default=ignore]      pam_unix.so
auth    requisite                       pam_deny.so
auth    required                        pam_permit.so
auth    [success=ok default=die]        {module}
"""
# First: pam_unix ends the phase ("done") when a password has expired.
COMMON_ACCOUNT = """\
account [success=ok new_authtok_reqd=ok default=die] {module}
account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so
account requisite                       pam_deny.so
account required                        pam_permit.so
"""
COMMON_PASSWORD = """\
password [success=1 default=ignore]     pam_unix.so obscure
password requisite                      pam_deny.so
password required                       pam_permit.so
password required                       {module}
"""
COMMON_SESSION = """\
session required                        pam_unix.so
"""
# Services as Debian ships them, without the parts (SELinux, motd, mail,
# keyrings) that depend on the host.
SERVICES = {
    "sshd": """\
@include common-auth
account required pam_nologin.so
@include common-account
@include common-session
@include common-password
""",
    "login": """\
auth requisite pam_nologin.so
@include common-auth
@include common-account
@include common-session
@include common-password
""",
    "su": """\
auth sufficient pam_rootok.so
@include common-auth
@include common-account
@include common-session
""",
    "su-l": "@include su\n",
    "sudo": """\
@include common-auth
@include common-account
@include common-session-noninteractive
""",
    "sudo-i": "@include sudo\n",
    "cron": """\
@include common-auth
@include common-account
@include common-session-noninteractive
""",
    "atd": """\
@include common-auth
@include common-account
@include common-session-noninteractive
""",
    # What cannot ask: FTP and IMAP.
    "vsftpd": """\
auth required pam_listfile.so item=user sense=deny file=/etc/ftpusers \
onerr=succeed
@include common-account
@include common-session
@include common-auth
auth required pam_shells.so
""",
    "dovecot": """\
@include common-auth
@include common-account
@include common-session
""",
    "other": """\
@include common-auth
@include common-account
@include common-password
@include common-session
""",
}

# Ports by what sshd asks for.
PORTS = {
    "keyboard-interactive": 2201,
    "publickey,keyboard-interactive": 2202,
    "publickey": 2203,
    "password": 2204,
    "password,keyboard-interactive": 2205,
    "keyboard-interactive password": 2206,  # one of them is enough
}

SSHD_CONFIG = """\
ListenAddress 127.0.0.1
{listen}
HostKey {here}/host_key
PidFile none
UsePAM yes
UseDNS no
StrictModes yes
AuthorizedKeysFile .ssh/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication yes
LoginGraceTime 60
MaxAuthTries 6
MaxStartups 200
LogLevel {log_level}
Subsystem sftp internal-sftp
"""


def write_stacks(module, arguments):
    line = " ".join([module, *arguments])
    for name, text in (("common-auth", COMMON_AUTH),
                       ("common-account", COMMON_ACCOUNT),
                       ("common-password", COMMON_PASSWORD),
                       ("common-session", COMMON_SESSION),
                       ("common-session-noninteractive", COMMON_SESSION)):
        write_service(name, text.format(module=line))
    for name, text in SERVICES.items():
        write_service(name, text)


def write_service(name, text):
    path = f"/etc/pam.d/{name}"
    with open(path + ".new", "w") as f:
        f.write(text)
    os.rename(path + ".new", path)


def write_sudoers():
    with open("/etc/sudoers", "w") as f:
        f.write("Defaults !lecture, passwd_tries=1\n"
                "root ALL=(ALL:ALL) ALL\n"
                "%admins ALL=(ALL:ALL) ALL\n"
                "%sudoers ALL=(ALL:ALL) ALL\n"
                "%nopasswd ALL=(ALL:ALL) NOPASSWD: ALL\n")
    os.chmod("/etc/sudoers", 0o440)


def write_sshd_config(log_level="VERBOSE"):
    key = f"{place.HERE}/host_key"
    if not os.path.exists(key):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        key], check=True)
    listen = "\n".join(f"Port {p}" for p in PORTS.values())
    text = SSHD_CONFIG.format(listen=listen, here=place.HERE,
                              log_level=log_level)
    for methods, port in PORTS.items():
        text += f"Match LocalPort {port}\n"
        text += f"  AuthenticationMethods {methods}\n"
        if "password" in methods:
            text += "  PasswordAuthentication yes\n"
    path = f"{place.HERE}/sshd_config"
    with open(path, "w") as f:
        f.write(text)
    return path
