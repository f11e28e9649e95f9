# SPDX-License-Identifier: BSD-3-Clause
"""People and groups by delta query."""

import json

from graph_directory import guid
from graph_stage import people_only, same_people, server, source
from tap import test


@test("everybody and every group is brought in one full generation")
def _():
    with people_only(users=350, groups=5) as (graph, connector):
        connector.refreshed()
        same_people(graph, connector)
        assert connector.begun == [(["people"], "full")]
        assert connector.commits == 1


@test("nothing but what is used is asked of Graph")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        targets = [target for _, target, _, _ in graph.seen("/v1.0/")]
        assert targets == [
            "/v1.0/users/delta?$select=id,accountEnabled,userPrincipalName,"
            "userType,mailNickname",
            "/v1.0/groups/delta?$select=displayName,members"], targets


@test("the second refresh brings changes alone")
def _():
    with people_only(users=300) as (graph, connector):
        connector.refreshed()
        tenant = graph.tenant
        tenant.set_user(guid("user", 7), accountEnabled=False)
        tenant.add_user(1000)
        tenant.remove_user(guid("user", 8))
        group = tenant.add_group(50, "new group")
        tenant.join(group, guid("user", 1000))
        tenant.leave(guid("group", 0), guid("user", 0))
        tenant.join(guid("group", 0), guid("group", 1))
        tenant.remove_group(guid("group", 2))
        end = connector.refreshed()
        same_people(graph, connector)
        assert connector.begun[1] == (["people"], "delta")
        assert end["records"] < 20, end


@test("a refresh without changes says so, and opens no generation")
def _():
    with people_only() as (_, connector):
        connector.refreshed()
        connector.refreshed()
        assert connector.begun == [(["people"], "full")]
        assert connector.up_to_date == ["people"]


@test("a group that is spread over pages has all its members")
def _():
    with people_only(users=500, groups=1) as (graph, connector):
        graph.set(split=7, page_size=3)
        connector.refreshed()
        same_people(graph, connector)
        assert len(connector.known.groups[guid("group", 0)]["members"]) == 500
        assert not graph.seen(guid("group", 0)), "fetched without need"


@test("a renamed group keeps its members")
def _():
    with people_only(users=40) as (graph, connector):
        connector.refreshed()
        graph.tenant.rename_group(guid("group", 1), "renamed")
        connector.refreshed()
        same_people(graph, connector)


@test("members are right where Graph repeats a group's name with each change")
def _():
    with people_only(users=40) as (graph, connector):
        graph.set(honours_minimal=False)
        connector.refreshed()
        graph.tenant.leave(guid("group", 1), guid("user", 1))
        connector.refreshed()
        same_people(graph, connector)


@test("a person of whom a delta tells only a part is fetched whole")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        graph.tenant.set_user(guid("user", 3), mailNickname="renamed")
        graph.fault("/users/delta", "replace", old='"accountEnabled":true,',
                    new="")
        connector.refreshed()
        same_people(graph, connector)
        assert len(graph.seen(f"/users/{guid('user', 3)}")) == 1


@test("a person without the account's property has no account")
def _():
    with people_only() as (graph, connector):
        graph.tenant.set_user(guid("user", 3), mailNickname=None)
        connector.refreshed()
        assert connector.known.people[guid("user", 3)]["account"] is None


@test("the account may be named by an extension attribute")
def _():
    with server(1, 0) as graph:
        graph.tenant.set_user(guid("user", 0), onPremisesExtensionAttributes={
            "extensionAttribute7": "anna", "extensionAttribute8": None})
        with source(graph, account_property="extensionAttribute7") as it:
            it.refreshed()
            assert it.known.people[guid("user", 0)]["account"] == "anna"
        with source(graph, account_property="extensionAttribute8") as it:
            it.refreshed()
            assert it.known.people[guid("user", 0)]["account"] is None


@test("a deleted person is removed, for whatever reason Graph gives")
def _():
    for reason in ("changed", "deleted"):
        with people_only() as (graph, connector):
            connector.refreshed()
            graph.tenant.remove_user(guid("user", 3))
            graph.fault("/users/delta", "replace", old='"deleted"',
                        new=f'"{reason}"')
            connector.refreshed()
            same_people(graph, connector)


@test("an object that is repeated within a page and across pages is one")
def _():
    with people_only(users=3, groups=1) as (graph, connector):
        connector.refreshed()
        user = graph.tenant.users[guid("user", 1)]
        entry = {"id": user["id"], "accountEnabled": True, "mailNickname":
                 "before", "userPrincipalName": "x@contoso.example"}
        graph.fault("/users/delta", "members", times=1, nextLink="{url}/v1.0/"
                    "users/delta?$skiptoken=0_0_0_accountEnabled,mailNickname,"
                    "userPrincipalName", value=[entry, entry])
        graph.tenant.set_user(user["id"], mailNickname="after")
        connector.refreshed()
        same_people(graph, connector)


@test("the answer to a delta query that comes twice changes nothing")
def _():
    with people_only() as (graph, connector):
        first = connector.refreshed()["token"]
        graph.tenant.leave(guid("group", 1), guid("user", 1))
        graph.tenant.set_user(guid("user", 2), accountEnabled=False)
        connector.refreshed()
        connector.do("token", token=first)
        connector.refreshed()
        same_people(graph, connector)
        assert [how for _, how in connector.begun] == ["full", "delta",
                                                       "delta"]


@test("empty pages are normal")
def _():
    with people_only() as (graph, connector):
        graph.fault(r"/users/delta\?\$select", "members", value=[],
                    nextLink="{url}/v1.0/users/delta?$skiptoken=-1_0_0_"
                    "accountEnabled,mailNickname,userPrincipalName,userType")
        connector.refreshed()
        same_people(graph, connector)


@test("the header of the first page is sent with every page")
def _():
    with people_only(users=10, groups=350) as (graph, connector):
        connector.refreshed()
        seen = graph.seen("/groups/delta")
        assert len(seen) == 4
        for _, _, headers, _ in seen:
            assert headers["Prefer"] == "return=minimal", headers


def begins_anew(sentence, fault):
    @test(sentence)
    def _():
        with people_only() as (graph, connector):
            connector.refreshed()
            graph.tenant.set_user(guid("user", 2), accountEnabled=False)
            graph.fault("deltatoken", "status", **fault)
            connector.refreshed()
            same_people(graph, connector)
            assert [how for _, how in connector.begun] == ["full", "full"]


begins_anew("410 Gone begins anew, from our own address, not from Location's",
            {"status": 410, "code": "Gone", "headers": {
                "Location": "https://elsewhere.example/v1.0/users/delta"}})
for number, code in ((400, "syncStateNotFound"), (400, "SyncStateInvalid"),
                     (404, "resyncRequired"), (410, "syncStateNotFound")):
    begins_anew(f"{code} ({number}) begins anew",
                {"status": number, "code": code})


@test("groups that must begin anew take people along")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        graph.tenant.set_user(guid("user", 2), accountEnabled=False)
        graph.fault("groups/delta.*deltatoken", "status", status=410)
        connector.refreshed()
        same_people(graph, connector)
        assert [how for _, how in connector.begun] == ["full", "delta", "full"]
        assert connector.aborts == 1


@test("a tenant that always asks to begin anew is an error, not a loop")
def _():
    with people_only() as (graph, connector):
        graph.fault("groups/delta", "status", status=410)
        connector.fails("unavailable", "while everything was being read")
        assert len(graph.seen("groups/delta")) == 1


@test("a delta token is not used when it is older than six days")
def _():
    with people_only() as (_, connector):
        connector.refreshed()
        connector.do("wait", seconds=6 * 86400 + 60)
        connector.refreshed()
        assert [how for _, how in connector.begun] == ["full", "full"]


@test("a delta token is renewed daily, also without changes")
def _():
    with people_only() as (_, connector):
        first = connector.refreshed()["token"]
        connector.do("wait", seconds=25 * 3600)
        second = connector.refreshed()["token"]
        assert connector.begun[1:] == [(["people"], "delta")]
        assert first != second
        for _ in range(7):
            connector.do("wait", seconds=24 * 3600)
            connector.refreshed()
        assert [how for _, how in connector.begun].count("full") == 1


@test("with another property for the account, everything is brought anew")
def _():
    with server() as graph, source(graph) as first:
        token = first.refreshed()["token"]
        with source(graph, account_property="employeeId") as second:
            second.do("token", token=token)
            second.refreshed()
            assert second.begun[0] == (["people"], "full")


@test("a token that is none of ours begins in full")
def _():
    with people_only() as (_, connector):
        for token in ("", "{}", "garbage", '{"version":1}', "[]", '{"version":'
                      '1,"question":1,"users":{"link":1,"born":-1}}'):
            connector.do("token", token=token)
            connector.refreshed()
        assert {how for _, how in connector.begun} == {"full"}


@test("a stored link to another host is not followed")
def _():
    for list in ("users", "groups"):
        with people_only() as (_, connector):
            token = json.loads(connector.refreshed()["token"])
            token[list]["link"] = "https://evil.example/v1.0/users/delta?x"
            connector.do("token", token=json.dumps(token))
            connector.refreshed()
            assert [how for _, how in connector.begun] == ["full", "full"]


@test("a generation that is held is asked for again, with the same changes")
def _():
    with people_only() as (graph, connector):
        token = connector.refreshed()["token"]
        graph.tenant.remove_user(guid("user", 2))
        connector.do("hold")
        end = connector.fails("refused", "held")
        assert end["token"] == token
        connector.refreshed()
        same_people(graph, connector)


@test("a person whom Graph deletes while we read is not an error")
def _():
    with people_only() as (graph, connector):
        connector.refreshed()
        graph.tenant.set_user(guid("user", 3), mailNickname="renamed")
        graph.fault("/users/delta", "replace", old='"accountEnabled":true,',
                    new="")
        graph.fault(f"/users/{guid('user', 3)}", "status", status=404)
        connector.refreshed()
        assert guid("user", 3) not in connector.known.people


@test("a group whose name no policy can bear is brought without it, with its "
      "members")
def _():
    for name in ("\u754c" * 200, "two\nlines"):
        with people_only() as (graph, connector):
            group = graph.tenant.add_group(77, name)
            graph.tenant.join(group, guid("user", 1))
            connector.refreshed()
            assert connector.known.groups[group] == {
                "name": "", "members": {guid("user", 1)}}
