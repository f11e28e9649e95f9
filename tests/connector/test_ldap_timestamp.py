# SPDX-License-Identifier: BSD-3-Clause
"""A server that can only be asked when an entry was changed."""

from slapd import group, group_dn, person, person_dn
from tap import test
from world import world

# More than a page.
STAFF = "".join(person(f"u{i}", 10000 + i) for i in range(1500))
GROUPS = group("admins", person_dn("u1"))


def asked(w, content=STAFF + GROUPS, **changes):
    server = w.slapd(content, syncprov=False)
    return server, w.probe(server, sync="timestamp", **changes)


@test("page after page is read")
def _():
    with world() as w:
        _, probe = asked(w)
        probe.refresh()
        assert probe.last == "full" and len(probe.people) == 1500


@test("what was changed is found when it is asked for, and nothing else")
def _():
    with world() as w:
        old = "modifyTimestamp: 20200101000000Z\n"
        server, probe = asked(w, "".join(person(f"u{i}", 10000 + i, old)
                                         for i in range(50)) + GROUPS)
        probe.refresh()
        server.add_members("admins", person_dn("u5"))
        server.add(person("newcomer", 30000))
        probe.refresh()
        assert probe.last == "delta"
        assert len(probe.changes) < 10, probe.changes
        assert "admins" in probe.groups_of("u5")
        assert probe.account("newcomer")


@test("what is no person any more is gone at once")
def _():
    with world() as w:
        server, probe = asked(w, person("ann", 1001) + person("ben", 1002),
                              people_filter="(&(objectClass=person)"
                                            "(!(description=left)))")
        probe.refresh()
        server.change(f"dn: {person_dn('ben')}\nchangetype: modify\n"
                      "add: description\ndescription: left\n")
        probe.refresh()
        assert probe.last == "delta"
        assert [p["account"] for p in probe.people.values()] == ["ann"]


@test("what was deleted is gone when everything is read again")
def _():
    with world() as w:
        server, probe = asked(w)
        probe.refresh()
        server.delete(person_dn("u7"))
        server.delete(group_dn("admins"))
        probe.refresh()
        assert len(probe.people) == 1500, "nothing says that u7 is gone"
        probe.forget()
        probe.refresh()
        assert probe.last == "full"
        assert len(probe.people) == 1499 and not probe.groups
