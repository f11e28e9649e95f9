# SPDX-License-Identifier: BSD-3-Clause
"""389 Directory Server tells of its changes (RFC 4533), in its own way: its
ids are not entryUUIDs, its cookies are its own."""

import ds389
from slapd import BASE, group, group_dn, person, person_dn
from tap import Skip, test
from world import world

OUS = "".join(f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\n"
              f"ou: {name}\n\n" for name in ("people", "groups"))
STAFF = "".join(person(f"u{i}", 10000 + i) for i in range(10))


@test("389 Directory Server: a full sync, changes as they happen, and on from "
      "there after a restart")
def _():
    if not ds389.is_installed():
        raise Skip("389-ds-base and root are needed")
    with world() as w:
        server = ds389.Ds389(f"{w.folder}/ds")
        w.keep(server)
        server.add(OUS + STAFF + group("admins", person_dn("u1")))
        settings = w.settings(server.local_url, bind="external")
        del settings["bind_dn"], settings["password_file"]
        probe = w.probe_of(settings)
        probe.refresh()
        assert "mode=syncrepl" in probe.token and probe.last == "full"
        assert len(probe.people) == 10, probe.people
        assert probe.groups_of("u1") == {"admins"}

        server.change(f"dn: {group_dn('admins')}\nchangetype: modify\n"
                      f"add: member\nmember: {person_dn('u2')}\n")
        took = probe.wait_until(lambda: probe.groups_of("u2") == {"admins"})
        assert took < 2, took
        server.change(f"dn: {person_dn('u3')}\nchangetype: modify\n"
                      "add: nsAccountLock\nnsAccountLock: true\n")
        probe.wait_until(lambda: not probe.account("u3")["enabled"])
        gone = probe.account("u4")["id"]
        server.change(f"dn: {person_dn('u4')}\nchangetype: delete\n")
        probe.wait_until(lambda: gone not in probe.people)

        second = w.probe_of(settings)
        second.go_on_from(probe)
        probe.close()
        gone = second.account("u5")["id"]
        server.change(f"dn: {person_dn('u5')}\nchangetype: delete\n")
        server.change(f"dn: {group_dn('admins')}\nchangetype: modify\n"
                      f"add: member\nmember: {person_dn('u6')}\n")
        second.refresh()
        assert second.last == "delta", second.last
        assert gone not in second.people and len(second.people) == 8
        assert "admins" in second.groups_of("u6")

        server.change(f"dn: ou=people,{BASE}\nchangetype: modrdn\n"
                      "newrdn: ou=persons\ndeleteoldrdn: 1\n")
        second.refresh()
        assert second.last == "full"
        assert any("ou=persons" in n for n in second.account("u6")["names"])

        third = w.probe_of(settings)
        second.token = second.token.replace("people=", "people=ff")
        third.go_on_from(second)
        third.refresh()
        assert third.last == "full" and len(third.people) == 8
        asked = w.probe_of({**settings, "sync": "timestamp"})
        asked.refresh()
        assert set(asked.people) == set(third.people), "ids differ by mode"
