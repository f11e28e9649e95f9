# SPDX-License-Identifier: BSD-3-Clause
"""What servers should not say, and what happens while they are asked."""

import uuid

import slapd
from ldap_errors import refused
from scripted_ldap import Answer, ScriptedLdap, paged, read_element
from tap import test
from world import world

LAST_PAGE = paged(b"")


def person(name, changed=1):
    return f"uid={name},{slapd.BASE}", {
        "objectClass": ["person"], "uid": [name], "entryUUID": [
            str(uuid.uuid5(uuid.NAMESPACE_DNS, name))],
        "modifyTimestamp": [f"2026010100000{changed}Z"]}


def probe_of(w, answer, **changes):
    server = ScriptedLdap(f"{w.folder}/scripted", answer)
    w.keep(server)
    return w.probe(server.url, **changes)


@test("a control of pages that cannot be read is not taken for the last one")
def _():
    with world() as w:
        page = LAST_PAGE

        def answer(search):
            people = search.asks_of("posixAccount")
            return Answer(*[person("ann"), person("ben")] if people else [],
                          page=page if people else LAST_PAGE)
        probe = probe_of(w, answer, sync="timestamp")
        probe.refresh()
        assert len(probe.people) == 2
        for page in (b"", b"x", b"\x30\x05\x02\x01\x00", paged(b"x")[:-1],
                     b"\x04\x00", None):
            probe.forget()
            error = refused(probe.refresh)
            assert error.kind == "malformed", (page, error)
            assert "next page" in error.error, (page, error)
        assert probe.generations == 1 and len(probe.people) == 2
        page = LAST_PAGE
        probe.refresh()
        assert probe.generations == 2


@test("a server that does not know pages sends everything at once")
def _():
    with world() as w:
        probe = probe_of(w, lambda search: Answer(
            *[person("ann")] if search.asks_of("posixAccount") else [],
            has_page=False), sync="timestamp")
        probe.refresh()
        assert len(probe.people) == 1


class Controller:
    """As Active Directory numbers its changes. `then` is done once, behind
    the next answer to a question for "people" or for all that "changed"."""

    def __init__(self):
        self._changes = {}  # of people; None: not below people_base any more
        self._highest = 10
        self._then = (None, None)

    def change(self, name, stays=True):
        self._highest += 1
        self._changes[name] = (self._highest, stays)

    def then(self, behind, action):
        self._then = behind, action

    def answer(self, search):
        if not search.base:
            return Answer(("", {
                "supportedCapabilities": ["1.2.840.113556.1.4.800"],
                "highestCommittedUSN": [str(self._highest)],
                "dsServiceName": ["cn=settings"],
                "defaultNamingContext": [slapd.BASE]}), has_page=False)
        if search.base == "cn=settings":
            return Answer((search.base, {"invocationId": [b"c" * 16]}),
                          has_page=False)
        least = self._least_change(search)
        kind = ("changed" if least and search.attributes == ["objectGUID"]
                else "people" if search.asks_of("user") else "other")
        found = [self._entry(name)
                 for name, (change, stays) in self._changes.items()
                 if kind != "other" and change >= least and (
                     stays or kind == "changed")]
        behind, action = self._then
        if behind == kind:
            self._then = (None, None)
            action()
        return Answer(*found, page=LAST_PAGE)

    @staticmethod
    def _least_change(search):
        word = b"uSNChanged"
        if word not in search.filter:
            return 0
        _, value, _ = read_element(search.filter.partition(word)[2])
        return int(value)

    @staticmethod
    def _entry(name):
        return f"cn={name},{slapd.BASE}", {
            "objectGUID": [uuid.uuid5(uuid.NAMESPACE_DNS, name).bytes_le],
            "sAMAccountName": [name], "userAccountControl": ["512"]}


@test("a poll: what changes while it runs is neither lost nor taken for gone")
def _():
    with world() as w:
        controller = Controller()
        for name in ("ann", "ben", "cleo"):
            controller.change(name)
        probe = probe_of(w, controller.answer, preset="ad", sync="usn")

        def bring(behind=None, then=None):
            controller.then(behind, then)
            probe.refresh()
            return sorted(p["account"] for p in probe.people.values())
        # She comes too late for this time.
        assert bring("people", lambda: controller.change("dora")) == [
            "ann", "ben", "cleo"]
        assert bring() == ["ann", "ben", "cleo", "dora"]
        assert probe.last == "delta"
        controller.change("ann")
        for behind, name in (("changed", "ben"), ("people", "dora")):
            assert bring(behind, lambda: controller.change(name)) == [
                "ann", "ben", "cleo", "dora"], behind
        controller.change("ann")
        assert bring("changed", lambda: controller.change(
            "cleo", stays=False)) == ["ann", "ben", "cleo", "dora"]
        assert bring() == ["ann", "ben", "dora"]
