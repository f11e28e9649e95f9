# SPDX-License-Identifier: BSD-3-Clause
"""A made-up Entra tenant: what graph_server.py answers from. Changes are
logged, so that a delta query can be answered."""

import uuid

ROLE_TEMPLATES = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
}


def guid(kind, number):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{number}"))


class Tenant:
    def __init__(self, users=0, groups=0):
        self.users, self.groups = {}, {}
        self.members = {}     # group -> ids of users and groups
        self.log = []         # (kind, id) or ("member", group, id)
        self.assignments, self.risky = {}, {}
        self.devices, self.managed = {}, {}
        self.policies, self.locations = [], []
        self.role_definitions = {
            template: template for template in ROLE_TEMPLATES.values()}
        for number in range(users):
            self.add_user(number)
        for number in range(groups):
            self.add_group(number, f"group {number}")
            for user in range(number, users, groups):
                self.join(guid("group", number), guid("user", user))
        self.log.clear()

    # --- people ---------------------------------------------------------

    def add_user(self, number, **properties):
        return self.set_user(guid("user", number), **{
            "displayName": f"Person {number}", "accountEnabled": True,
            "mailNickname": f"person{number}", "userType": "Member",
            "userPrincipalName": f"person{number}@contoso.example",
            **properties})

    def set_user(self, id, **properties):
        user = self.users.setdefault(id, {"id": id})
        user.update(properties)
        self.log.append(("user", id))
        return id

    def remove_user(self, id):
        del self.users[id]
        self.log.append(("user", id))
        for group, members in self.members.items():
            if id in members:
                self.leave(group, id)

    # --- groups -----------------------------------------------------------

    def add_group(self, number, name):
        id = guid("group", number)
        self.groups[id] = {"id": id, "displayName": name}
        self.members[id] = {}
        self.log.append(("group", id))
        return id

    def rename_group(self, id, name):
        self.groups[id]["displayName"] = name
        self.log.append(("group", id))

    def remove_group(self, id):
        del self.groups[id], self.members[id]
        self.log.append(("group", id))

    def join(self, group, member):
        self.members[group][member] = True
        self.log.append(("member", group, member))

    def leave(self, group, member):
        del self.members[group][member]
        self.log.append(("member", group, member))

    def type_of(self, id):
        kind = "group" if id in self.groups else "user"
        return f"#microsoft.graph.{kind}"

    # --- roles, risks, devices ----------------------------------------------

    def assign(self, number, role, principal, scope="/"):
        id = guid("assignment", number)
        self.assignments[id] = {
            "id": id, "principalId": principal, "resourceScope": scope,
            "directoryScopeId": scope, "roleDefinitionId": role}
        return id

    def set_risk(self, user, level, state, detail="none",
                 when="2026-01-01T00:00:00Z"):
        self.risky[user] = {
            "id": user, "isDeleted": False, "isProcessing": False,
            "riskLevel": level, "riskState": state, "riskDetail": detail,
            "riskLastUpdatedDateTime": when,
            "userDisplayName": "Adele Vance",
            "userPrincipalName": "AdeleV@contoso.com"}

    def add_device(self, number, owner=None, **properties):
        id = guid("device", number)
        self.devices[id] = {
            "id": guid("device object", number), "deviceId": id,
            "displayName": f"device {number}", "accountEnabled": True,
            "isCompliant": None, "isManaged": None, "trustType": "AzureAd",
            "operatingSystem": "Linux", "operatingSystemVersion": "6.1",
            "manufacturer": None, "model": None,
            "extensionAttributes": {f"extensionAttribute{n}": None
                                    for n in range(1, 16)},
            "registeredOwners": [{"@odata.type": "#microsoft.graph.user",
                                  "id": owner}] if owner else [],
            **properties}
        return id

    def manage(self, device, state, user=""):
        id = guid("managed", len(self.managed))
        self.managed[id] = {"id": id, "userId": user,
                            "azureADDeviceId": device,
                            "complianceState": state}

    # --- deltas ---------------------------------------------------------------

    def changed(self, kind, since):
        """Ids in the order of their last change, each once."""
        return list(dict.fromkeys(
            entry[1] for entry in self.log[since:] if entry[0] == kind))

    def changed_members(self, since):
        changes = {}
        for entry in self.log[since:]:
            if entry[0] == "member":
                changes.setdefault(entry[1], {})[entry[2]] = True
        return changes

    def user_entry(self, id, selected):
        if id not in self.users:
            return {"id": id, "@removed": {"reason": "deleted"}}
        # What was never set is not there.
        user = self.users[id]
        return {name: user[name] for name in ["id", *selected]
                if user.get(name) is not None}

    def group_entries(self, id, changes, minimal, split):
        """One group, in as many entries as its members need. `changes`: ids
        that joined or left; None: everything."""
        if id not in self.groups:
            return [{"id": id, "@removed": {"reason": "deleted"}}]
        full = changes is None
        members = [
            {"@odata.type": self.type_of(member), "id": member,
             **({} if member in self.members[id]
                else {"@removed": {"reason": "deleted"}})}
            for member in (self.members[id] if full else changes)]
        entry = {"id": id}
        if full or not minimal:
            entry["displayName"] = self.groups[id]["displayName"]
        entries = []
        for start in range(0, max(len(members), 1), split):
            part = dict(entry)
            if members:
                part["members@delta"] = members[start:start + split]
            entries.append(part)
        return entries

    def group_changes(self, since, minimal, split):
        members, named = self.changed_members(since), self.changed(
            "group", since)
        entries = []
        for id in dict.fromkeys([*named, *members]):
            found = self.group_entries(id, members.get(id, {}), minimal, split)
            if id in named and id in self.groups:
                found[0]["displayName"] = self.groups[id]["displayName"]
            entries += found
        return entries
