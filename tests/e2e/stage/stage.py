# SPDX-License-Identifier: BSD-3-Clause
"""The whole stage: people, stacks, a real sshd, an agent."""

import os
import shutil
import subprocess

from . import doors, pam, place
from .agent import Agent
from .journal import Journal
from .otp import Authenticator
from .people import People
from .rules import Rules

ROLES = {"Global Administrator": {"groups": ["admins"], "users": []},
         "Exchange Administrator": {"groups": ["mail-admins"], "users": []}}


def build_folder():
    root = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
    return os.path.abspath(os.environ.get("MFA_BUILD", root + "/build"))


class Stage:
    """To be made once, inside a place (place.inside())."""

    def __init__(self, config=None, module_arguments=(), sshd_log="VERBOSE"):
        if not place.inside():
            raise RuntimeError("a stage stands inside a place only")
        self.build = build_folder()
        self.journal = Journal()
        self.people = People()
        self.agent_user = self.people.add("mfa-agent", shell="/bin/false")
        self.connector_user = self.people.add("mfa-connector",
                                              shell="/bin/false")
        self.stranger = self.people.add("stranger")
        # Groups exist as soon as somebody is in them.
        self.admin = self.people.add("ada", groups=["admins"])
        self.people.add("max", groups=["mail-admins"])
        self.emergency = self.people.add("breakglass")
        self.agent = Agent(self.build, config=self.config(config))
        self.rules = Rules(self.agent, self.config)
        self.module_arguments = [f"socket={self.agent.socket}",
                                 "emergency_user=breakglass", "debug",
                                 *module_arguments]
        pam.write_stacks(f"{self.build}/pam_mfa.so", self.module_arguments)
        pam.write_sudoers()
        self.sshd = None
        self.sshd_config = pam.write_sshd_config(sshd_log)
        doors.trust_host_key()

    @staticmethod
    def config(overrides=None):
        return {"roles": ROLES, "emergency_access": ["breakglass"],
                **(overrides or {})}

    def second_agent(self, name, config=None, run_as=None):
        """Another agent, with directories of its own."""
        agent = Agent(self.build, name, self.config(config), run_as)
        if run_as:
            shutil.chown(agent.folder, run_as, run_as)
        return agent

    def set_module(self, *arguments):
        """Writes our lines anew with other arguments for the module."""
        pam.write_stacks(f"{self.build}/pam_mfa.so", arguments)

    def restore_module(self):
        self.set_module(*self.module_arguments)

    def start(self):
        self.agent.start()
        self.start_sshd()
        return self

    def start_sshd(self):
        self.sshd = subprocess.Popen(
            ["/usr/sbin/sshd", "-D", "-f", self.sshd_config],
            stdin=subprocess.DEVNULL)
        for port in pam.PORTS.values():
            self.journal.wait_for(f"listening on 127.0.0.1 port {port}")

    def registered(self, *options, **account):
        """A new person with an authenticator app."""
        person = self.people.add(**account)
        self.agent.enrol(person, *options)
        return person

    @staticmethod
    def authenticator(otpauth):
        """The app that scanned this QR code."""
        return Authenticator(otpauth)

    def sign_ins(self, person):
        """The sign-in log of this person, oldest first."""
        return self.agent.ask("sign-ins", "--user", person.name)

    def reason(self, person):
        """Why the person's last sign-in ended as it did."""
        return self.last_sign_in(person)["pamMfa"]["reason"]

    def error_code(self, person):
        return self.last_sign_in(person)["status"]["errorCode"]

    def results(self, person):
        """What each policy came to in the person's last sign-in."""
        rows = self.last_sign_in(person)["appliedConditionalAccessPolicies"]
        return {row["displayName"]: row["result"] for row in rows}

    def explanation(self, reference):
        """What mfactl explain says, without its line breaks."""
        done = self.agent.mfactl("explain", reference)
        assert done.returncode == 0, done
        return " ".join(done.stdout.split())

    def last_sign_in(self, person):
        records = self.sign_ins(person)
        assert records, f"no sign-in of {person.name} is in the log"
        return records[-1]

