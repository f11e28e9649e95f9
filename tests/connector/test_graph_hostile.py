# SPDX-License-Identifier: BSD-3-Clause
"""What a directory may send that it must not. Each test is named after the
kind of attack in the threat model; in each, what was known stays in force."""

import time

from graph_directory import guid
from graph_stage import people_only, same_people, server, source
from tap import test

USERS = "/users/delta"


def refused(number, what, kind, words, fault, path=USERS, **configuration):
    """After a good refresh, the fault; what was known stays, and the next good
    answer is taken."""
    @test(f"{number}: {what}")
    def _():
        with people_only(**configuration) as (graph, connector):
            connector.refreshed()
            graph.tenant.set_user(guid("user", 1), accountEnabled=False)
            graph.tenant.remove_user(guid("user", 2))
            graph.fault(path, *fault[:1], **fault[1])
            began = time.monotonic()
            connector.fails(kind, *words)
            assert time.monotonic() - began < 10
            assert connector.commits == 1
            graph.clear()
            connector.refreshed()
            same_people(graph, connector)


# --- 72: TLS --------------------------------------------------------------------

def tls_is_refused(tls, why):
    @test(f"72: a server is not spoken to: {tls}")
    def _():
        with server(tls=tls) as graph, source(graph) as connector:
            end = connector.fails("unavailable", graph.url)
            assert any(word in end["what"] for word in why), end
            assert graph.requests == [], "the secret went out"


for tls, why in {
        "self-signed": ["self-signed", "self signed"],
        "expired": ["expired"], "wrong-host": ["does not match", "no altern"],
        "wrong-address": ["does not match", "no altern"],
        "tls1.1": ["version", "protocol"],
        "anonymous": ["handshake", "alert"]}.items():
    tls_is_refused(tls, why)


@test("72: the system's authorities do not count where ca_file is set")
def _():
    with server() as graph, \
            source(graph, ca_file="/etc/ssl/certs/ca-certificates.crt") as it:
        it.fails("unavailable", "certificate")


# --- 73: redirects -----------------------------------------------------------------

for status in (301, 302, 303, 307, 308):
    for target in ("http://localhost/v1.0/users", "file:///etc/passwd",
                   "https://evil.example/v1.0/users/delta"):
        refused(73, f"a redirect ({status}) to {target} is not followed",
                "malformed", ["not followed", str(status)],
                ("status", {"status": status,
                            "headers": {"Location": target}}))


@test("73: the login's redirect is not followed with the secret")
def _():
    with people_only() as (graph, connector):
        graph.fault("oauth2", "status", status=307, headers={
            "Location": f"{graph.url}/elsewhere"})
        connector.fails("refused", "no token")
        assert [target for _, target, _, _ in graph.seen()] == [
            "/contoso.example/oauth2/v2.0/token"]


@test("73: plain http is no way to Graph")
def _():
    with server(tls=None) as graph:
        try:
            with source(graph) as connector:
                raise AssertionError(connector.interval)
        except KeyError:
            pass
        assert graph.requests == []


# --- 74: Retry-After ------------------------------------------------------------------

def waits(header, least, most):
    @test(f"74: Retry-After: {header} makes a pause of {least} to {most} s")
    def _():
        with people_only() as (graph, connector):
            graph.fault(USERS, "status", times=1, status=429,
                        headers={"Retry-After": header})
            connector.refreshed()
            same_people(graph, connector)
            pause, = connector.pauses
            assert least <= pause <= most * 1.25 + 0.001, connector.pauses


for header, seconds in (("1", 1), ("10", 10), ("120", 120), ("0", 1),
                        ("-1", 1), ("-99999999999999999999", 1), ("soon", 1),
                        ("1e3", 1), ("0x10", 1), ("", 1),
                        ("Thu, 01 Jan 1970 00:00:00 GMT", 1)):
    waits(header, seconds, seconds)


def stays_away(header):
    @test(f"74: Retry-After: {header} keeps us away for a quarter of an hour")
    def _():
        with people_only() as (graph, connector):
            graph.fault(USERS, "status", times=1, status=503,
                        headers={"Retry-After": header})
            connector.fails("unavailable", "900s")
            assert connector.pauses == []
            connector.do("wait", seconds=890)
            connector.fails("unavailable", "wait for another")
            assert len(graph.seen(USERS)) == 1
            connector.do("wait", seconds=15 * 60)
            connector.refreshed()


for header in ("1000000000", "99999999999999999999",
               "Fri, 31 Dec 2094 23:59:59 GMT"):
    stays_away(header)


@test("74: throttling in the middle of pages loses no page")
def _():
    with people_only(users=500) as (graph, connector):
        graph.fault("skiptoken", "status", times=2, status=429,
                    headers={"Retry-After": "5"})
        connector.refreshed()
        same_people(graph, connector)
        assert connector.commits == 1


# --- 75: not JSON ----------------------------------------------------------------------

refused(75, "a page of HTML", "malformed", ["not JSON", "text/html"],
        ("raw", {"body": "<html><script>x</script>", "type": "text/html"}))
refused(75, "HTML that says it is JSON", "malformed", ["JSON at byte"],
        ("raw", {"body": "<html></html>"}))
refused(75, "an empty answer", "malformed", ["JSON at byte"],
        ("raw", {"body": ""}))
refused(75, "JSON that says it is text", "malformed", ["text/plain"],
        ("raw", {"body": '{"value":[]}', "type": "text/plain"}))
refused(75, "an answer without a type", "malformed", ["not JSON"],
        ("raw", {"body": '{"value":[]}', "type": None}))
refused(75, "nothing at all", "unavailable", [], ("hang_up", {}))


# --- 76: too much -----------------------------------------------------------------------

def too_much(what, fault, words):
    @test(f"76: {what} ends after 64 MiB")
    def _():
        with people_only() as (graph, connector):
            connector.refreshed()
            graph.fault(USERS, fault)
            connector.fails("malformed", *words)
            assert connector.peak_memory() < 64 + 64 + 32, \
                connector.peak_memory()


too_much("a body without end", "endless", ["longer than"])
too_much("a head without end", "header_flood", ["longer than"])
refused(76, "a gzip bomb is not unpacked", "malformed", ["encoded", "gzip"],
        ("gzip", {"megabytes": 200}))


@test("76: no encoding is asked for")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        assert all("Accept-Encoding" not in headers
                   for _, _, headers, _ in graph.seen())


# --- 77: pages -----------------------------------------------------------------------------

refused(77, "half a page", "malformed", ["JSON at byte"],
        ("truncated", {"keep": 0.5}))


@test("77: half the pages of a full synchronisation leave nothing behind")
def _():
    with people_only(users=500) as (graph, connector):
        graph.fault("skiptoken.*_300_", "status", status=500)
        connector.fails("unavailable", "HTTP 500")
        assert connector.aborts == 1 and connector.commits == 0


for name, link in (
        ("the same page", "{url}/v1.0/users/delta?$skiptoken=-1_0_0_"
         "accountEnabled,userPrincipalName"),
        ("two pages", None)):
    @test(f"77: nextLinks that go in circles, over {name}, end")
    def _(link=link):
        with people_only(users=1) as (graph, connector):
            if link:
                graph.fault(USERS, "members", nextLink=link)
            else:
                for here, there in (("a", "b"), ("b", "c"), ("c", "a")):
                    graph.fault(
                        f"skiptoken={here}", "raw", body='{"value":[{"id":"x",'
                        '"@removed":{}}],"@odata.nextLink":"' + graph.url +
                        f'/v1.0/users/delta?$skiptoken={there}"' + "}")
                graph.fault(USERS, "members", nextLink="{url}/v1.0/users/delta"
                            "?$skiptoken=a")
            connector.fails("malformed", "circles")
            assert len(graph.seen(USERS)) < 20


for link in ("https://evil.example/v1.0/users/delta?$skiptoken=x",
             "{url}@evil.example/v1.0/users", "{url}.evil.example/v1.0/users",
             "https://localhost:1/v1.0/users/delta", "/v1.0/users/delta",
             "http://localhost/v1.0/users/delta", "{url}/beta/users/delta",
             "{url}/v1.0/../beta/users", "{url}/v1.0/%2e%2e/beta/users",
             "https://user:x@localhost/v1.0/", "file:///etc/passwd",
             "{url}/v1.0/users\r\nX-Injected: 1", "", "{url}/v1.0/" + "x" * 20_000):
    refused(77, f"a nextLink to {link[:50]!r} is not followed", "malformed",
            ["users/delta", "link"], ("members", {"nextLink": link}))


@test("77: a nextLink that spells out the usual port is the same server")
def _():
    with people_only() as (graph, connector):
        graph.fault(r"users/delta\?\$select", "members",
                    nextLink="{url}/v1.0/users/delta?$skiptoken=-1_0_0_"
                    "accountEnabled,mailNickname,userPrincipalName,userType"
                    .replace("{url}", graph.url.replace("https", "HTTPS")
                             .replace("localhost", "LOCALHOST")))
        connector.refreshed()
        same_people(graph, connector)


for members, what in (({"@odata.nextLink": 7}, "a number"),
                      ({"value": None}, "no value"),
                      ({"value": {}}, "an object of values"),
                      ({"@odata.deltaLink": None}, "no link at the end")):
    refused(77, f"a page with {what}", "malformed", ["users/delta"],
            ("members", members))


# --- 78: page bomb ---------------------------------------------------------------------------

@test("78: empty pages without end are given up")
def _():
    with people_only(users=1) as (graph, connector):
        graph.fault(USERS, "page_bomb")
        connector.fails("malformed", "1000 empty pages")


# --- 79: mass disappearance is the agent's to judge --------------------------------------------

@test("79: an empty directory is brought as what it is, for the agent to hold")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        for id in list(graph.tenant.users):
            graph.tenant.remove_user(id)
        connector.do("hold")
        connector.fails("refused")
        connector.refreshed()
        assert connector.known.people == {}


# --- 80: schema drift -----------------------------------------------------------------------------

def drift(what, old, new, words, path=USERS):
    @test(f"80: {what} is said, and nothing is brought")
    def _():
        with people_only() as (graph, connector):
            connector.refreshed()
            graph.tenant.set_user(guid("user", 1), displayName="x")
            graph.tenant.rename_group(guid("group", 1), "renamed")
            graph.fault(path, "replace", old=old, new=new)
            connector.fails("malformed", *words)
            assert connector.commits == 1


drift("a renamed member", '"accountEnabled"', '"enabled"',
      ["accountEnabled is missing"], path="/users")
drift("a truth that became a text", '"accountEnabled":true',
      '"accountEnabled":"true"',
      ["users/delta: value[0].accountEnabled is of type string"])
drift("a text that became a number", '"mailNickname":"person1"',
      '"mailNickname":1', ["value[0].mailNickname is of type number"])
drift("a text that became an object", '"userPrincipalName":"',
      '"userPrincipalName":{},"x":"', ["userPrincipalName is of type object"])
drift("an entry without an id", '"id":', '"ID":', ["id is missing"])
drift("a list that became an object", '"value":[{', '"value":{"x":[{',
      [], path=USERS)
drift("a name of a group that became a list", '"displayName":"renamed"',
      '"displayName":["renamed"]', ["displayName is of type array"],
      path="groups/delta")


@test("80: an id that is none is said, and leads nowhere")
def _():
    with people_only() as (graph, connector):
        graph.fault("groups/delta", "replace", old=guid("group", 1),
                    new="../../users/delta?$x#")
        connector.fails("malformed", "is no id")
        graph.clear()
        connector.refreshed()
        graph.tenant.rename_group(guid("group", 1), "renamed")
        graph.fault("groups/delta", "replace", old=guid("group", 1),
                    new="../../users/delta?$x#")
        connector.refreshed()
        assert len(graph.seen(
            r"^/v1.0/groups/\.\.%2F\.\.%2Fusers%2Fdelta%3F%24x%23\?")) == 1


@test("80: members that nobody asked for are none of our business")
def _():
    with people_only() as (graph, connector):
        graph.fault(USERS, "replace", old='{"id":',
                    new='{"newThing":{"deep":[1,null]},"id":')
        connector.refreshed()
        same_people(graph, connector)


# --- 81 to 83 ----------------------------------------------------------------------------------------

@test("81: two people with one account are both brought; the agent refuses")
def _():
    with people_only(users=3) as (graph, connector):
        graph.tenant.set_user(guid("user", 1), mailNickname="anna")
        graph.tenant.set_user(guid("user", 2), mailNickname="Anna")
        connector.refreshed()
        assert sorted(p["account"] for p in connector.known.people.values()) \
            == ["Anna", "anna", "person0"]


@test("83: a group with 100,000 members, and one in itself, cost little")
def _():
    with people_only(users=0, groups=1) as (graph, connector):
        group = guid("group", 0)
        for number in range(100_000):
            graph.tenant.join(group, guid("user", number))
        graph.tenant.join(group, group)
        graph.set(split=5000, page_size=2)
        connector.refreshed()
        assert len(connector.known.groups[group]["members"]) == 100_001
        assert connector.peak_memory() < 64, connector.peak_memory()


# --- 84: text from outside ------------------------------------------------------------------------------

@test("84: control characters of the server's do not reach a log raw")
def _():
    with people_only() as (graph, connector):
        graph.fault(USERS, "status", status=400, code="\x1b[2Jx\ny",
                    message="<script>\u202e\x00")
        end = connector.fails("unavailable")
        assert all(c.isprintable() for c in end["what"]), repr(end["what"])


@test("84: names are brought as they are: to escape is for whoever shows them")
def _():
    with people_only() as (graph, connector):
        graph.tenant.rename_group(guid("group", 0), "<script>\u202e")
        connector.refreshed()
        same_people(graph, connector)


# --- 85: JSON ------------------------------------------------------------------------------------------------

PAGE = '{"@odata.deltaLink":"{link}","value":[{"id":"x","accountEnabled":' \
    'true,"userPrincipalName":"x","more":MORE}]}'
for what, more, words in (
        ("100,000 levels", "[" * 100_000 + "]" * 100_000, "levels"),
        ("100,000 open levels", '{"a":' * 100_000, "levels"),
        ("a text of ten million letters", '"' + "x" * 10_000_000 + '"',
         "a text of more"),
        ("a member twice", '1,"id":"y"', "twice"),
        ("a member twice, once escaped", '1,"\\u0069d":"y"', "twice"),
        ("a number beyond all numbers", "1e400", "JSON at byte"),
        ("a lone surrogate", '"\\ud800"', "JSON at byte"),
        ("a NUL", '"a\\u0000b"', "NUL"),
        ("two million values", "[" + "1," * 2_000_000 + "1]", "values"),
        ("NaN", "NaN", "JSON at byte"),
        ("a comment", "1/*x*/", "JSON at byte"),
        ("something after the end", "1}]}{", "JSON at byte")):
    refused(85, what, "malformed", [words],
            ("raw", {"body": PAGE.replace("MORE", more)}))


@test("85: a duplicate accountEnabled does not enable anybody")
def _():
    with people_only() as (graph, connector):
        graph.tenant.set_user(guid("user", 1), accountEnabled=False)
        graph.fault(USERS, "replace", old='"accountEnabled":false',
                    new='"accountEnabled":false,"accountEnabled":true')
        connector.fails("malformed", "twice")


# --- 86 to 90 -----------------------------------------------------------------------------------------------

@test("86: an older answer that comes again is followed by what is newer")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        user = guid("user", 1)
        graph.tenant.set_user(user, accountEnabled=False)
        connector.refreshed()
        graph.fault(r"users/delta\?\$deltatoken", "members", times=1, value=[{
            "id": user, "accountEnabled": True, "mailNickname": "person1",
            "userPrincipalName": "person1@contoso.example"}],
            nextLink="{url}/v1.0/users/delta?$skiptoken=0_9_0_accountEnabled,"
            "mailNickname,userPrincipalName")
        connector.refreshed()
        assert connector.known.people[user]["enabled"] is False


@test("87: a byte now and then is given up before the deadline")
def _():
    with people_only(request_timeout=4) as (graph, connector):
        graph.fault(USERS, "drip")
        began = time.monotonic()
        connector.fails("unavailable")
        assert 1.5 < time.monotonic() - began < 3.9


@test("87: a slow but steady answer ends at the deadline")
def _():
    with people_only(request_timeout=2) as (graph, connector):
        graph.fault(USERS, "steady")
        began = time.monotonic()
        connector.fails("unavailable", "timed out")
        assert time.monotonic() - began < 3


@test("88: a name that does not resolve, a port that nobody listens on")
def _():
    for url in ("https://graph.invalid", "https://localhost:1"):
        with server() as graph, source(graph, login_url=url) as connector:
            connector.fails("unavailable", url)


@test("89: a person who was disabled is brought when the server is back")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        graph.fault("", "hang_up")
        graph.tenant.set_user(guid("user", 1), accountEnabled=False)
        for _ in range(3):
            connector.fails("unavailable")
            connector.do("wait", seconds=3600)
        graph.clear()
        connector.refreshed()
        same_people(graph, connector)


@test("90: a Date far off is said once, and used for nothing")
def _():
    with people_only() as (graph, connector):
        graph.fault("", "headers", Date="Fri, 31 Dec 2094 23:59:59 GMT")
        connector.refreshed()
        connector.do("wait", seconds=300)
        connector.refreshed()
        same_people(graph, connector)
        assert [how for _, how in connector.begun] == ["full"]
        assert connector.said().count("clock") == 1
