# SPDX-License-Identifier: BSD-3-Clause
"""When an organizational unit gets another name, so does everybody in it,
without having changed."""

import time

from slapd import BASE, group, person, person_dn
from tap import test
from world import world

STAFF = "".join(person(f"u{i}", 10000 + i) for i in range(20))
GROUPS = (group("admins", person_dn("u1"), person_dn("u2"))
          + group("staff", *(person_dn(f"u{i}") for i in range(20))))
PEOPLE = f"ou=people,{BASE}"
BOTH = {"admins", "staff"}


def unit(name, beneath=BASE):
    return (f"dn: ou={name},{beneath}\nobjectClass: organizationalUnit\n"
            f"ou: {name}\n\n")


def synced(w, content=STAFF + GROUPS, **changes):
    server = w.slapd(content)
    probe = w.probe(server, **changes)
    probe.refresh()
    return server, probe


def has_new_name(probe, name):
    return f"uid={name},ou=persons,{BASE}" in probe.account(name)["names"]


# slapd has an overlay that rewrites members, as every directory with groups
# should; it does that after the rename.
def assert_roles_follow(probe):
    probe.wait_until(lambda: probe.groups_of("u1") == BOTH)
    assert has_new_name(probe, "u1") and has_new_name(probe, "u19")
    assert probe.groups_of("u5") == {"staff"}


@test("a renamed unit: all are read again at once, and keep their groups")
def _():
    with world() as w:
        server, probe = synced(w)
        begun = time.monotonic()
        server.rename(PEOPLE, "ou=persons")
        while probe.wait(30_000) != "changed":
            pass
        assert time.monotonic() - begun < 2
        probe.refresh()
        assert probe.last == "full"
        assert_roles_follow(probe)


@test("a unit renamed while the connector asks whether all is well")
def _():
    with world() as w:
        server, probe = synced(w)
        server.rename(PEOPLE, "ou=persons")
        probe.refresh()
        assert_roles_follow(probe)


@test("a unit renamed while the connector was away")
def _():
    with world() as w:
        server, first = synced(w)
        first.close()
        server.rename(PEOPLE, "ou=persons")
        second = w.probe(server)
        second.go_on_from(first)
        second.refresh()
        assert second.last == "full"
        assert_roles_follow(second)


@test("a unit moved with those in it, also out of the base")
def _():
    with world() as w:
        server, probe = synced(w, unit("all") + unit("left") + unit(
            "team", f"ou=all,{BASE}") + STAFF.replace(
                PEOPLE, f"ou=team,ou=all,{BASE}") + GROUPS,
            people_base=f"ou=all,{BASE}")
        assert len(probe.people) == 20
        server.add(unit("other", f"ou=all,{BASE}"))
        server.rename(f"ou=team,ou=all,{BASE}", "ou=team",
                      f"ou=other,ou=all,{BASE}")
        probe.wait(30_000)
        probe.refresh()
        moved = f"uid=u1,ou=team,ou=other,ou=all,{BASE}"
        assert moved in probe.account("u1")["names"]
        server.add(person("new", 30000).replace(PEOPLE, f"ou=all,{BASE}"))
        server.rename(f"ou=team,ou=other,ou=all,{BASE}", "ou=team",
                      f"ou=left,{BASE}")
        probe.wait(30_000)
        probe.refresh()
        assert [p["account"] for p in probe.people.values()] == ["new"]


@test("units that are made, filled or described cost no reading of everything")
def _():
    with world() as w:
        server, probe = synced(w)
        server.change(f"dn: {PEOPLE}\nchangetype: modify\n"
                      "replace: description\ndescription: all of us\n")
        server.add(unit("guests"))
        server.add(person("guest", 30000).replace(PEOPLE, f"ou=guests,{BASE}"))
        probe.wait_until(lambda: len(probe.people) == 21)
        assert probe.last == "delta"
        probe.refresh()
        assert probe.last == "delta"
        again = w.probe(server)
        again.go_on_from(probe)
        again.refresh()
        assert again.generations == 0
        server.rename(f"ou=guests,{BASE}", "ou=visitors")
        probe.wait(30_000)
        probe.refresh()
        assert probe.last == "full"


@test("by modifyTimestamp a renamed unit is found when it is asked for")
def _():
    with world() as w:
        server, probe = synced(w, sync="timestamp")
        probe.refresh()
        assert probe.last == "delta"
        server.rename(PEOPLE, "ou=persons")
        probe.refresh()
        assert probe.last == "full"
        assert has_new_name(probe, "u1")
