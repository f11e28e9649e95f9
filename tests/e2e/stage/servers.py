# SPDX-License-Identifier: BSD-3-Clause
"""Real servers that cannot put a question to a person, and their clients:
vsftpd and dovecot (IMAP)."""

import ftplib
import imaplib
import os
import subprocess

from . import place
from .doors import PATIENCE

VSFTPD_PORT, DOVECOT_PORT = 2221, 2243

VSFTPD = """\
listen=YES
background=NO
listen_address=127.0.0.1
listen_port={port}
local_enable=YES
anonymous_enable=NO
pam_service_name=vsftpd
secure_chroot_dir={folder}/empty
seccomp_sandbox=NO
"""

# Without dovecot's own delays after a failure.
DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
auth_verbose = yes
mail_location = maildir:~/Maildir
first_valid_uid = 1000
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = pam
  args = session=yes dovecot
}}
userdb {{
  driver = passwd
}}
"""


class Server:
    """One of them, in the foreground."""

    def __init__(self, name, settings, port, command):
        self.folder = f"{place.HERE}/{name}"
        self.port = port
        os.makedirs(self.folder + "/empty")
        path = f"{self.folder}/{name}.conf"
        with open(path, "w") as f:
            f.write(settings.format(folder=self.folder, port=port))
        self.output = open(f"{self.folder}/output", "wb")
        self.process = subprocess.Popen(
            [*command, path], stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.output)

    def wait_until_ready(self):
        place.wait_for_port(self.port)

    def log(self):
        """Whatever it has written down."""
        text = ""
        for name in ("output", "log"):
            if os.path.exists(f"{self.folder}/{name}"):
                with open(f"{self.folder}/{name}", errors="replace") as f:
                    text += f.read()
        return text


class Ftp(Server):
    def __init__(self):
        super().__init__("vsftpd", VSFTPD, VSFTPD_PORT, ["vsftpd"])

    def lets_in(self, person, password=None):
        with ftplib.FTP(timeout=PATIENCE) as client:
            client.connect("127.0.0.1", self.port)
            try:
                client.login(person.name, password or person.password)
            except ftplib.error_perm as refusal:
                assert str(refusal).startswith("530 "), refusal
                return False
            return client.pwd() == person.home


class Imap(Server):
    def __init__(self):
        super().__init__("dovecot", DOVECOT, DOVECOT_PORT,
                         ["dovecot", "-F", "-c"])

    def lets_in(self, person, password=None):
        with imaplib.IMAP4("127.0.0.1", self.port, PATIENCE) as client:
            try:
                client.login(person.name, password or person.password)
            except imaplib.IMAP4.error as refusal:
                assert "AUTHENTICATIONFAILED" in str(refusal), refusal
                return False
            return client.select()[0] == "OK"
