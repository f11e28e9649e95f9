# SPDX-License-Identifier: BSD-3-Clause
"""A way to a server on loopback that can be closed after so many bytes of its
answers: what happens then happens in the middle of them."""

import contextlib
import socket
import socketserver
import threading


class _Passage(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            there = socket.create_connection(self.server.to)
        except OSError:
            return  # the server is away
        with there:
            threading.Thread(target=self._questions, args=(there,),
                             daemon=True).start()
            self._answers(there)

    def _questions(self, there):
        with contextlib.suppress(OSError):
            while data := self.request.recv(65536):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)

    def _answers(self, there):
        with contextlib.suppress(OSError):
            while data := there.recv(16384):
                self.server.pass_on(len(data))
                self.request.sendall(data)


class Relay(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port, limit):
        super().__init__(("127.0.0.1", 0), _Passage)
        self.to = ("127.0.0.1", port)
        self.port = self.server_address[1]
        self._left = limit
        self._lock = threading.Lock()
        self.is_closed = threading.Event()
        self._is_open = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,),
                         daemon=True).start()

    def pass_on(self, count):
        """Comes back when so many bytes may pass."""
        with self._lock:
            self._left -= count
            if self._left >= 0:
                return
            self.is_closed.set()
        self._is_open.wait()

    def open(self):
        self._is_open.set()


@contextlib.contextmanager
def relay(port, limit):
    made = Relay(port, limit)
    try:
        yield made
    finally:
        made.open()
        made.shutdown()
        made.server_close()
