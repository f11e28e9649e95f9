#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Laws that hold between two runs of `mfactl policy evaluate`; no model.

Each law takes a world and says what a second world must answer. A broken law
is a list of lines; [] is what everybody hopes for.
"""

import copy
import json

import generate
import mfactl

SEVERITY = ["grant", "challenge", "deny", "block"]
EVERYONE = {"includeUsers": ["All"]}
BLOCK = {"operator": "OR", "builtInControls": ["block"]}


def answers(world, policies, sign_ins=None):
    done = mfactl.evaluate(policies, world.named_locations,
                           world.security_defaults,
                           sign_ins or world.sign_ins)
    assert done.status == 0, (world.seed, done.err)
    return done.results()


def compare(world, before, after, agree):
    """[] or the first sign-in whose two answers do not agree."""
    assert len(before) == len(after) == len(world.sign_ins)
    for one, old, new in zip(world.sign_ins, before, after):
        if not agree(one, old, new):
            return [f"seed {world.seed}", json.dumps(one), json.dumps(old),
                    json.dumps(new)]
    return []


def hours(frequency):
    if not isinstance(frequency, dict):
        return frequency
    return frequency["value"] * (24 if frequency["type"] == "days" else 1)


def order_changes_no_decision(world, before):
    """Only which error is named, and which of two equal frequencies."""
    def agree(_, old, new):
        code = old["decision"] == "deny" or \
            old["errorCode"] == new["errorCode"]
        rows = sorted(old["policies"], key=json.dumps) == \
            sorted(new["policies"], key=json.dumps)
        session = [(hours(one["sessionControls"]["signInFrequency"]),
                    one["sessionControls"]["persistentBrowser"])
                   for one in (old, new)]
        return code and rows and session[0] == session[1] and \
            old["decision"] == new["decision"] and \
            old["requiredControls"] == new["requiredControls"]

    shuffled = list(world.policies)
    generate.Dice(world.seed).shuffle(shuffled)
    return compare(world, before, answers(world, shuffled), agree)


def report_only_changes_no_decision(world, before):
    def agree(_, old, new):
        return all(old[name] == new[name] for name in
                   ("decision", "errorCode", "requiredControls",
                    "sessionControls"))

    enforced = [policy for policy in world.policies
                if policy["state"] != "enabledForReportingButNotEnforced"]
    return compare(world, before, answers(world, enforced), agree)


def one_more_never_relaxes(world, before):
    def agree(_, old, new):
        change = SEVERITY.index(new["decision"]) - \
            SEVERITY.index(old["decision"])
        return change > 0 or change == 0 and \
            set(old["requiredControls"]) <= set(new["requiredControls"])

    if world.security_defaults:
        return []
    dice = generate.Dice(world.seed)
    more = generate.policy(dice, 1000, False)
    more["state"] = "enabled"
    at = dice.randint(0, len(world.policies))
    policies = world.policies[:at] + [more] + world.policies[at:]
    return compare(world, before, answers(world, policies), agree)


def exclude_beats_include(world, before):
    """Who is excluded from every policy meets none."""
    def agree(one, old, new):
        if (one.get("user") or {}).get("id") != "u-1":
            return old == new
        return new["decision"] == "grant" and not any(
            row["policyApplies"] for row in new["policies"])

    if world.security_defaults:
        return []
    policies = copy.deepcopy(world.policies)
    for policy in policies:
        users = policy["conditions"]["users"]
        users["excludeUsers"] = (users.get("excludeUsers") or []) + ["u-1"]
    return compare(world, before, answers(world, policies), agree)


def block_beats_all(world, before):
    def agree(one, _, new):
        action = one.get("userAction") is not None
        return action or new["decision"] == "block" and \
            new["errorCode"] == 53003 and new["requiredControls"] == []

    if world.security_defaults:
        return []
    block = {"displayName": "Block all", "state": "enabled",
             "conditions": {"users": EVERYONE, "applications": {
                 "includeApplications": ["All"]}},
             "grantControls": BLOCK}
    return compare(world, before, answers(world, world.policies + [block]),
                   agree)


# Of what these say, `All` includes the unknown, and no exclude does.
FACTS_UNDER_ALL = {"ipAddress", "country", "devicePlatform", "application"}


def includes_all(policy):
    """Enforced, about everything, whatever it excludes."""
    conditions = policy["conditions"]
    application = conditions["applications"].get("includeApplications")
    locations = (conditions.get("locations") or {}).get("includeLocations")
    platforms = (conditions.get("platforms") or {}).get("includePlatforms")
    return policy["state"] == "enabled" and policy.get("grantControls") and \
        application == ["All"] and locations in (None, ["All"]) and \
        platforms in (None, ["all"])


def unknown_never_relaxes(world, before):
    """Of policies that include everything; exclusions need a known fact."""
    def agree(_, old, new):
        change = SEVERITY.index(new["decision"]) - \
            SEVERITY.index(old["decision"])
        return change > 0 or change == 0 and \
            set(old["requiredControls"]) <= set(new["requiredControls"])

    policies = list(filter(includes_all, world.policies))
    less_known = [{name: value for name, value in one.items()
                   if name not in FACTS_UNDER_ALL}
                  for one in world.sign_ins]
    return compare(world, answers(world, policies),
                   answers(world, policies, less_known), agree)


LAWS = {
    "the order of policies changes no decision": order_changes_no_decision,
    "a report-only policy changes no decision":
        report_only_changes_no_decision,
    "one more enabled policy never relaxes a decision":
        one_more_never_relaxes,
    "an exclusion beats every inclusion": exclude_beats_include,
    "a policy that blocks beats all others": block_beats_all,
    "an unknown fact never relaxes a policy that includes All":
        unknown_never_relaxes,
}


def broken(law, seeds, sign_ins):
    """Lines about the first world that breaks it, or []."""
    for seed in seeds:
        world = generate.world(seed, sign_ins)
        lines = law(world, answers(world, world.policies))
        if lines:
            return lines
    return []
