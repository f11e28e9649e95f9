# SPDX-License-Identifier: BSD-3-Clause
"""The tables: one directory of each size, brought, changed, asked, and lost."""

import os
import signal
import time

import content
import measure
from programs import Stage, Varlink, until
from stage.rules import policy, put
from world import world

# Far above any goal; only what is broken takes so long.
PATIENCE = 1800  # s
CHANGES = 1000
LOOKUP_ROUNDS = 5
SIGN_INS_PER_SECOND = 50
SIGN_IN_SECONDS = 20

# A sign-in is let in only by what the directory says of groups: whoever is in
# the outermost group is asked for a second factor, unless in the innermost.
POLICIES = [
    policy("Outermost", "mfa", users={
        "includeGroups": [content.OUTERMOST],
        "excludeGroups": [content.EVERYBODY]}),
    policy("Watched", "mfa", users={
        "includeGroups": [content.WATCHED_GROUP]})]


def row(what, *figures, note=""):
    print(f"  {what:<34}" + "".join(f"{figure:>14}" for figure in figures)
          + (f"   {note}" if note else ""), flush=True)


class Pipeline:
    def __init__(self, w, size):
        self.size = size
        self.users = [content.name(n) for n in content.accounts(size)]
        self.watched = content.name(content.WATCHED)
        self.server = self._load(w)
        self.stage = self._stage(w)
        self.agent = self.stage.agent
        self.settings = w.settings(self.server)
        self.stage.configure(self.settings)
        self.connector = None

    def _load(self, w):
        began = time.monotonic()
        server = w.slapd(content.entries(self.size))
        print(f"\n{self.size:,} people, {content.GROUPS:,} groups, one of "
              f"{content.EVERYBODY_HAS:,}; slapd loaded them in "
              f"{time.monotonic() - began:.0f} s", flush=True)
        return server

    @staticmethod
    def _stage(w):
        folder = f"{w.folder}/policies"
        os.mkdir(folder)
        for number, each in enumerate(POLICIES):
            put(f"{folder}/{number}.yaml", each)
        return Stage(w, policies=folder,
                     security_defaults={"enabled": False})

    # --- bringing all of it --------------------------------------------------

    def cpu(self):
        return [measure.cpu_seconds(pid) for pid in (
            self.server.pid, self.connector.process.pid,
            self.agent.program.process.pid)]

    def peaks(self):
        return [measure.peak_mib(pid) for pid in (
            self.connector.process.pid, self.agent.program.process.pid)]

    def bring_everything(self):
        slapd_before = measure.cpu_seconds(self.server.pid)
        began = time.monotonic()
        self.connector = self.stage.connector()
        until(lambda: self.agent.state()["people"] == self.size, PATIENCE)
        took = time.monotonic() - began
        slapd, connector, agent = self.cpu()
        print(" full sync")
        row("seconds", f"{took:.1f}", note="goal: 1,000,000 people in 300")
        row("people a second", f"{self.size / took:,.0f}")
        row("cpu s: slapd, connector, agent", f"{slapd - slapd_before:.1f}",
            f"{connector:.1f}", f"{agent:.1f}")
        row("peak MiB: connector, agent",
            *(f"{peak:.1f}" for peak in self.peaks()), note="goal: 64 each")
        row("directory.db MiB", f"{self.database_mib():.1f}")

    def database_mib(self):
        return measure.size_mib(f"{self.agent.folder}/state", "directory.db")

    # --- changes -------------------------------------------------------------

    def changes(self):
        print(" changes", " " * 25, f"{'ldapmodify s':>14}{'in force s':>14}"
              f"{'cpu s of both':>14}")
        self._change(f"{CHANGES:,} people disabled",
                     content.lock(CHANGES, self.size),
                     lambda shown: shown["directory"]["standing"]
                     == "disabled", "goal: 2")
        self._change(f"one member more in {CHANGES:,} groups",
                     content.join(CHANGES, self.size),
                     lambda shown: content.WATCHED_GROUP in shown["groups"],
                     "goal: 2")
        self._change("one member more in the largest",
                     content.join_everybody(),
                     lambda shown: content.EVERYBODY in shown["groups"])

    def _change(self, what, ldif, is_there, note=""):
        cpu = sum(self.cpu()[1:])
        began = time.monotonic()
        self.server.change(ldif)
        changed = time.monotonic()
        with Varlink(self.agent.control) as control:
            until(lambda: is_there(control.call("Control.ShowDirectoryUser",
                                                user=self.watched)), PATIENCE)
        row(what, f"{changed - began:.2f}",
            f"{time.monotonic() - changed:.2f}",
            f"{sum(self.cpu()[1:]) - cpu:.2f}", note=note)

    # --- asking --------------------------------------------------------------

    def lookups(self):
        with Varlink(self.agent.control) as control:
            times = measure.lookups(control, self.users, LOOKUP_ROUNDS)
        print(" one person", " " * 22,
              f"{'asked':>14}{'p50 ms':>14}{'p99 ms':>14}{'most ms':>14}")
        self._times("lookups", times)
        return times

    def _times(self, what, times, note=""):
        row(what, f"{len(times):,}",
            *(f"{times.ms(percent):.2f}" for percent in (50, 99, 100)),
            note=note)

    def sign_ins(self, what, enough=None, note=""):
        """Until it is enough; without, for a while."""
        end = time.monotonic() + SIGN_IN_SECONDS
        times = measure.sign_ins(
            self.agent.sign_in, self.users, SIGN_INS_PER_SECOND,
            enough or (lambda: time.monotonic() > end))
        self._times(f"sign-ins, {what}", times, note)

    def sign_ins_in_all_weather(self):
        self.sign_ins("idle", note="goal: p99 never above 250")
        self._sign_ins_during_full_sync()
        self.server.hang()
        self._ask_for_sync()
        self.sign_ins("slapd stopped")
        self.server.wake()
        self.server.kill()
        self.sign_ins("slapd killed")
        self.server.start()
        self.sign_ins("idle again")

    def _sign_ins_during_full_sync(self):
        before = self.agent.state()["generation"]
        self.stage.configure(
            {**self.settings, "groups_filter": content.SAME_GROUPS})
        began = time.monotonic()
        self.connector.process.send_signal(signal.SIGHUP)
        self.sign_ins(
            "during a full sync",
            lambda: self.agent.state()["generation"] != before
            or time.monotonic() > began + PATIENCE)
        row("that full sync: seconds", f"{time.monotonic() - began:.1f}")

    def _ask_for_sync(self):
        with Varlink(self.agent.control) as control:
            control.call("Control.SyncDirectory")


def measure_all(w, size):
    pipeline = Pipeline(w, size)
    try:
        pipeline.bring_everything()
        lookups = pipeline.lookups()
        pipeline.changes()
        pipeline.sign_ins_in_all_weather()
        row("peak MiB in the end", *(f"{peak:.1f}" for peak in pipeline.peaks()))
        return lookups
    finally:
        pipeline.stage.close()


def run(sizes):
    with open("/etc/passwd", encoding="ascii") as file:
        of_host = file.read()
    lookups = {}
    for size in sizes:
        with open("/etc/passwd", "w", encoding="ascii") as file:
            file.write(of_host + content.passwd(size))
        with world() as w:
            lookups[size] = measure_all(w, size)
    if len(sizes) > 1:
        compare(lookups[sizes[0]], lookups[sizes[-1]])


def compare(small, large):
    print("\nlookups, last size beside first (goal: 1.2)")
    row("p50", f"{large.ms(50) / small.ms(50):.2f}")
    row("p99", f"{large.ms(99) / small.ms(99):.2f}")
