# SPDX-License-Identifier: BSD-3-Clause
"""mfa-agent on the stage, and mfactl beside it."""

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time

from . import place
from .otp import Authenticator

START_SECONDS = 10
STOP_SECONDS = 10


class AgentFailed(AssertionError):
    """The agent or mfactl did not do what the stage asked for."""


class Agent:
    """One agent with directories and a configuration of its own. It runs
    with --debug, so that whatever it could ever log is in the log."""

    def __init__(self, build, name="agent", config=None, run_as=None):
        self.build = build
        self.folder = f"{place.HERE}/{name}"
        self.run = self.folder + "/run"
        self.state = self.folder + "/state"
        self.config_file = self.folder + "/mfa-agent.yaml"
        self.log_file = self.folder + "/log"
        self.socket = self.run + "/sign-in.sock"
        self.control = self.run + "/control.sock"
        self.connector = self.run + "/connector.sock"
        self.process = None
        self.run_as = run_as
        os.makedirs(self.folder, exist_ok=True)
        self.write_config(config or {})

    def write_config(self, overrides):
        """JSON is YAML: what Entra exports and what we write load alike."""
        self.config = {"runtime_directory": self.run,
                       "state_directory": self.state, **overrides}
        self.write_config_text(json.dumps(self.config, indent=2) + "\n")

    def write_config_text(self, text):
        with open(self.config_file + ".new", "w") as f:
            f.write(text)
        os.chmod(self.config_file + ".new", 0o644)
        os.rename(self.config_file + ".new", self.config_file)

    # --- the daemon ----------------------------------------------------------

    def command(self, *arguments):
        prefix = []
        if self.run_as:
            prefix = ["setpriv", f"--reuid={self.run_as}",
                      f"--regid={self.run_as}", "--init-groups", "--"]
        return [*prefix, f"{self.build}/mfa-agent", "--config",
                self.config_file, *arguments]

    def start(self, *arguments):
        """Starts the agent and returns when it says that it is ready."""
        notify = self.folder + "/notify"
        if os.path.exists(notify):
            os.unlink(notify)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, \
                open(self.log_file, "ab") as log:
            ready.bind(notify)
            os.chmod(notify, 0o666)
            self.process = subprocess.Popen(
                self.command("--debug", *arguments), stderr=log, stdout=log,
                stdin=subprocess.DEVNULL,
                env=dict(os.environ, NOTIFY_SOCKET=notify))
            self._wait_until_ready(ready)
        return self

    def _wait_until_ready(self, ready):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            readable, _, _ = select.select([ready], [], [], 0.05)
            if readable and b"READY=1" in ready.recv(4096):
                return
            if self.process.poll() is not None:
                raise AgentFailed("the agent ended at its start: "
                                  + self.log()[-1500:])
        raise AgentFailed("the agent was not ready in time: "
                          + self.log()[-1500:])

    def fails_to_start(self, *arguments):
        """Runs an agent that is expected to refuse; returns what it says."""
        done = subprocess.run(self.command(*arguments), capture_output=True,
                              stdin=subprocess.DEVNULL, text=True,
                              timeout=START_SECONDS, check=False)
        if done.returncode == 0:
            raise AgentFailed("the agent ended well and should have refused: "
                              + done.stderr)
        return done.stderr

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        if not self.alive():
            return None
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self):
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def hang(self):
        self.signal(signal.SIGSTOP)

    def wake(self):
        self.signal(signal.SIGCONT)

    def reload(self):
        self.signal(signal.SIGHUP)

    def forget_everything(self):
        shutil.rmtree(self.state, ignore_errors=True)

    def log(self):
        try:
            with open(self.log_file, errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def wait_for_log(self, text, since=0, seconds=5):
        deadline = time.monotonic() + seconds
        while text not in self.log()[since:]:
            if time.monotonic() > deadline:
                raise AssertionError(f"the agent did not log {text!r}: "
                                     + self.log()[since:][-1500:])
            time.sleep(0.02)

    # --- mfactl --------------------------------------------------------------

    def mfactl(self, *arguments, typed="", as_person=None):
        argv = [f"{self.build}/mfactl", "--config", self.config_file,
                *arguments]
        if as_person:
            argv = as_person.as_me(*argv)
        return subprocess.run(argv, input=typed, capture_output=True,
                              text=True, timeout=30, check=False)

    def ask(self, *arguments):
        """mfactl --json ARGUMENTS, as a value."""
        done = self.mfactl("--json", *arguments)
        if done.returncode != 0:
            raise AgentFailed(f"mfactl {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)

    def enrol(self, person, *options):
        """Binds one more authenticator app to the person."""
        made = self.ask("method", "add", person.name, "totp", "--no-confirm",
                        *options)
        app = Authenticator(made["otpauth"], made["id"])
        person.authenticators.append(app)
        return app
