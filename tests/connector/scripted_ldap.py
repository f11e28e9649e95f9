# SPDX-License-Identifier: BSD-3-Clause
"""An LDAP server that says what a test wants, on a socket of this machine: for
what no real server does, or not at the moment it is needed."""

import socket
import threading
import urllib.parse

PAGED_RESULTS = "1.2.840.113556.1.4.319"
SUBTREE = 2

# Of RFC 4511.
SEQUENCE, SET, INTEGER, ENUMERATED, OCTETS = 0x30, 0x31, 0x02, 0x0A, 0x04
BIND, BIND_RESPONSE, SEARCH, ENTRY, DONE = 0x60, 0x61, 0x63, 0x64, 0x65
CONTROLS = 0xA0


def element(tag, *parts):
    content = b"".join(p if isinstance(p, bytes) else p.encode()
                       for p in parts)
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    return bytes([tag, 0x84]) + length.to_bytes(4, "big") + content


def number(value, tag=INTEGER):
    return element(tag, value.to_bytes(4, "big"))


def read_element(data):
    """(tag, content, what follows); None when it is not whole."""
    if len(data) < 2:
        return None
    length, at = data[1], 2
    if length >= 0x80:
        at += length - 0x80
        length = int.from_bytes(data[2:at], "big")
    if len(data) < at + length:
        return None
    return data[0], data[at:at + length], data[at + length:]


def elements(data):
    while data:
        tag, content, data = read_element(data)
        yield tag, content


def paged(cookie):
    """The control's value that names the next page; b"" for none."""
    return element(SEQUENCE, number(0), element(OCTETS, cookie))


class Search:
    def __init__(self, body):
        parts = list(elements(body))
        self.base = parts[0][1].decode()
        self.scope = parts[1][1][0]
        self.filter = parts[6][1]  # encoded; the words in it can be looked for
        self.attributes = [name.decode() for _, name in elements(parts[7][1])]

    def asks_of(self, word):
        return word.encode() in self.filter


class Answer:
    """`entries`: (dn, {attribute: [values]}); `page`: the control's value."""

    def __init__(self, *entries, page=None, has_page=True):
        self.entries = entries
        self.page = page
        self.has_page = has_page

    def messages(self):
        for dn, attributes in self.entries:
            yield element(ENTRY, element(OCTETS, dn), element(SEQUENCE, *(
                element(SEQUENCE, element(OCTETS, name), element(
                    SET, *(element(OCTETS, value) for value in values)))
                for name, values in attributes.items()))), b""
        controls = b""
        if self.has_page:
            value = [] if self.page is None else [element(OCTETS, self.page)]
            controls = element(CONTROLS, element(
                SEQUENCE, element(OCTETS, PAGED_RESULTS), *value))
        yield element(DONE, number(0, ENUMERATED), element(OCTETS, ""),
                      element(OCTETS, "")), controls


class ScriptedLdap:
    def __init__(self, path, answer):
        """`answer`: makes an Answer of a Search."""
        self.url = "ldapi://" + urllib.parse.quote(path, safe="")
        self.answer = answer
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(path)
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._converse, args=(client,),
                             daemon=True).start()

    def _converse(self, client):
        data = b""
        with client:
            while more := client.recv(65536):
                data += more
                while whole := read_element(data):
                    _, message, data = whole
                    self._answer_to(client, *list(elements(message))[:2])

    def _answer_to(self, client, message_id, operation):
        for answer, controls in self._reply(*operation):
            client.sendall(element(
                SEQUENCE, element(INTEGER, message_id[1]), answer, controls))

    def _reply(self, tag, body):
        if tag == BIND:
            return [(element(BIND_RESPONSE, number(0, ENUMERATED),
                             element(OCTETS, ""), element(OCTETS, "")), b"")]
        return self.answer(Search(body)).messages() if tag == SEARCH else []

    def close(self):
        self._server.close()
