# SPDX-License-Identifier: BSD-3-Clause
"""A server that can only be asked when an entry was changed."""

import re

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


def let_time_pass(probe):
    """As if the ids had last been listed long ago."""
    probe.token = re.sub("listed=[0-9]+", "listed=1", probe.token)
    probe.go_on_from(probe)


@test("what was deleted is gone when ids are listed, without reading all")
def _():
    with world() as w:
        server, probe = asked(w)
        probe.refresh()
        gone = probe.account("u7")["id"]
        server.delete(person_dn("u7"))
        server.delete(group_dn("admins"))
        let_time_pass(probe)
        probe.refresh()
        assert probe.last == "delta" and probe.used_absence
        assert gone not in probe.people and len(probe.people) == 1499
        assert not probe.groups
        probe.refresh()
        assert not probe.used_absence, "listed twice in a quarter of an hour"


@test("a change that another replica brought late is found when ids are "
      "listed")
def _():
    with world() as w:
        stamp = "modifyTimestamp: 202601011{}0000Z\n"
        server, probe = asked(w, person("newest", 1001, stamp.format(2))
                              + person("late", 1002, stamp.format(0)))
        probe.refresh()
        late = probe.account("late")["id"]
        del probe.people[late]  # it has not come yet
        server.stop()
        server.start()
        probe.token = re.sub("newest=[0-9]+", "newest=20260101103000",
                             probe.token)
        let_time_pass(probe)
        probe.refresh()
        assert late in probe.people


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
