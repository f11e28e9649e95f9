# SPDX-License-Identifier: BSD-3-Clause
"""The files that an administrator writes beside mfa-agent.yaml: policies,
named locations, and the directory file with its risks and devices."""

import json
import os
import shutil

TEMPLATES = os.path.abspath(
    os.path.dirname(os.path.abspath(__file__))
    + "/../../../conf/policies/templates")
REPORT_ONLY = "enabledForReportingButNotEnforced"
EVERYONE = {"includeUsers": ["All"]}


def template(name):
    """A policy as it is shipped, enabled."""
    with open(f"{TEMPLATES}/{name}.yaml") as f:
        text = f.read()
    assert f"state: {REPORT_ONLY}" in text, name
    return text.replace(f"state: {REPORT_ONLY}", "state: enabled")


def policy(name, *controls, users=None, state="enabled", terms=(),
           session=None, **conditions):
    """A policy in Graph's words: for everybody, on every service, whatever
    the client, unless the arguments say otherwise."""
    return {
        "displayName": name, "state": state,
        "conditions": {
            "clientAppTypes": ["all"], "users": users or EVERYONE,
            "applications": {"includeApplications": ["All"]}, **conditions},
        "grantControls": {"operator": "AND", "builtInControls": list(controls),
                          "termsOfUse": list(terms)},
        "sessionControls": session}


def network(name, *ranges, trusted=False):
    """A named location."""
    return {"displayName": name, "isTrusted": trusted,
            "ipRanges": [{"cidrAddress": each} for each in ranges]}


class Rules:
    """What is in force on the stage. Each test says all of it."""

    def __init__(self, agent, config_of):
        self.agent = agent
        self.config_of = config_of  # from our keys to a whole configuration
        self.folder = agent.folder + "/policies"
        self.locations = agent.folder + "/named-locations.yaml"
        self.directory = agent.folder + "/directory.yaml"

    def apply(self, *policies, **others):
        """Puts these policies in force instead of whatever was: texts of
        files (template) or values (policy). `others`: see write."""
        self.write(*policies, **others)
        return self.reload()

    def write(self, *policies, locations=(), users=(), devices=(), **config):
        """`config`: keys of mfa-agent.yaml."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        for number, each in enumerate(policies):
            put(f"{self.folder}/{number}.yaml", each)
        put(self.locations, list(locations))
        put(self.directory, {"users": list(users), "devices": list(devices)})
        self.agent.write_config(self.config_of({
            "security_defaults": {"enabled": False},
            "policies": self.folder, "named_locations": self.locations,
            "directory_file": self.directory, **config}))

    def reload(self):
        """The number of the new generation."""
        return self.agent.ask("reload")["generation"]

    def generation(self):
        return self.agent.ask("status")["configuration"]["generation"]


def put(path, content):
    """Writes a file as an editor does; what is no text becomes JSON, which
    is YAML."""
    text = content if isinstance(content, str) else json.dumps(content)
    with open(path + "~", "w") as f:
        f.write(text)
    os.rename(path + "~", path)
