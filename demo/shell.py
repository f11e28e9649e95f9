# SPDX-License-Identifier: BSD-3-Clause
"""make demo-shell: the same stage, left running, and a shell on it."""

import os
import subprocess

import paper
from stage import doors, pam, place
from stage.stage import Stage

BIN = f"{place.HERE}/bin"

HELP = """\
People           Password
  alice          {alice:24} registered; "code" is her app
  bob            {bob:24} not registered: 14 days of grace
  ada            {ada:24} an administrator, not registered

Try
  ssh alice@127.0.0.1            password, then the code
  code                           what Alice's app shows now
  ssh -p {key_port} -i alice-key alice@127.0.0.1
                                 public key alone: refused, and told why
  ssh -p {both_port} -i alice-key alice@127.0.0.1
                                 public key, then password and code
  ssh bob@127.0.0.1              in, with the days left
  su - ada, then sudo id         no grace for an administrator on sudo
  mfactl sign-ins                what happened
  mfactl explain REFERENCE       why somebody was refused
  mfactl method add bob totp     a QR code for your own phone
  mfactl user show alice, mfactl status, mfactl --help

The configuration is {config}
The agent logs to {log}
PAM is set up in /etc/pam.d, which is a private copy here.
"exit" ends everything; nothing is left behind.
"""

# Alice's authenticator app, as a command.
APP = """\
cd "{folder}" && exec /usr/bin/python3 -B -c '
import sys
from stage.otp import Authenticator
print(Authenticator(open(sys.argv[1]).read()).code())' "{seeds}/alice"
"""


def script(name, text):
    path = f"{BIN}/{name}"
    with open(path, "w") as f:
        f.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)


def write_commands(stage, alice):
    os.makedirs(BIN)
    os.chmod(stage.agent.folder, 0o755)
    script("mfactl", f'exec "{stage.build}/mfactl" --config '
                     f'"{stage.agent.config_file}" "$@"\n')
    config = f"{place.HERE}/ssh_config"
    with open(config, "w") as f:
        f.write(f"Port {pam.PORTS['keyboard-interactive']}\n"
                f"UserKnownHostsFile {place.HERE}/known_hosts\n"
                "GlobalKnownHostsFile /dev/null\n")
    script("ssh", f'exec /usr/bin/ssh -F {config} "$@"\n')
    seeds = f"{place.HERE}/apps"
    os.makedirs(seeds, mode=0o700)
    with open(f"{seeds}/alice", "w") as f:
        f.write(alice.app.uri)
    here = os.path.dirname(os.path.abspath(doors.__file__))
    script("code", APP.format(folder=os.path.dirname(here), seeds=seeds))


def run():
    paper.title("pam_mfa: try it by hand")
    stage = Stage().start()
    alice, bob = stage.people.add("alice"), stage.people.add("bob")
    stage.agent.enrol(alice, "--label", "Phone")
    os.rename(stage.people.make_key(alice), f"{place.HERE}/alice-key")
    write_commands(stage, alice)
    print(HELP.format(
        alice=alice.password, bob=bob.password, ada=stage.admin.password,
        key_port=pam.PORTS["publickey"],
        both_port=pam.PORTS["publickey,keyboard-interactive"],
        config=stage.agent.config_file, log=stage.agent.log_file))
    subprocess.run(["bash", "--norc"], check=False, cwd=place.HERE, env=dict(
        os.environ, PATH=f"{BIN}:{os.environ['PATH']}", PS1="pam_mfa demo# "))
    stage.agent.stop()
    print("Everything is stopped; nothing is left behind.")
    return 0
