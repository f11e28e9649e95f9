# SPDX-License-Identifier: BSD-3-Clause
"""How the connector proves itself, and through what it speaks."""

import base64
import contextlib
import json
import os
import socket
import socketserver
import subprocess
import threading
import urllib.parse

from graph_directory import guid
from graph_server import CLIENT, SECRET, GraphServer
from graph_stage import (CA, FOLDER, ONLY, people_only, same_people, server,
                         source)
from tap import test


def form_of(request):
    return dict(urllib.parse.parse_qsl(request[3].decode(),
                                       strict_parsing=True))


@test("a client secret is sent as the form wants it, and only to the login")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        request, = graph.seen("oauth2")
        assert request[:2] == ("POST", "/contoso.example/oauth2/v2.0/token")
        assert form_of(request) == {
            "grant_type": "client_credentials", "client_id": CLIENT,
            "scope": f"{graph.url}/.default", "client_secret": SECRET}
        assert not any(SECRET in str(seen) for seen in graph.seen("v1.0"))


@test("a token is asked for once, and again shortly before it ends")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        connector.do("wait", seconds=3000)
        connector.refreshed()
        assert len(graph.seen("oauth2")) == 1
        connector.do("wait", seconds=300)
        connector.refreshed()
        assert len(graph.seen("oauth2")) == 2


@test("a token that Graph refuses is replaced once; no page is lost")
def _():
    with people_only(users=300) as (graph, connector):
        connector.refreshed()
        graph.tenant.set_user(guid("user", 1), accountEnabled=False)
        graph.revoke_tokens()
        connector.refreshed()
        same_people(graph, connector)
        assert len(graph.seen("oauth2")) == 2


@test("a new token that Graph refuses, too, is an error, not a loop")
def _():
    with people_only() as (graph, connector):
        graph.fault("v1.0", "status", status=401)
        connector.fails("refused", "401")
        assert len(graph.seen("v1.0")) == 2


@test("a wrong secret is said as the login says it, without the secret")
def _():
    with people_only() as (graph, connector):
        graph.fault("oauth2", "status", status=401)
        connector.fails("refused", "no token", "401")
        graph.clear()
        graph.fault("oauth2", "raw", status=401, body=json.dumps({
            "error": "invalid_client", "error_description":
            "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"}))
        end = connector.fails("refused", "invalid_client", "AADSTS7000215")
        assert SECRET not in str(end) and "\n" not in end["what"], end


@test("a secret that was replaced in its file is used from then on")
def _():
    with server() as graph:
        file = FOLDER / "rotating"
        file.write_text("old")
        file.chmod(0o600)
        with source(graph, **ONLY["people"], secret_file=str(file)) as it:
            it.fails("refused", "invalid_client")
            file.write_text(SECRET)
            it.refreshed()


def bad_token(what, answer):
    @test(f"no token is taken from {what}")
    def _():
        with people_only() as (graph, connector):
            graph.fault("oauth2", "raw", body=answer)
            connector.fails("malformed", "token")
            assert not graph.seen("v1.0")


for what, token, rest in (
        ("a line break in it", "a\\r\\nX-Injected: 1", {}),
        ("an empty one", "", {}), ("a space in it", "a b", {}),
        ("an endless one", "x" * 20_000, {}),
        ("another kind", "x", {"token_type": '"mac"'}),
        ("a lifetime of words", "x", {"expires_in": '"soon"'}),
        ("no lifetime", "x", {"expires_in": "null"})):
    members = {"token_type": '"Bearer"', "expires_in": "3599",
               "access_token": f'"{token}"', **rest}
    bad_token(what, "{" + ",".join(
        f'"{name}":{value}' for name, value in members.items()) + "}")
bad_token("HTML", "<html>")


# --- certificate ----------------------------------------------------------------

def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], check=True,
                          capture_output=True).stdout


@contextlib.contextmanager
def by_certificate(graph, kind="rsa:2048", passphrase=None):
    key, certificate = FOLDER / "client.key", FOLDER / "client.pem"
    openssl("req", "-x509", "-newkey", *kind.split(), *(
        ["-passout", f"pass:{passphrase}"] if passphrase else ["-nodes"]),
        "-days", "2", "-subj", "/CN=client", "-keyout", key, "-out",
        certificate)
    key.chmod(0o600)
    with source(graph, **ONLY["people"], credential="certificate",
                certificate_file=str(certificate), key_file=str(key)) as it:
        yield it, certificate, key


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@test("an assertion names the certificate and is signed by its key (PS256)")
def _():
    with server() as graph, by_certificate(graph) as (it, certificate, _):
        it.refreshed()
        it.do("wait", seconds=4000)
        it.refreshed()
        forms = [form_of(request) for request in graph.seen("oauth2")]
        assert forms[0]["client_assertion_type"] == \
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        assert "client_secret" not in forms[0]
        head, claims, signature = forms[0]["client_assertion"].split(".")
        digest = openssl("x509", "-in", certificate, "-outform", "DER")
        (FOLDER / "der").write_bytes(digest)
        thumbprint = openssl("dgst", "-sha256", "-binary", FOLDER / "der")
        assert json.loads(decoded(head)) == {
            "alg": "PS256", "typ": "JWT", "x5t#S256":
            base64.urlsafe_b64encode(thumbprint).decode().rstrip("=")}
        said = json.loads(decoded(claims))
        assert said["aud"] == f"{graph.url}/contoso.example/oauth2/v2.0/token"
        assert said["iss"] == said["sub"] == CLIENT
        assert said["nbf"] < said["iat"] < said["exp"] <= said["iat"] + 600
        (FOLDER / "signed").write_text(f"{head}.{claims}")
        (FOLDER / "signature").write_bytes(decoded(signature))
        (FOLDER / "public").write_bytes(openssl(
            "x509", "-in", certificate, "-pubkey", "-noout"))
        assert openssl(
            "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt",
            "rsa_pss_saltlen:32", "-verify", FOLDER / "public", "-signature",
            FOLDER / "signature", FOLDER / "signed").startswith(b"Verified OK")
        other = json.loads(decoded(forms[1]["client_assertion"].split(".")[1]))
        assert other["jti"] != said["jti"]


def unusable_key(what, words, **how):
    @test(f"{what} is refused before anything is sent")
    def _():
        with server() as graph, by_certificate(graph, **how) as (it, file, _):
            it.fails("malformed", str(file), words)
            assert not graph.seen()


unusable_key("a key with a passphrase", "passphrase", passphrase="secret")
unusable_key("a short key", "2048", kind="rsa:1024")
unusable_key("a key that is not RSA", "RSA",
             kind="ec -pkeyopt ec_paramgen_curve:P-256")


@test("the key of another certificate is refused before anything is sent")
def _():
    with server() as graph, by_certificate(graph) as (it, _, key):
        openssl("genrsa", "-out", key, "2048")
        it.fails("malformed", "another key")
        assert not graph.seen()


# --- managed identity -----------------------------------------------------------------

@test("a managed identity asks the machine's own address, past the proxy")
def _():
    with server() as graph, contextlib.closing(
            GraphServer(FOLDER, tls=None)) as machine, proxy() as way:
        with source(graph, **ONLY["people"], credential="managed_identity",
                    secret_file="", managed_identity_url=machine.url,
                    proxy=way.url) as it:
            it.refreshed()
            same_people(graph, it)
            (method, target, headers, _), = machine.seen()
            query = dict(urllib.parse.parse_qsl(
                urllib.parse.urlsplit(target).query))
            assert method == "GET" and headers["Metadata"] == "true"
            assert query == {"api-version": "2018-02-01", "resource":
                             graph.url, "client_id": CLIENT}
            assert way.asked and all(
                host == f"localhost:{graph.port}" for host in way.asked)


# --- proxy and environment ----------------------------------------------------------------

class Connect(socketserver.StreamRequestHandler):
    """CONNECT, as a proxy does it."""

    def handle(self):
        line = self.rfile.readline().decode()
        while self.rfile.readline().strip():
            pass
        host = line.split()[1]
        self.server.asked.append(host)
        name, port = host.split(":")
        with socket.create_connection((name, int(port))) as there:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=self.pump,
                                    args=(there, self.connection), daemon=True)
            back.start()
            self.pump(self.connection, there)
            back.join(5)

    @staticmethod
    def pump(here, there):
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def proxy():
    made = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connect)
    made.daemon_threads = True
    made.block_on_close = False
    made.asked = []
    made.url = f"http://127.0.0.1:{made.server_address[1]}"
    threading.Thread(target=made.serve_forever, args=(0.05,),
                     daemon=True).start()
    try:
        yield made
    finally:
        made.shutdown()
        made.server_close()


@test("a proxy of the configuration is used, for the login and for Graph")
def _():
    with server() as graph, proxy() as way, \
            source(graph, proxy=way.url) as connector:
        connector.refreshed()
        same_people(graph, connector)
        assert way.asked and set(way.asked) == {f"localhost:{graph.port}"}


@test("no proxy, key log, authority or netrc is taken from the environment")
def _():
    log, home = FOLDER / "keys.log", FOLDER / "home"
    home.mkdir(exist_ok=True)
    (home / ".netrc").write_text("default login evil password evil\n")
    with server() as graph, proxy() as way:
        names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY",
                 "all_proxy"]
        environment = {name: way.url for name in names} | {
            "SSLKEYLOGFILE": str(log), "SSL_CERT_FILE": "/dev/null",
            "OPENSSL_CONF": "/nonexistent", "CURL_HOME": str(home),
            "HOME": str(home), "TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8",
            "CURL_CA_BUNDLE": "/dev/null"}
        with source(graph, environment) as connector:
            connector.refreshed()
            same_people(graph, connector)
        assert way.asked == []
        assert not log.exists()
        assert all("evil" not in str(headers) and "Basic" not in str(headers)
                   for _, _, headers, _ in graph.seen())


@test("an authority of the environment does not make a server trusted")
def _():
    with server() as graph:
        environment = {"SSL_CERT_FILE": str(CA), "CURL_CA_BUNDLE": str(CA),
                       "SSL_CERT_DIR": os.path.dirname(CA)}
        with source(graph, environment, ca_file="") as connector:
            connector.fails("unavailable", "certificate")


@test("NO_PROXY of the environment does not lead past the proxy")
def _():
    with server() as graph, proxy() as way, \
            source(graph, {"NO_PROXY": "*", "no_proxy": "*"},
                   proxy=way.url) as connector:
        connector.refreshed()
        assert way.asked
