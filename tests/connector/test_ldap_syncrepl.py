# SPDX-License-Identifier: BSD-3-Clause
"""OpenLDAP tells of its changes (RFC 4533)."""

import threading
import time

from ldap_errors import refused
from slapd import BASE, group, group_dn, person, person_dn
from tap import test
from world import world

STAFF = "".join(person(f"u{i}", 10000 + i) for i in range(20))
GROUPS = (group("admins", person_dn("u1"), person_dn("u2"))
          + group("staff", *(person_dn(f"u{i}") for i in range(20))))


def lock(name):
    return (f"dn: {person_dn(name)}\nchangetype: modify\n"
            "add: pwdAccountLockedTime\n"
            "pwdAccountLockedTime: 000001010000Z\n")


@test("a first sync brings all people and groups in one full generation")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF + GROUPS))
        probe.refresh()
        assert (probe.last, probe.generations) == ("full", 1)
        assert len(probe.people) == 20 and len(probe.groups) == 2
        ann = probe.account("u1")
        assert ann["uid"] == 10001 and ann["enabled"]
        assert person_dn("u1") in ann["names"] and "u1" in ann["names"]
        assert probe.groups_of("u1") == {"admins", "staff"}
        assert probe.groups_of("u5") == {"staff"}


@test("a change of a group arrives by itself within two seconds")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        probe = w.probe(server)
        probe.refresh()
        server.add_members("admins", person_dn("u5"))
        took = probe.wait_until(lambda: "admins" in probe.groups_of("u5"))
        assert took < 2, took
        assert probe.last == "delta" and len(probe.changes) == 1
        server.drop_members("admins", person_dn("u5"), person_dn("u1"))
        took = probe.wait_until(lambda: probe.groups_of("u1") == {"staff"})
        assert took < 2, took
        assert probe.groups_of("u5") == {"staff"}


@test("many changes at once become few generations")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        probe = w.probe(server)
        probe.refresh()
        server.add("".join(person(f"v{i}", 20000 + i) for i in range(300)))
        probe.wait_until(lambda: len(probe.people) == 320)
        assert probe.generations < 30, probe.generations


@test("a deleted person and a deleted group are gone at once")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        probe = w.probe(server)
        probe.refresh()
        gone = probe.account("u7")["id"]
        server.delete(person_dn("u7"))
        server.delete(group_dn("admins"))
        probe.wait_until(
            lambda: gone not in probe.people and len(probe.groups) == 1)


@test("a renamed person keeps the id and gets the new name")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        probe = w.probe(server)
        probe.refresh()
        before = probe.account("u3")["id"]
        server.change(f"dn: {person_dn('u3')}\nchangetype: modrdn\n"
                      "newrdn: uid=ursula\ndeleteoldrdn: 1\n")
        probe.wait_until(lambda: any(p["account"] == "ursula"
                                     for p in probe.people.values()))
        after = probe.account("ursula")
        assert after["id"] == before
        assert person_dn("ursula") in after["names"]
        assert person_dn("u3") not in after["names"]


@test("who is in a group five groups deep is in all of them")
def _():
    deep = "".join(
        group(f"level{i}", group_dn(f"level{i + 1}") if i < 5
              else person_dn("u1")) for i in range(1, 6))
    with world() as w:
        probe = w.probe(w.slapd(STAFF + deep))
        probe.refresh()
        assert probe.groups_of("u1") == {f"level{i}" for i in range(1, 6)}
        assert probe.groups_of("u2") == set()


@test("after a restart only what changed meanwhile is brought")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        first.close()
        gone = first.account("u9")["id"]
        server.delete(person_dn("u9"))
        server.add_members("admins", person_dn("u8"))
        server.add(person("newcomer", 30000))
        second = w.probe(server)
        second.go_on_from(first)
        second.refresh()
        assert second.last == "delta"
        assert len(set(second.changes)) == 3, second.changes
        assert not second.used_absence
        assert gone not in second.people
        assert "admins" in second.groups_of("u8")
        assert second.account("newcomer")


@test("after a restart without changes nothing is brought")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        second = w.probe(server)
        second.go_on_from(first)
        second.refresh()
        assert second.generations == 0


@test("a server without a log of changes says what is there, and the rest is "
      "gone")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS, sessionlog=0)
        first = w.probe(server)
        first.refresh()
        first.close()
        gone = first.account("u9")["id"]
        server.delete(person_dn("u9"))
        server.add_members("admins", person_dn("u8"))
        second = w.probe(server)
        second.go_on_from(first)
        second.refresh()
        assert second.last == "delta" and second.used_absence
        assert gone not in second.people and len(second.people) == 19
        assert len(second.groups) == 2
        assert "admins" in second.groups_of("u8")


@test("a server that is behind what we have is an error, not a way back")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        later = "csn=20990101000000.000000Z#000000#000#000000".encode().hex()
        first.token = (f"mfa-ldap/1;mode=syncrepl;full={int(time.time())};"
                       f"groups={later};people={later}")
        second = w.probe(server)
        second.go_on_from(first)
        error = refused(second.refresh)
        assert error.kind == "unavailable", error
        assert second.generations == 0 and len(second.people) == 20


@test("a server that is behind what we have is an error also when everything "
      "is read again")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        later = "csn=20990101000000.000000Z#000000#000#000000".encode().hex()
        first.token = (f"mfa-ldap/1;mode=syncrepl;full=1;groups={later};"
                       f"people={later}")
        second = w.probe(server)
        second.go_on_from(first)
        assert refused(second.refresh).kind == "unavailable"
        assert second.generations == 0


@test("everything is read again when full_interval is over, and only then")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        begun = int(first.token.split("full=")[1].split(";")[0])
        for age, generations in ((3000, 0), (3600, 1)):
            first.token = first.token.replace(
                f"full={begun}", f"full={int(time.time()) - age}")
            begun = int(first.token.split("full=")[1].split(";")[0])
            second = w.probe(server, full_interval="1h")
            second.go_on_from(first)
            second.refresh()
            assert second.generations == generations, age
        assert second.last == "full" and len(second.people) == 20
        full = int(second.token.split("full=")[1].split(";")[0])
        assert abs(full - time.time()) < 60
        second.refresh()
        assert second.generations == 1


@test("an account whose last day passes without a change is disabled when "
      "everything is read again")
def _():
    tomorrow = int(time.time() // 86400) + 1
    shadow = "objectClass: posixAccount\nobjectClass: shadowAccount"
    ann = person("ann", 1001, f"shadowExpire: {tomorrow}\n").replace(
        "objectClass: posixAccount", shadow)
    with world() as w:
        server = w.slapd(ann + STAFF)
        expiring = {"attributes": {"disabled": "shadowExpire"},
                    "full_interval": "1h"}
        first = w.probe(server, **expiring)
        first.refresh()
        assert first.account("ann")["enabled"]
        later = w.probe_of(w.settings(server.local_url, **expiring),
                           there=("faketime", "-f", "+3d"))
        later.go_on_from(first)
        later.refresh()
        assert later.last == "full"
        assert not later.account("ann")["enabled"]


@test("what was written while the first sync ran is not lost by a restart "
      "right after it")
def _():
    crowd = "".join(person(f"u{i}", 10000 + i) for i in range(20000))
    with world() as w:
        server = w.slapd(crowd + group("admins", person_dn("u1")))
        first = w.probe(server)
        first.begin("refresh")
        first.finish("person")
        locked, over = [], threading.Event()

        def lock_them():
            while not over.is_set():
                server.change(lock(f"u{len(locked)}") + "\n"
                              f"dn: {group_dn('admins')}\n"
                              "changetype: modify\nreplace: description\n"
                              f"description: {len(locked)}\n")
                locked.append(f"u{len(locked)}")

        writer = threading.Thread(target=lock_them)
        writer.start()
        try:
            first.finish("commit")
        finally:
            over.set()
            writer.join()
        first.close()
        second = w.probe(server)
        second.go_on_from(first)
        second.refresh()
        assert locked
        assert not [n for n in locked if second.account(n)["enabled"]]


@test("an account that may no longer read the directory is told so, and is "
      "not up to date")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS, access_can_change=True)
        probe = w.probe(server)
        probe.refresh()
        server.shut_out_reader()
        error = refused(probe.refresh)
        assert error.kind != "unavailable", error
        refused(probe.refresh)
        assert len(probe.people) == 20


@test("a token without a cookie leads to a full sync")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        second = w.probe(server)
        first.token = "mfa-ldap/1;mode=syncrepl;groups=;people="
        second.go_on_from(first)
        second.refresh()
        assert second.last == "full" and len(second.people) == 20


@test("a group that changed while we listened is not taken for gone after a "
      "restart")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        first = w.probe(server)
        first.refresh()
        server.add_members("admins", person_dn("u5"))
        first.wait_until(lambda: "admins" in first.groups_of("u5"))
        first.close()
        second = w.probe(server)
        second.go_on_from(first)
        second.refresh()
        assert "admins" in second.groups_of("u5")
        server.add_members("admins", person_dn("u6"))
        second.wait_until(lambda: "admins" in second.groups_of("u6"))


@test("a server that is killed in the middle of a sync leaves nothing half, "
      "and is read when it is back")
def _():
    with world() as w:
        server = w.slapd("".join(person(f"u{i}", 10000 + i)
                                 for i in range(20000)) + GROUPS)
        probe = w.probe(server)
        probe.begin("refresh")
        probe.finish("person")
        server.kill()
        error = refused(lambda: probe.finish("refreshed"))
        assert error.kind == "unavailable" and server.ldaps_url in error.error
        assert probe.generations == 0 and not probe.people
        server.start()
        probe.refresh()
        assert len(probe.people) == 20000


@test("a server that ends while we wait is noticed, and read on when it is "
      "back")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        probe = w.probe(server)
        probe.refresh()
        server.kill()
        assert probe.wait(5000) == "broken"
        error = refused(probe.refresh)
        assert error.kind == "unavailable"
        server.start()
        server.add_members("admins", person_dn("u5"))
        probe.refresh()
        assert probe.last == "delta" and "admins" in probe.groups_of("u5")


@test("a live connection is asked, not made anew, when it is time to refresh")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF + GROUPS))
        probe.refresh()
        begun = time.monotonic()
        for _ in range(20):
            probe.refresh()
        assert probe.generations == 1
        assert time.monotonic() - begun < 5


@test("the next server is taken when the first is away, and goes on from "
      "there")
def _():
    with world() as w:
        server = w.slapd(STAFF + GROUPS)
        away = f"ldaps://127.0.0.1:{server.ldaps - 1}"
        probe = w.probe(away, server)
        probe.refresh()
        assert len(probe.people) == 20
        server.kill()
        error = refused(probe.refresh)
        assert away in error.error and server.ldaps_url in error.error


@test("a group of 50,000 is brought whole")
def _():
    with world() as w:
        everybody = group("everybody", *(person_dn(f"u{i}")
                                         for i in range(50000)))
        probe = w.probe(w.slapd(STAFF + everybody))
        probe.refresh()
        assert len(probe.group("everybody")["members"]) == 50000


@test("accounts that an administrator locked are disabled, and a lock that "
      "passes is not")
def _():
    with world() as w:
        server = w.slapd(
            person("ended", 1001, "pwdAccountLockedTime: 000001010000Z\n")
            + person("mistyped", 1002,
                     "pwdAccountLockedTime: 20261121000000Z\n")
            + person("well", 1003))
        probe = w.probe(server)
        probe.refresh()
        assert not probe.account("ended")["enabled"]
        assert probe.account("mistyped")["enabled"]
        assert probe.account("well")["enabled"]
        server.change(f"dn: {person_dn('well')}\nchangetype: modify\n"
                      "add: pwdAccountLockedTime\n"
                      "pwdAccountLockedTime: 000001010000Z\n")
        took = probe.wait_until(lambda: not probe.account("well")["enabled"])
        assert took < 2, took


@test("members are found whatever the case and spaces of their names")
def _():
    with world() as w:
        odd = f"UID=U1, OU=People , {BASE.upper()}"
        probe = w.probe(w.slapd(STAFF + group("admins", odd)))
        probe.refresh()
        assert probe.groups_of("u1") == {"admins"}


@test("rfc2307 groups name their members by account")
def _():
    with world() as w:
        admins = (f"dn: {group_dn('admins')}\nobjectClass: posixGroup\n"
                  "cn: admins\ngidNumber: 500\nmemberUid: u1\n"
                  "memberUid: U2\n\n")
        server = w.slapd(STAFF + admins)
        probe = w.probe(server, preset="rfc2307")
        probe.refresh()
        assert probe.groups_of("u1") == {"admins"}
        assert probe.groups_of("u2") == set()
        server.change(f"dn: {group_dn('admins')}\nchangetype: modify\n"
                      "add: memberUid\nmemberUid: u3\n")
        took = probe.wait_until(lambda: probe.groups_of("u3") == {"admins"})
        assert took < 2, took


@test("a second value of the account attribute is shown to the agent, which "
      "refuses it")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF + person("twice", 1001, "uid: other\n")))
        probe.refresh()
        found = [p["account"] for p in probe.people.values()
                 if p["uid"] == 1001]
        assert len(found) == 1 and " " in found[0], found


@test("devices come with their owners and the fingerprints of their keys")
def _():
    key = ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdllvoMFODTdYuvhcJeJdIEpRGNPxX"
           "RvQcTjt+6FCXo laptop")
    laptop = (f"dn: cn=laptop,ou=devices,{BASE}\nobjectClass: device\n"
              f"cn: laptop\nserialNumber: {key}\nl: TRUE\n"
              f"owner: {person_dn('u1')}\n\n")
    with world() as w:
        server = w.slapd(STAFF + GROUPS + laptop)
        probe = w.probe(server, devices_base=f"ou=devices,{BASE}",
                        attributes={"sshKeys": "serialNumber",
                                    "isCompliant": "l"})
        probe.refresh()
        (device,) = probe.state.devices.values()
        assert device["owners"] == [person_dn("u1")] and device["compliant"]
        assert device["keys"][0].startswith("SHA256:"), device
        assert len(device["keys"][0]) == 50
        server.delete(f"cn=laptop,ou=devices,{BASE}")
        probe.wait_until(lambda: not probe.state.devices)


@test("a directory that shows nobody is an error, not an empty directory")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF + GROUPS),
                        people_base=f"ou=groups,{BASE}")
        error = refused(probe.refresh)
        assert error.kind == "malformed" and "no people" in error.error
        assert probe.generations == 0


@test("an account attribute that nobody has is an error")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF + GROUPS),
                        attributes={"account": "employeeNumber"})
        error = refused(probe.refresh)
        assert error.kind == "malformed" and "employeeNumber" in error.error


@test("without the syncprov overlay changes are asked for instead")
def _():
    with world() as w:
        probe = w.probe(w.slapd(STAFF + GROUPS, syncprov=False))
        probe.refresh()
        assert len(probe.people) == 20 and "mode=timestamp" in probe.token


