# SPDX-License-Identifier: BSD-3-Clause
"""Times of many, and what the kernel knows of a process."""

import os
import time

from stage import wire

MIB = 1 << 20


class Failed(Exception):
    """What was measured did not do what it is for."""


class Times:
    """How long each of many took, in seconds."""

    def __init__(self):
        self._all = []

    def __len__(self):
        return len(self._all)

    def add(self, began):
        self._all.append(time.monotonic() - began)

    def ms(self, percent):
        """The time within which so many of a hundred were done."""
        ordered = sorted(self._all)
        at = min(len(ordered) - 1, int(len(ordered) * percent / 100))
        return ordered[at] * 1000


def sign_in(path, user):
    """A whole auth phase that must let in without a question."""
    with wire.Caller(path) as caller:
        caller.send(wire.begin(user, rhost="192.0.2.1", tty="ssh"))
        verb, fields = caller.receive() or (0, {})
    if verb != wire.VERDICT or fields[2][0] != wire.ALLOW:
        raise Failed(f"the sign-in of {user} ended with verb {verb}, {fields}")


def sign_ins(path, users, per_second, enough):
    """So many a second, evenly, until it is enough."""
    times, began = Times(), time.monotonic()
    while not enough():
        due = began + len(times) / per_second
        time.sleep(max(0, due - time.monotonic()))
        started = time.monotonic()
        sign_in(path, users[len(times) % len(users)])
        times.add(started)
    return times


def lookups(control, users, rounds):
    times = Times()
    for user in users * rounds:
        started = time.monotonic()
        shown = control.call("Control.ShowDirectoryUser", user=user)
        times.add(started)
        if shown["directory"]["standing"] != "enabled":
            raise Failed(f"the directory does not have {user}: {shown}")
    return times


def peak_mib(pid):
    """The most that was resident at any time."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    raise Failed(f"process {pid} is gone")


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def size_mib(folder, prefix):
    return sum(entry.stat().st_size for entry in os.scandir(folder)
               if entry.name.startswith(prefix)) / MIB
