# SPDX-License-Identifier: BSD-3-Clause
"""What the programs on the stage send to syslog: the reader of /dev/log."""

import os
import re
import socket
import threading
import time

from . import place

MAX_DATAGRAM = 1 << 16


class Journal:
    def __init__(self):
        self.path = f"{place.HERE}/syslog"
        self._lines = []
        self._changed = threading.Condition()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with open(self.path, "wb", buffering=0) as f:
            while True:
                datagram = self._socket.recv(MAX_DATAGRAM)
                f.write(datagram + b"\n")
                with self._changed:
                    self._lines.append(datagram.decode("utf-8", "replace"))
                    self._changed.notify_all()

    def mark(self):
        """A place in the journal; lines_since(mark) are those after it."""
        with self._changed:
            return len(self._lines)

    def lines_since(self, mark=0):
        with self._changed:
            return self._lines[mark:]

    def find(self, pattern, since=0):
        return [x for x in self.lines_since(since) if re.search(pattern, x)]

    def wait_for(self, pattern, since=0, seconds=5):
        """The first line that matches; an AssertionError when none came."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.find(pattern, since)
            if found:
                return found[0]
            left = deadline - time.monotonic()
            if left <= 0:
                lines = "\n".join(self.lines_since(since)[-30:])
                raise AssertionError(f"no syslog line /{pattern}/ in:\n{lines}")
            with self._changed:
                self._changed.wait(min(left, 0.2))
