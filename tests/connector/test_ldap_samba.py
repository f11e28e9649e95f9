# SPDX-License-Identifier: BSD-3-Clause
"""Samba is asked for what its numbers say has changed, as Active Directory."""

import samba_dc as samba
from tap import Skip, test
from world import world

USER_PASSWORD = "U5er-Pass!"


def settings(w, **changes):
    return w.settings(samba.Samba.url, bind_dn=samba.ADMINISTRATOR,
                      password_file=w.secret(samba.PASSWORD), preset="ad",
                      base=samba.BASE, **changes)


@test("Samba: a full sync, then what changed, was disabled, deleted or moved")
def _():
    if not samba.is_installed():
        raise Skip("samba-ad-dc, samba-ad-provision and root are needed")
    with world() as w:
        server = samba.Samba(f"{w.folder}/samba", w.authority)
        w.keep(server)
        server.tool(*(f"user|create|{name}|{USER_PASSWORD}"
                      for name in ("Ann", "ben", "cleo", "dan")),
                    f"ou|create|OU=Left,{samba.BASE}", "group|add|Mfa Admins",
                    "group|addmembers|Mfa Admins|ann,ben")
        base = {"people_base": f"CN=Users,{samba.BASE}"}
        probe = w.probe_of(settings(w, **base), there=server.there)
        probe.refresh()
        assert "mode=usn" in probe.token and probe.last == "full"
        ann = probe.account("ann")
        assert ann["enabled"] and ann["member_of"][0].endswith("-513")
        assert probe.groups_of("ann") >= {"Mfa Admins", "Domain Users"}
        assert not probe.account("guest")["enabled"]

        probe.refresh()
        assert probe.generations == 1, "nothing has changed"

        gone = probe.account("cleo")["id"]
        moved = probe.account("dan")["id"]
        server.tool("group|removemembers|Mfa Admins|ann", "user|disable|ben",
                    "user|delete|cleo", f"user|move|dan|OU=Left,{samba.BASE}")
        probe.refresh()
        assert probe.last == "delta", probe.last
        assert "Mfa Admins" not in probe.groups_of("ann")
        assert not probe.account("ben")["enabled"]
        assert gone not in probe.people and moved not in probe.people

        pieces = w.probe_of(
            settings(w, attributes={"members": "member;range=0-0"}, **base),
            there=server.there)
        server.tool("group|addmembers|Mfa Admins|ann,Administrator")
        pieces.refresh()
        assert len(pieces.group("Mfa Admins")["members"]) == 3

        other = "0" * 8 + "-0000-0000-0000-" + "0" * 12
        pieces.token = pieces.token.replace("controller=", f"controller={other}")
        again = w.probe_of(settings(w, **base), there=server.there)
        again.go_on_from(pieces)
        again.refresh()
        assert again.last == "full", "numbers are of one controller"


@test("Samba: who lies in a unit that is renamed or moved keeps the groups")
def _():
    if not samba.is_installed():
        raise Skip("samba-ad-dc, samba-ad-provision and root are needed")
    with world() as w:
        server = samba.Samba(f"{w.folder}/samba", w.authority)
        w.keep(server)
        left = f"OU=Left,{samba.BASE}"
        server.tool(f"user|create|ann|{USER_PASSWORD}", f"ou|create|{left}",
                    "group|add|Mfa Admins", "group|addmembers|Mfa Admins|ann",
                    f"user|move|ann|{left}")
        probe = w.probe_of(settings(w), there=server.there)
        probe.refresh()
        assert "Mfa Admins" in probe.groups_of("ann")

        server.tool(f"ou|rename|{left}|OU=Right")
        probe.refresh()
        right = f"ou=right,{samba.BASE.lower()}"
        assert probe.last == "full"
        assert f"cn=ann,{right}" in probe.account("ann")["names"]
        assert "Mfa Admins" in probe.groups_of("ann")
        generations = probe.generations
        probe.refresh()
        assert probe.generations == generations, "nothing has changed"

        server.tool(f"ou|create|OU=Above,{samba.BASE}",
                    f"ou|move|{right}|OU=Above,{samba.BASE}")
        probe.refresh()
        assert any("ou=above" in name for name in probe.account("ann")["names"])
        assert "Mfa Admins" in probe.groups_of("ann")
