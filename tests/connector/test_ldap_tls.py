# SPDX-License-Identifier: BSD-3-Clause
"""Nothing is read over a connection that is not verified."""

import contextlib
import os
import socket
import subprocess
import threading
import time

from certificates import Authority
from ldap_errors import refused
from slapd import READER, free_port, person
from tap import test
from world import world

STAFF = person("ann", 1001) + person("ben", 1002)


@contextlib.contextmanager
def listener(behave):
    """A server that is none: `behave` has the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve():
            with contextlib.suppress(OSError):
                while True:
                    connection = server.accept()[0]
                    threading.Thread(target=behave, args=(connection,),
                                     daemon=True).start()
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@test("StartTLS is as good as ldaps")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF).starttls_url)
        probe.refresh()
        assert len(probe.people) == 2


@test("a server whose authority we do not know is refused")
def _():
    with world() as w:
        server = w.slapd(STAFF)
        other = Authority(f"{w.folder}/other")
        for url in server.ldaps_url, server.starttls_url:
            probe = w.probe(url, ca_file=other.certificate)
            error = refused(probe.refresh)
            assert error.kind == "unavailable" and "ca_file" in error.error


@test("without ca_file the system's authorities decide")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF), ca_file="")
        assert "TLS" in refused(probe.refresh).error


@test("a certificate for another name is refused")
def _():
    for names in "DNS:other.example", "IP:127.0.0.2":
        with world() as w:
            server = w.slapd(STAFF, names=names)
            for url in server.ldaps_url, server.starttls_url:
                assert "TLS" in refused(w.probe(url).refresh).error


@test("an expired certificate is refused")
def _():
    with world() as w:
        server = w.slapd(STAFF, end="20210101000000Z")
        for url in server.ldaps_url, server.starttls_url:
            assert "TLS" in refused(w.probe(url).refresh).error


@test("a server without TLS is refused, and hears no password")
def _():
    heard = []

    def listen(connection):
        # Answers StartTLS with "protocol error", as an old server would.
        while data := connection.recv(4096):
            heard.append(data)
            connection.sendall(bytes.fromhex(
                "300c02010178070a010204000400"))

    with world() as w, listener(listen) as port:
        for scheme in "ldap", "ldaps":
            probe = w.probe(f"{scheme}://127.0.0.1:{port}")
            refused(probe.refresh)
        assert heard and not any(READER.encode() in data for data in heard)


@contextlib.contextmanager
def openssl_server(authority, *options):
    certificate, key = authority.issue("tls", "", names="IP:127.0.0.1")
    port = free_port()
    with subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "openssl", "s_server", "-quiet",
             "-accept", str(port), "-cert", certificate, "-key", key, *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL) as server:
        try:
            while True:
                with contextlib.suppress(ConnectionRefusedError), \
                        socket.create_connection(("127.0.0.1", port)):
                    break
            yield port
        finally:
            server.kill()


@test("TLS 1.2 is spoken, TLS 1.1 is not")
def _():
    with world() as w:
        for version, spoken in ("-tls1_2", True), ("-tls1_1", False):
            with openssl_server(w.authority, version, "-cipher",
                                "ALL:@SECLEVEL=0") as port:
                probe = w.probe(f"ldaps://127.0.0.1:{port}",
                                network_timeout="1s")
                error = refused(probe.refresh).error
                # It speaks no LDAP, so a bind is what fails next.
                assert ("cannot bind" in error) == spoken, error
                assert ("connect with TLS" in error) != spoken, error


@test("the client's certificate says who we are")
def _():
    with world() as w:
        server = w.slapd(STAFF)
        certificate, key = w.authority.issue("connector", "connector")
        os.chmod(key, 0o600)
        settings = w.settings(server, bind="external", certificate_file=
                              certificate, key_file=key)
        del settings["bind_dn"], settings["password_file"]
        probe = w.probe_of(settings)
        probe.refresh()
        assert len(probe.people) == 2


@test("the socket of a server on this machine needs neither password nor TLS")
def _():
    with world() as w:
        server = w.slapd(STAFF)
        settings = w.settings(server.local_url, bind="external")
        del settings["bind_dn"], settings["password_file"]
        probe = w.probe_of(settings)
        probe.refresh()
        assert len(probe.people) == 2


@test("a wrong password is refused, and the error says what to check")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF), password_file=w.secret("wrong"))
        error = refused(probe.refresh)
        assert error.kind == "refused" and "password_file" in error.error


@test("neither ldap.conf nor the environment makes us trust anybody")
def _():
    with world() as w:
        server = w.slapd(STAFF)
        other = Authority(f"{w.folder}/other")
        keys = f"{w.folder}/keys"
        hints = {"LDAPTLS_REQCERT": "never", "LDAPTLS_CACERT":
                 w.authority.certificate, "LDAPURI": "ldap://127.0.0.1:1",
                 "LDAPBASE": "dc=nowhere", "HOME": w.folder}
        with open(f"{w.folder}/.ldaprc", "w", encoding="ascii") as file:
            file.write("TLS_REQCERT never\n")
        probe = w.probe(server, ca_file=other.certificate, environment=hints)
        assert "TLS" in refused(probe.refresh).error
        good = w.probe(server, environment={**hints, "SSLKEYLOGFILE": keys})
        good.refresh()
        assert len(good.people) == 2 and not os.path.exists(keys)


@test("a server that says nothing is given up in time")
def _():
    with world() as w, listener(lambda connection: time.sleep(60)) as port:
        for scheme in "ldap", "ldaps":
            probe = w.probe(f"{scheme}://127.0.0.1:{port}",
                            network_timeout="1s")
            begun = time.monotonic()
            assert refused(probe.refresh).kind == "unavailable"
            assert time.monotonic() - begun < 12


@test("a server that stops in the middle of a TLS record is given up in time")
def _():
    with world() as w:
        server = w.slapd(STAFF)

        def pass_on(connection):
            with socket.create_connection(("127.0.0.1", server.ldaps)) as to:
                threading.Thread(target=to_server, args=(connection, to),
                                 daemon=True).start()
                passed = 0
                while data := to.recv(4096):
                    passed += len(data)
                    if passed > 2200:
                        # One byte a second is not silence, and no message.
                        for byte in data:
                            connection.sendall(bytes([byte]))
                            time.sleep(1)
                    connection.sendall(data)

        def to_server(connection, to):
            with contextlib.suppress(OSError):
                while data := connection.recv(4096):
                    to.sendall(data)

        with listener(pass_on) as port:
            probe = w.probe(f"ldaps://127.0.0.1:{port}", network_timeout="1s")
            begun = time.monotonic()
            assert refused(probe.refresh).kind == "unavailable"
            assert time.monotonic() - begun < 12


