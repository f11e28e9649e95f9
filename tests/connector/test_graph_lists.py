# SPDX-License-Identifier: BSD-3-Clause
"""Roles, risks, devices, policies, and what is reported back."""

import contextlib
import json
import pathlib
import tempfile

from graph_directory import ROLE_TEMPLATES, guid
from graph_stage import ONLY, server, source
from tap import test

ADMIN = ROLE_TEMPLATES["Global Administrator"]
HELPDESK = ROLE_TEMPLATES["Helpdesk Administrator"]


@contextlib.contextmanager
def one_kind(kind, **configuration):
    """A server, and a source that brings this kind alone."""
    with server() as graph, \
            source(graph, **ONLY[kind], **configuration) as connector:
        yield graph, connector


# --- roles ------------------------------------------------------------------

@test("who holds a role for the whole directory is brought, people and groups")
def _():
    with one_kind("roles") as (graph, connector):
        graph.set(page_size=2)
        graph.tenant.assign(1, ADMIN, guid("user", 1))
        graph.tenant.assign(2, HELPDESK, guid("group", 1))
        graph.tenant.assign(3, ADMIN, guid("user", 2),
                            scope="/administrativeUnits/42")
        graph.tenant.assign(4, ADMIN, guid("user", 3), scope=None)
        connector.refreshed()
        assert connector.known.roles == {
            (ADMIN, guid("user", 1)), (HELPDESK, guid("group", 1))}
        assert connector.begun == [(["roles"], "full")]


@test("a role is named by its template, not by its definition")
def _():
    with one_kind("roles") as (graph, connector):
        graph.tenant.role_definitions["own-id"] = "its-template"
        graph.tenant.assign(1, "own-id", "somebody")
        graph.tenant.assign(2, "unheard-of", "somebody")
        connector.refreshed()
        assert connector.known.roles == {("its-template", "somebody"),
                                         ("unheard-of", "somebody")}


@test("a role that nobody holds any more is gone")
def _():
    with one_kind("roles") as (graph, connector):
        id = graph.tenant.assign(1, ADMIN, guid("user", 1))
        connector.refreshed()
        del graph.tenant.assignments[id]
        connector.refreshed()
        assert connector.known.roles == set()
        assert connector.commits == 2


# --- risks ------------------------------------------------------------------

@test("people at risk are brought as Graph has them; the deleted are not")
def _():
    with one_kind("risks") as (graph, connector):
        graph.tenant.set_risk("anna", "high", "atRisk", "adminConfirmedSigninC"
                              "ompromised", "2026-02-03T04:05:06Z")
        graph.tenant.set_risk("bert", "none", "remediated")
        graph.tenant.set_risk("cora", "high", "atRisk")
        graph.tenant.risky["cora"]["isDeleted"] = True
        connector.refreshed()
        assert connector.known.risks["anna"] == {
            "id": "anna", "level": "high", "state": "atRisk", "detail":
            "adminConfirmedSigninCompromised", "when": "2026-02-03T04:05:06Z"}
        assert set(connector.known.risks) == {"anna", "bert"}


@test("Identity Protection is asked once a second, pages and kinds together")
def _():
    with tempfile.TemporaryDirectory() as folder, server() as graph:
        for number in range(350):
            graph.tenant.set_risk(f"user {number}", "low", "atRisk")
        with source(graph, policies_folder=folder) as connector:
            connector.refreshed()
            slow = graph.seen("identity")
            assert len(slow) == 4 + 2, slow
            assert len(connector.pauses) == len(slow) - 1
            assert all(0.9 < pause < 1.1 for pause in connector.pauses)


@test("429 without Retry-After: pauses of our own, that grow, six times")
def _():
    with one_kind("risks") as (graph, connector):
        graph.fault("riskyUsers", "status", status=429, code="TooManyRequests")
        connector.fails("unavailable", "429", "6 times")
        assert len(graph.seen("riskyUsers")) == 6
        own = [pause for pause in connector.pauses if pause > 1.001]
        for pause, least in zip(own, (1, 2, 4, 8, 16), strict=True):
            assert least <= pause <= least * 1.25 + 0.001, connector.pauses


@test("risks are due at their own interval, people are not")
def _():
    with server() as graph, source(graph, interval=300,
                                   risk_interval=60) as connector:
        assert connector.interval == 60
        connector.refreshed()
        graph.clear()
        connector.do("wait", seconds=60)
        connector.refreshed()
        assert not graph.seen("users/delta") and not graph.seen("/devices")
        assert len(graph.seen("riskyUsers")) == 1
        connector.do("wait", seconds=240)
        connector.refreshed()
        assert len(graph.seen("users/delta")) == 1


@test("a refresh that no timer asked for brings everything")
def _():
    with server() as graph, source(graph) as connector:
        connector.refreshed()
        graph.clear()
        connector.refreshed()
        for path in ("users/delta", "groups/delta", "roleAssignments",
                     "riskyUsers", "v1.0/devices"):
            assert len(graph.seen(path)) == 1, path


# --- devices ----------------------------------------------------------------

@test("devices come with their owners, trust and extension attributes")
def _():
    with one_kind("devices", device_key_property="extensionAttribute3") as \
            (graph, connector):
        keys = "SHA256:aaa, SHA256:bbb;SHA256:ccc"
        id = graph.tenant.add_device(
            1, owner="anna", trustType="ServerAd",
            extensionAttributes={"extensionAttribute1": "PAW",
                                 "extensionAttribute2": None,
                                 "extensionAttribute3": keys})
        connector.refreshed()
        assert connector.known.devices[id] == {
            "id": id, "enabled": True, "compliant": None,
            "trust": "ServerAd", "os": "Linux", "owners": ["anna"],
            "extensions": {"extensionAttribute1": "PAW",
                           "extensionAttribute3": keys},
            "keys": ["SHA256:aaa", "SHA256:bbb", "SHA256:ccc"]}


@test("what Intune has decided of a device goes before the directory's word")
def _():
    with one_kind("devices") as (graph, connector):
        tenant = graph.tenant
        cases = [("compliant", None, True), ("compliant", False, True),
                 ("noncompliant", True, False), ("conflict", True, False),
                 ("error", None, False), ("inGracePeriod", True, True),
                 ("inGracePeriod", False, False), ("unknown", True, True),
                 ("configManager", None, None)]
        for number, (state, directory, _) in enumerate(cases):
            device = tenant.add_device(number, isCompliant=directory)
            tenant.manage(device.upper(), state)
        connector.refreshed()
        for number, (state, directory, wanted) in enumerate(cases):
            device = connector.known.devices[guid("device", number)]
            assert device["compliant"] is wanted, (state, directory, device)


@test("a device that Intune has twice is compliant only if both are")
def _():
    for states in (("compliant", "noncompliant"),
                   ("noncompliant", "compliant")):
        with one_kind("devices") as (graph, connector):
            device = graph.tenant.add_device(1, isCompliant=True)
            for state in states:
                graph.tenant.manage(device, state)
            connector.refreshed()
            assert connector.known.devices[device]["compliant"] is False


@test("Intune's user of a device is one of its owners, once")
def _():
    with one_kind("devices") as (graph, connector):
        anna, bert = guid("user", 1), guid("user", 2)
        device = graph.tenant.add_device(1, owner=anna)
        graph.tenant.manage(device, "compliant", anna)
        graph.tenant.manage(device, "compliant", bert)
        graph.tenant.manage("00000000-0000-0000-0000-000000000000",
                            "compliant", anna)
        connector.refreshed()
        assert connector.known.devices[device]["owners"] == [anna, bert]
        assert set(connector.known.devices) == {device}


@test("without permission for Intune, the directory's devices are brought")
def _():
    # 400: the tenant has no Intune.
    for status, code in ((403, "Forbidden"), (400, "BadRequest")):
        with one_kind("devices") as (graph, connector):
            device = graph.tenant.add_device(1, isCompliant=True)
            graph.fault("managedDevices", "status", status=status, code=code)
            connector.refreshed()
            connector.refreshed()
            assert connector.known.devices[device]["compliant"] is True
            assert connector.said().count("managedDevices") == 1


@test("when Intune fails, no device is brought: half a word is none")
def _():
    with one_kind("devices") as (graph, connector):
        graph.tenant.add_device(1)
        graph.fault("managedDevices", "status", status=500)
        connector.fails("unavailable", "managedDevices")
        assert connector.begun == []


# --- permissions -------------------------------------------------------------

@test("a kind that Graph forbids is left out and said once; others go on")
def _():
    with server() as graph, source(graph) as connector:
        graph.tenant.set_risk("anna", "high", "atRisk")
        graph.fault("roleAssignments", "status", status=403,
                    code="Authorization_RequestDenied",
                    message="Insufficient privileges")
        connector.refreshed()
        connector.refreshed()
        assert [kinds for kinds, _ in connector.begun] == [
            ["people"], ["devices"], ["risks"], ["devices"], ["risks"]]
        assert "roles" not in connector.up_to_date
        said = connector.said()
        assert said.count("Insufficient privileges") == 1, said
        assert "roleAssignments" in said and "permission" in said, said


@test("a kind that was brought and is forbidden now is an error, each time; "
      "others go on")
def _():
    with server() as graph, source(graph) as connector:
        graph.tenant.assign(1, ADMIN, guid("user", 1))
        connector.refreshed()
        graph.fault("roleAssignments", "status", status=403,
                    code="Authorization_RequestDenied",
                    message="Insufficient privileges")
        for _ in range(2):
            end = connector.refresh()
            assert not end["done"] and end["kind"] == "refused", end
            assert "Insufficient privileges" in end["what"], end
        assert connector.known.roles == {(ADMIN, guid("user", 1))}
        graph.clear()
        connector.refreshed()


@test("one kind's trouble is not another's")
def _():
    with server() as graph, source(graph) as connector:
        graph.tenant.set_risk("anna", "high", "atRisk")
        graph.fault("groups/delta", "status", status=500, code="InternalError")
        end = connector.refresh()
        assert not end["done"] and "groups/delta" in end["what"], end
        assert connector.known.people == {}
        assert "anna" in connector.known.risks


# --- reports ------------------------------------------------------------------

@test("a dealt-with risk is reported as Graph wants it")
def _():
    for action, state in (("confirmSafe", "confirmedSafe"),
                          ("dismiss", "dismissed")):
        with server() as graph, source(graph) as connector:
            graph.tenant.set_risk("anna", "high", "atRisk")
            assert connector.do("report", action=action,
                                person="anna")["done"]
            assert connector.told is True
            assert graph.tenant.risky["anna"]["riskState"] == state
            method, target, headers, body = graph.seen("riskyUsers")[0]
            assert (method, target) == (
                "POST", f"/v1.0/identityProtection/riskyUsers/{action}")
            assert headers["Content-Type"] == "application/json"
            assert json.loads(body) == {"userIds": ["anna"]}


@test("a report that can never be made is not tried again")
def _():
    for status in (403, 404):
        with server() as graph, source(graph) as connector:
            graph.fault("riskyUsers", "status", status=status)
            assert connector.do("report", action="dismiss",
                                person="anna")["done"]
            assert connector.told is False


@test("a report that fails for now is an error")
def _():
    with server() as graph, source(graph) as connector:
        graph.fault("riskyUsers", "status", status=503)
        end = connector.do("report", action="dismiss", person="anna")
        assert not end["done"] and end["kind"] == "unavailable", end


@test("reports can be switched off")
def _():
    with server() as graph, source(graph,
                                   report_remediation=False) as connector:
        assert connector.do("report", action="dismiss", person="a")["done"]
        assert connector.told is False and not graph.seen()


# --- policies -----------------------------------------------------------------

POLICY = {"id": "2b31ac51-b855-40a5-a986-0a4ed23e9008", "displayName":
          "MFA \u2013 \U0001f600 admins", "state": "enabled", "templateId":
          None, "conditions": {
              "clientAppTypes": ["all"], "users": {
                  "includeRoles": [ADMIN], "includeUsers": []},
              "applications": {"includeApplications": ["All"]}},
          "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}
LOCATION = {"@odata.type": "#microsoft.graph.ipNamedLocation", "id":
            "0854951d-5fc0-4eb1-b392-9b2c9d7949c2", "displayName": "Office",
            "isTrusted": True, "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange",
                 "cidrAddress": "12.34.221.0/24"}]}


@contextlib.contextmanager
def new_folder():
    with tempfile.TemporaryDirectory(prefix="mfa-policies.") as folder:
        yield pathlib.Path(folder)


def policies_of(folder):
    return json.loads((folder / "policies.json").read_text())["value"]


@test("the tenant's policies are written, and enforce nothing")
def _():
    with new_folder() as folder, server() as graph, \
            source(graph, policies_folder=str(folder)) as connector:
        graph.tenant.policies = [
            POLICY, {**POLICY, "displayName": "off", "state": "disabled"},
            {**POLICY, "displayName": "report",
             "state": "enabledForReportingButNotEnforced"}]
        graph.tenant.locations = [LOCATION]
        connector.refreshed()
        states = {p["displayName"]: p["state"] for p in policies_of(folder)}
        assert states == {
            POLICY["displayName"]: "enabledForReportingButNotEnforced",
            "off": "disabled", "report": "enabledForReportingButNotEnforced"}
        locations = json.loads((folder / "named-locations.json").read_text())
        assert locations == {"value": [LOCATION]}
        for file in folder.iterdir():
            assert file.stat().st_mode & 0o777 == 0o644, file
        assert len(list(folder.iterdir())) == 2


@test("a file that would be the same is left as it is")
def _():
    with new_folder() as folder, server() as graph, \
            source(graph, policies_folder=str(folder)) as connector:
        graph.tenant.policies = [POLICY]
        connector.refreshed()
        before = (folder / "policies.json").stat()
        connector.refreshed()
        after = (folder / "policies.json").stat()
        assert (before.st_ino, before.st_mtime_ns) == \
            (after.st_ino, after.st_mtime_ns)
        graph.tenant.policies = []
        connector.refreshed()
        assert policies_of(folder) == []


@test("of policies that cannot be read whole, none is written")
def _():
    with new_folder() as folder, server() as graph, \
            source(graph, policies_folder=str(folder)) as connector:
        graph.tenant.policies = [{**POLICY, "displayName": str(number)}
                                 for number in range(150)]
        graph.fault("policies.*skiptoken", "status", status=500)
        connector.refresh()
        assert list(folder.iterdir()) == []


@test("a link that was put in the way of a policy file is not followed")
def _():
    with new_folder() as folder, new_folder() as elsewhere, server() as graph, \
            source(graph, policies_folder=str(folder)) as connector:
        victim = elsewhere / "victim"
        victim.write_text("untouched")
        for name in ("policies.json", ".policies.json.new"):
            (folder / name).symlink_to(victim)
        connector.refreshed()
        assert victim.read_text() == "untouched"
        assert policies_of(folder) == []


@test("a policies folder that is not there is said")
def _():
    with server() as graph, source(
            graph, policies_folder="/nonexistent/mfa") as connector:
        connector.refresh()
        end = connector.refresh()
        assert "/nonexistent/mfa" in end["what"], end
