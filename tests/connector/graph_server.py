#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""A server that speaks as Microsoft Graph and its login do: documented
answers, byte by byte, out of a tenant (graph_directory.py), and, where a test
says so, answers that nobody documents.

    graph_server.py --folder DIR [--users N] [--groups N]

prints its URL; DIR/certificates receives its certificates. A test drives it by

    POST /control {"call": "add_user", "arguments": {...}}

(a method of the tenant, or `fault`, `clear`, `set` and `requests` of the
server), or, in the same process, by the same methods.
"""

import argparse
import email.utils
import gzip
import http.server
import json
import pathlib
import re
import ssl
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from certificates import Authority  # noqa: E402
from graph_directory import Tenant  # noqa: E402

CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#"
SECRET = "s3cr3t+/&=%"
CLIENT = "11111111-2222-3333-4444-555555555555"


class Answer:
    def __init__(self, body, status=200, headers=None,
                 type="application/json;odata.metadata=minimal"):
        self.status, self.headers = status, dict(headers or {})
        self.body = body if isinstance(body, bytes) else json.dumps(
            body, separators=(",", ":")).encode()
        if type and status != 204:
            self.headers.setdefault("Content-Type", type)


def refusal(status, code, message, **headers):
    return Answer({"error": {"code": code, "message": message, "innerError": {
        "date": "2026-01-01T00:00:00", "request-id": "r", "client-request-id":
        "c"}}}, status, headers)


class Fault:
    """What a request whose path matches gets instead, so many times."""

    def __init__(self, path, kind, times=-1, after=0, **how):
        self.path, self.kind = re.compile(path), kind
        self.times, self.after, self.how = times, after, how

    def wants(self, path):
        if self.times == 0 or not self.path.search(path):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


class GraphServer:
    def __init__(self, folder, tenant=None, tls="good", port=0):
        self.tenant = tenant or Tenant()
        self.page_size, self.split = 100, 1000
        self.tokens, self.token_lifetime = 0, 3599
        self.faults, self.requests = [], []
        self.honours_minimal = True
        self.lock = threading.RLock()
        server = self
        handler = type("Handler", (Handler,), {"graph": server})
        self.http = Listener(("127.0.0.1", port), handler)
        if tls:
            self.http.socket = context(folder, tls).wrap_socket(
                self.http.socket, server_side=True,
                do_handshake_on_connect=False)
        scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
        self.port = self.http.server_address[1]
        self.url = f"{scheme}://{host}:{self.port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,),
                         daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    # --- what a test says ---------------------------------------------------

    def fault(self, path, kind, times=-1, after=0, **how):
        with self.lock:
            self.faults.append(Fault(path, kind, times, after, **how))

    def clear(self):
        with self.lock:
            self.faults.clear()
            self.requests.clear()

    def set(self, **members):
        for name, value in members.items():
            setattr(self, name, value)

    def seen(self, path=""):
        """(method, target, headers, body) of the requests so far."""
        with self.lock:
            return [r for r in self.requests if re.search(path, r[1])]

    def revoke_tokens(self):
        self.tokens += 1

    def token(self):
        return f"eyJ0eXAiOiJKV1Qi.{self.tokens}.x-_y"

    def control(self, body):
        what = json.loads(body)
        arguments = what.get("arguments", {})
        holder = self if what["call"] in (
            "fault", "clear", "set", "seen", "revoke_tokens") else self.tenant
        with self.lock:
            return Answer({"result": getattr(holder, what["call"])(
                **arguments)})

    # --- answers ----------------------------------------------------------------

    def answer(self, method, target, headers, body):
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/metadata/identity/oauth2/token":
            return self.machine_token(headers, query)
        if url.path.endswith("/oauth2/v2.0/token"):
            return self.login_token(dict(urllib.parse.parse_qsl(
                body.decode())))
        if headers.get("Authorization") != f"Bearer {self.token()}":
            return refusal(401, "InvalidAuthenticationToken",
                           "Access token has expired or is not yet valid.")
        if not url.path.startswith("/v1.0/"):
            return refusal(400, "BadRequest", "Invalid version.")
        return self.resource(method, url.path[len("/v1.0/"):], query, headers,
                             body)

    def login_token(self, form):
        good = form.get("client_id") == CLIENT and \
            form.get("grant_type") == "client_credentials" and \
            form.get("scope") == f"{self.url}/.default" and \
            (form.get("client_secret") == SECRET or
             "client_assertion" in form)
        if not good:
            return Answer({
                "error": "invalid_client", "error_description":
                "AADSTS7000215: Invalid client secret provided.",
                "error_codes": [7000215]}, 401,
                type="application/json; charset=utf-8")
        return Answer({"token_type": "Bearer",
                       "expires_in": self.token_lifetime,
                       "ext_expires_in": self.token_lifetime,
                       "access_token": self.token()},
                      type="application/json; charset=utf-8")

    def machine_token(self, headers, query):
        if headers.get("Metadata") != "true" or \
                query.get("api-version") != "2018-02-01":
            return Answer({"error": "invalid_request"}, 400)
        lifetime = str(self.token_lifetime)
        return Answer({"access_token": self.token(), "client_id":
                       query.get("client_id", ""), "expires_in": lifetime,
                       "expires_on": "1506484173", "ext_expires_in": lifetime,
                       "not_before": "1506480273", "resource":
                       query["resource"], "token_type": "Bearer"},
                      type="application/json; charset=utf-8")

    def resource(self, method, path, query, headers, body):
        tenant = self.tenant
        lists = {
            "roleManagement/directory/roleAssignments": tenant.assignments,
            "identityProtection/riskyUsers": tenant.risky,
            "devices": tenant.devices,
            "deviceManagement/managedDevices": tenant.managed}
        if path in lists:
            return self.page(path, list(lists[path].values()), query)
        if path == "users/delta":
            return self.users_delta(query)
        if path == "groups/delta":
            return self.groups_delta(query, headers)
        if path == "roleManagement/directory/roleDefinitions":
            return self.page(path, [
                {"id": id, "templateId": template}
                for id, template in tenant.role_definitions.items()], query)
        if path == "identity/conditionalAccess/policies":
            return self.page(path, tenant.policies, query)
        if path == "identity/conditionalAccess/namedLocations":
            return self.page(path, tenant.locations, query)
        if method == "POST":
            return self.remediate(path, json.loads(body))
        return self.single(path, query)

    def single(self, path, query):
        parts = path.split("/")
        tenant = self.tenant
        if parts[0] == "users" and parts[1] in tenant.users:
            selected = query["$select"].split(",")
            user = tenant.users[parts[1]]
            return Answer({"@odata.context": CONTEXT + "users/$entity",
                           **{name: user.get(name) for name in selected}})
        if parts[0] == "groups" and parts[1] in tenant.groups:
            if parts[2:] == ["members"]:
                return self.page(path, [
                    {"@odata.type": tenant.type_of(member), "id": member}
                    for member in tenant.members[parts[1]]], query)
            return Answer({"@odata.context": CONTEXT + "groups/$entity",
                           **tenant.groups[parts[1]]})
        return refusal(404, "Request_ResourceNotFound",
                       "Resource does not exist.")

    def remediate(self, path, body):
        found = re.fullmatch(r"identityProtection/riskyUsers/(dismiss|"
                             r"confirmSafe)", path)
        if not found:
            return refusal(400, "BadRequest", "Unknown segment.")
        for user in body["userIds"]:
            if user not in self.tenant.risky:
                return refusal(404, "NotFound", "No such risky user.")
            self.tenant.risky[user]["riskState"] = (
                "dismissed" if found[1] == "dismiss" else "confirmedSafe")
            self.tenant.risky[user]["riskLevel"] = "none"
        return Answer(b"", 204)

    def page(self, path, entries, query):
        start = int(query.get("$skiptoken", 0))
        end = start + self.page_size
        body = {"@odata.context": f"{CONTEXT}{path}"}
        if end < len(entries):
            query = {**query, "$skiptoken": str(end)}
            body["@odata.nextLink"] = self.link(path, query)
        body["value"] = entries[start:end]
        return Answer(body)

    def link(self, path, query):
        return f"{self.url}/v1.0/{path}?{urllib.parse.urlencode(query)}"

    # A token is "SINCE-UPTO-OFFSET-SELECTED": Graph's are opaque, ours are
    # for whoever debugs a test.
    def users_delta(self, query):
        tenant = self.tenant
        since, upto, offset, selected = self.place(query)
        names = selected.split(",")
        ids = list(tenant.users) if since < 0 else tenant.changed(
            "user", since)
        return self.delta_page(
            "users", [tenant.user_entry(id, names) for id in
                      ids[offset:offset + self.page_size]],
            len(ids), (since, upto, offset, selected))

    def groups_delta(self, query, headers):
        tenant = self.tenant
        since, upto, offset, selected = self.place(query)
        minimal = self.honours_minimal and \
            headers.get("Prefer") == "return=minimal"
        if since < 0:
            entries = [entry for id in tenant.groups for entry in
                       tenant.group_entries(id, None, minimal, self.split)]
        else:
            entries = tenant.group_changes(since, minimal, self.split)
        return self.delta_page(
            "groups", entries[offset:offset + self.page_size], len(entries),
            (since, upto, offset, selected))

    def place(self, query):
        now = len(self.tenant.log)
        if "$deltatoken" in query:
            since, selected = query["$deltatoken"].split("-", 1)
            return int(since), now, 0, selected
        if "$skiptoken" in query:
            since, upto, offset, selected = query["$skiptoken"].split("_", 3)
            return int(since), int(upto), int(offset), selected
        return -1, now, 0, query.get("$select", "")

    def delta_page(self, what, value, count, place):
        since, upto, offset, selected = place
        path = f"{what}/delta"
        body = {"@odata.context": f"{CONTEXT}{what}({selected})"}
        if offset + self.page_size < count:
            body["@odata.nextLink"] = self.link(path, {
                "$skiptoken":
                f"{since}_{upto}_{offset + self.page_size}_{selected}"})
        else:
            body["@odata.deltaLink"] = self.link(
                path, {"$deltatoken": f"{upto}-{selected}"})
        body["value"] = value
        return Answer(body)


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        # A client that refuses our certificate is what some tests want.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    graph = None

    def log_message(self, *_):
        pass

    def setup(self):
        self.request.settimeout(30)
        if hasattr(self.request, "do_handshake"):
            self.request.do_handshake()
        super().setup()

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def do_GET(self):
        self.serve("GET")

    def do_POST(self):
        self.serve("POST")

    def serve(self, method):
        graph = self.graph
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/control":
            return self.send(graph.control(body))
        with graph.lock:
            graph.requests.append((method, self.path, dict(self.headers),
                                   body))
            fault = next((f for f in graph.faults if f.wants(self.path)), None)
            if fault is None or fault.kind in AFTER:
                answer = graph.answer(method, self.path, self.headers, body)
        if fault is None:
            return self.send(answer)
        if fault.kind in AFTER:
            return self.send(AFTER[fault.kind](answer, graph, **fault.how))
        return INSTEAD[fault.kind](self, **fault.how)

    def send(self, answer):
        self.send_response_only(answer.status)
        headers = {"Date": email.utils.formatdate(usegmt=True),
                   "request-id": "0", **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.status != 204:
            self.wfile.write(answer.body)

    def endless(self, chunk=b"x", pause=0.0, length=10 << 30, headers=None):
        """A body that does not end by itself, and says no length."""
        self.close_connection = True
        self.send_response_only(200)
        for name, value in {"Content-Type": "application/json",
                            "Connection": "close", **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        sent = 0
        while sent < length:
            self.wfile.write(chunk)
            sent += len(chunk)
            time.sleep(pause)


# --- what goes wrong ----------------------------------------------------------

def replaced(answer, graph, old, new, count=-1):
    answer.body = answer.body.decode().replace(old, new, count).encode()
    return answer


def with_members(answer, graph, **members):
    body = {**json.loads(answer.body), **members}
    if "nextLink" in members:
        body.pop("@odata.deltaLink", None)
        body["@odata.nextLink"] = body.pop("nextLink").replace(
            "{url}", graph.url)
    answer.body = json.dumps(body).encode()
    return answer


def with_headers(answer, graph, **headers):
    answer.headers.update(headers)
    return answer


def truncated(answer, graph, keep=0.5):
    answer.body = answer.body[:int(len(answer.body) * keep)]
    return answer


def zipped(answer, graph, megabytes=1):
    answer.body = gzip.compress(b" " * (megabytes << 20))
    answer.headers["Content-Encoding"] = "gzip"
    return answer


# Changes of a right answer.
AFTER = {"replace": replaced, "members": with_members, "headers": with_headers,
         "truncated": truncated, "gzip": zipped}


def status(handler, status, code="", message="", headers=None):
    handler.send(refusal(status, code, message, **(headers or {})))


def raw(handler, body, type="application/json", status=200):
    handler.send(Answer(body.encode(), status, type=type))


def endless(handler):
    handler.endless(b" " * 65536)


def drip(handler):
    handler.endless(b" ", pause=0.2)


def steady(handler):
    handler.endless(b" " * 1000, pause=0.1)


def header_flood(handler):
    handler.send_response_only(200)
    for number in range(100_000):
        handler.send_header(f"X-{number}", "x" * 100)
    handler.close_connection = True
    handler.end_headers()


def page_bomb(handler):
    graph = handler.graph
    raw(handler, json.dumps({"value": [], "@odata.nextLink":
                             f"{graph.url}/v1.0/users/delta?$skiptoken=bomb"
                             f"{len(graph.requests)}"}))


def hang_up(handler):
    handler.close_connection = True


# In place of an answer.
INSTEAD = {"status": status, "raw": raw, "endless": endless, "drip": drip, "steady": steady,
           "page_bomb": page_bomb, "header_flood": header_flood, "hang_up": hang_up}


# --- certificates -------------------------------------------------------------

def make_certificates(folder):
    """In FOLDER/certificates; ca.pem there signed them all but one."""
    authority = Authority(str(folder / "certificates"))
    authority.issue("good", "localhost")
    authority.issue("expired", "localhost", end="20200102000000Z")
    authority.issue("wrong-host", "graph.example")
    authority.issue("wrong-address", "elsewhere", names="IP:127.0.0.9")
    Authority.self_signed(authority.folder, "self-signed", "localhost")


def context(folder, tls):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if tls == "anonymous":
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        made.set_ciphers("aNULL:@SECLEVEL=0")
        return made
    old = tls == "tls1.1"
    name = "good" if old else tls
    place = folder / "certificates"
    made.load_cert_chain(place / f"{name}.pem", place / f"{name}.key")
    if old:
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.TLSv1_1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    parser.add_argument("--users", type=int, default=0)
    parser.add_argument("--groups", type=int, default=0)
    parser.add_argument("--page-size", type=int, default=100)
    parser.add_argument("--tls", default="good")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    if not (options.folder / "certificates").exists():
        make_certificates(options.folder)
    server = GraphServer(options.folder,
                         Tenant(options.users, options.groups), options.tls,
                         options.port)
    server.page_size = options.page_size
    print(server.url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
