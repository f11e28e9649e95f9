#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random worlds: policies that are legal at load, named locations, and
sign-ins that meet about half of their conditions.

    generate.py [--worlds N] [--sign-ins M] [--seed S]

prints how often the model decides what, to see that nothing is rare.
"""

import argparse
import collections
import dataclasses
import random

import model
import words


@dataclasses.dataclass
class World:
    seed: int
    policies: list
    named_locations: list
    security_defaults: bool
    sign_ins: list


class Dice(random.Random):
    def chance(self, probability):
        return self.random() < probability

    def some(self, choices, most=3):
        """One to `most` different ones."""
        return self.sample(choices, self.randint(1, min(most, len(choices))))

    def weighted(self, **weights):
        return self.choices(list(weights), list(weights.values()))[0]

    def empty(self, thing, name):
        """What is not configured: left out, null or []."""
        if self.chance(0.3):
            thing[name] = []


# --- conditions ------------------------------------------------------------

def users(dice):
    made = {}
    kind = dice.weighted(all=66, people=12, groups=9, roles=10, none=3)
    if kind == "all":
        made["includeUsers"] = ["All"]
    if kind == "people":
        made["includeUsers"] = dice.some(
            words.USER_IDS + words.PRINCIPAL_NAMES +
            ["GuestsOrExternalUsers"], 5)
    if kind in ("none", "roles") and dice.chance(0.6):
        made["includeUsers"] = ["None"]
    if kind == "groups" or dice.chance(0.1):
        made["includeGroups"] = dice.some(words.GROUPS)
    if kind == "roles" or dice.chance(0.1):
        made["includeRoles"] = dice.some(words.ROLES, 6)
    if not any(made.values()):
        made["includeUsers"] = ["None"]
    elif dice.chance(0.05):
        made["includeUsers"] = made.get("includeUsers", []) + ["None"]
    if dice.chance(0.15):
        made["excludeUsers"] = dice.some(
            words.USER_IDS + words.PRINCIPAL_NAMES +
            ["GuestsOrExternalUsers"], 2)
    if dice.chance(0.15):
        made["excludeGroups"] = dice.some(words.GROUPS, 2)
    if dice.chance(0.15):
        made["excludeRoles"] = dice.some(words.ROLES, 2)
    return made


def applications(dice):
    kind = dice.weighted(all=73, some=17, none=1, context=1, action=8)
    if kind == "action":
        actions = dice.some(words.USER_ACTION_URNS, 2)
        if dice.chance(0.1):
            actions.append(words.ACCOUNT_RECOVERY)
        return {"includeUserActions": actions}
    if kind == "context":
        return {"includeAuthenticationContextClassReferences": ["c1"]}
    made = {"includeApplications": ["All"]}
    if dice.chance(0.05):
        made["includeAuthenticationContextClassReferences"] = ["c2"]
    if kind == "none":
        made["includeApplications"] = ["None"]
    if kind == "some":
        made["includeApplications"] = dice.some(words.APPLICATIONS, 4)
    if dice.chance(0.15):
        made["excludeApplications"] = dice.some(words.APPLICATIONS, 2)
    dice.empty(made, "includeUserActions")
    return made


def platforms(dice):
    made = {"includePlatforms": ["all"] if dice.chance(0.6)
            else dice.some(words.PLATFORMS, 4)}
    if dice.chance(0.6):
        made["excludePlatforms"] = dice.some(words.PLATFORMS, 2)
    return made


def locations(dice):
    kind = dice.weighted(all=45, trusted=15, some=40)
    made = {"includeLocations": {
        "all": ["All"], "trusted": ["AllTrusted"],
        "some": dice.some(words.LOCATION_NAMES + ["AllTrusted"], 5)}[kind]}
    if dice.chance(0.65):
        made["excludeLocations"] = dice.some(
            words.LOCATION_NAMES + ["AllTrusted"], 3)
    return made


def piece(dice, text):
    """The text, or its beginning, middle or end; sometimes in odd case."""
    kind = dice.weighted(whole=4, beginning=2, middle=2, end=2)
    half = max(1, len(text) // 2)
    text = {"whole": text, "beginning": text[:half], "end": text[half:] or
            text, "middle": text[1:half + 1] or text}[kind]
    return text.swapcase() if dice.chance(0.2) else text


def text_comparison(dice, attribute):
    values = words.DEVICE_TEXTS[attribute]
    operator = dice.choice([
        "-eq", "-ne", "-startsWith", "-notStartsWith", "-endsWith",
        "-notEndsWith", "-contains", "-notContains", "-in", "-notIn"])
    if operator in ("-in", "-notIn"):
        value = "[" + ", ".join(f'"{piece(dice, v)}"' for v in
                                dice.some(values)) + "]"
    else:
        value = f'"{piece(dice, dice.choice(values))}"'
    return operator, value


def comparison(dice):
    kind = dice.weighted(truth=25, text=60, list=15)
    if kind == "truth":
        attribute = "isCompliant"
        operator = dice.choice(["-eq", "-ne"])
        value = dice.choice(["True", "False", "true"])
    elif kind == "text":
        attribute = dice.choice(list(words.DEVICE_TEXTS) + ["trustType"] * 3)
        operator, value = text_comparison(dice, attribute)
    else:
        attribute = dice.choice(list(words.DEVICE_LISTS))
        operator = dice.choice(["-contains", "-notContains"])
        value = f'"{piece(dice, dice.choice(words.DEVICE_LISTS[attribute]))}"'
    if dice.chance(0.15):
        operator = operator.swapcase()
    return f"device.{attribute} {operator} {value}"


def rule(dice, depth=2):
    if depth == 0 or dice.chance(0.45):
        return comparison(dice)
    parts = [rule(dice, depth - 1) for _ in range(dice.randint(2, 3))]
    joined = parts[0]
    for part in parts[1:]:
        joined += f" {dice.choice(['-and', '-or', '-And'])} {part}"
    return f"({joined})" if dice.chance(0.5) else joined


def device_filter(dice):
    return {"deviceFilter": {"mode": dice.choice(["include", "exclude"]),
                             "rule": rule(dice)}}


def concerns_something_else(dice, conditions):
    """Something that cannot sign in here; the policy never applies."""
    kind = dice.weighted(risk=1, insider=1, principal=1)
    if kind == "risk":
        conditions["servicePrincipalRiskLevels"] = ["high"]
    elif kind == "insider":
        conditions["insiderRiskLevels"] = "elevated"
    else:
        conditions["clientApplications"] = {
            "includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}


def on_devices_only(policy):
    return words.USER_ACTION_URNS[1] in (
        policy["conditions"]["applications"].get("includeUserActions") or [])


def conditions(dice):
    made = {"users": users(dice), "applications": applications(dice)}
    registers_device = on_devices_only({"conditions": made})
    for name, probability, make in [
            ("platforms", 0.12, platforms), ("locations", 0.2, locations),
            ("devices", 0.2, device_filter)]:
        if dice.chance(probability) and not (
                registers_device and name == "devices"):
            made[name] = make(dice)
        elif dice.chance(0.2):
            made[name] = None
    if dice.chance(0.12) and not registers_device:
        made["clientAppTypes"] = dice.some(words.CLIENTS_OF_POLICIES, 4)
    elif dice.chance(0.6):
        made["clientAppTypes"] = ["all"]
    for name, probability in [("signInRiskLevels", 0.17),
                              ("userRiskLevels", 0.1)]:
        if dice.chance(probability):
            made[name] = dice.some(words.RISKS_OF_POLICIES, 4)
        else:
            dice.empty(made, name)
    if dice.chance(0.08):
        made["authenticationFlows"] = {"transferMethods": dice.choice(
            words.FLOWS + [",".join(words.FLOWS), "none"])}
    if dice.chance(0.03):
        concerns_something_else(dice, made)
    return made


# --- controls --------------------------------------------------------------

BUILT_IN = ["mfa"] * 12 + ["compliantDevice"] * 5 + [
    "domainJoinedDevice"] * 4 + ["riskRemediation"] * 3 + [
    "approvedApplication", "compliantApplication"]


def strength(dice):
    if dice.chance(0.5):
        return {"id": dice.choice(words.BUILT_IN_STRENGTHS)}
    return {"displayName": "Ours",
            "allowedCombinations": dice.some(words.COMBINATIONS, 4)}


def add_special_controls(dice, grant, only_authentication):
    built_in = grant["builtInControls"]
    if "mfa" not in built_in and (dice.chance(0.4) or not built_in):
        grant["authenticationStrength"] = strength(dice)
    elif dice.chance(0.3):
        grant["authenticationStrength"] = None
    if only_authentication:
        return
    if dice.chance(0.15):
        grant["termsOfUse"] = ["terms-1", "terms-2"][:dice.randint(1, 2)]
    if dice.chance(0.05):
        grant["customAuthenticationFactors"] = ["rsa"]


def grant_controls(dice, only_authentication=False):
    if only_authentication:
        grant = {"builtInControls": ["mfa"] if dice.chance(0.6) else []}
    elif dice.chance(0.15):
        return {"operator": dice.choice(["OR", "AND"]),
                "builtInControls": dice.choice(
                    [["block"], ["block"], ["block", "mfa"],
                     ["compliantDevice", "block"]])}
    else:
        grant = {"builtInControls": sorted(set(dice.some(BUILT_IN)),
                                           key=lambda _: dice.random())}
        if dice.chance(0.15):
            grant["builtInControls"] = []
    add_special_controls(dice, grant, only_authentication)
    if len(model.controls_of({"grantControls": grant})) > 1 or \
            dice.chance(0.7):
        grant["operator"] = dice.choice(["OR", "AND"])
    return grant


def session_controls(dice):
    made = {}
    if dice.chance(0.7):
        made["signInFrequency"] = frequency(dice)
    if dice.chance(0.5) or not made:
        made["persistentBrowser"] = mostly_on(
            dice, {"mode": dice.choice(["never", "always"])})
    return made


def mostly_on(dice, control):
    if dice.chance(0.8):
        control["isEnabled"] = dice.chance(0.85)
    return control


def frequency(dice):
    if dice.chance(0.2):
        return {"value": None, "type": None, "isEnabled": True,
                "authenticationType": "primaryAndSecondaryAuthentication",
                "frequencyInterval": "everyTime"}
    value, unit = dice.choice([(24, "hours")] * 3 + [(1, "days")] * 3 + [
        (1, "hours"), (4, "hours"), (23, "hours"), (2, "days"), (90, "days")])
    made = mostly_on(dice, {"value": value, "type": unit})
    if dice.chance(0.6):
        made["frequencyInterval"] = "timeBased"
    return made


# --- policies --------------------------------------------------------------

def risky_user_policy(dice):
    """The one legal form of passwordChange."""
    return {
        "conditions": {
            "users": users(dice),
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
            "userRiskLevels": dice.some(words.RISKS, 3)},
        "grantControls": {"operator": "AND",
                          "builtInControls": ["mfa", "passwordChange"]}}


def ordinary_policy(dice):
    made = {"conditions": conditions(dice)}
    only_authentication = on_devices_only(made)
    if dice.chance(0.1) and not only_authentication:
        made["grantControls"] = None
    else:
        made["grantControls"] = grant_controls(dice, only_authentication)
    if made["grantControls"] is None and dice.chance(0.9) or \
            dice.chance(0.4):
        made["sessionControls"] = session_controls(dice)
    return made


def policy(dice, number, security_defaults):
    make = risky_user_policy if dice.chance(0.07) else ordinary_policy
    made = make(dice)
    made["displayName"] = f"{dice.choice(words.DISPLAY_NAMES)} {number}"
    made["state"] = dice.weighted(
        enabled=0 if security_defaults else 58, disabled=10,
        enabledForReportingButNotEnforced=32)
    if dice.chance(0.3):
        made["id"] = f"p-{number}"
    return made


# --- sign-ins --------------------------------------------------------------

def device(dice):
    made = {}
    if dice.chance(0.85):
        made["isCompliant"] = dice.choice([True, True, False, None])
    for name, values in words.DEVICE_TEXTS.items():
        if dice.chance(0.8 if name == "trustType" else 0.5):
            made[name] = dice.choice(values + [None])
    for name, values in words.DEVICE_LISTS.items():
        if dice.chance(0.5):
            made[name] = dice.sample(values, dice.randint(0, 2))
    return made


def user(dice):
    made = {
        "id": dice.choice(words.USER_IDS),
        "userPrincipalName": dice.choice(words.PRINCIPAL_NAMES),
        "groups": dice.sample(words.GROUPS, dice.randint(0, 3)),
        "roles": dice.sample(words.ROLES, dice.randint(0, 2)),
        "isGuest": dice.chance(0.25)}
    return with_unknowns(dice, made)


def with_unknowns(dice, thing, probability=0.08):
    """Every member is sometimes left out or null."""
    made = {}
    for name, value in thing.items():
        if not dice.chance(probability):
            made[name] = value
        elif dice.chance(0.5):
            made[name] = None
    return made


def sign_in(dice, number):
    made = with_unknowns(dice, {
        "user": user(dice),
        "application": dice.choice(words.APPLICATIONS),
        "clientAppType": dice.choice(words.CLIENTS[:2] * 3 + words.CLIENTS),
        "ipAddress": dice.choice(words.ADDRESSES),
        "country": dice.choice(words.COUNTRIES),
        "devicePlatform": dice.choice(words.PLATFORMS),
        "device": device(dice) if dice.chance(0.8) else None,
        "signInRiskLevel": dice.choice(words.RISKS),
        "userRiskLevel": dice.choice(words.RISKS)})
    if dice.chance(0.12):
        made["userAction"] = dice.choice(words.USER_ACTIONS)
    if dice.chance(0.4):
        made["authenticationFlow"] = dice.choice(words.FLOWS)
    if dice.chance(0.6):
        made["satisfiedControls"] = dice.sample(words.SATISFIED,
                                                dice.randint(0, 3))
    if dice.chance(0.6):
        made["authenticationMethods"] = dice.sample(words.COMBINATIONS,
                                                    dice.randint(0, 2))
    if dice.chance(0.6):
        made["registeredMethods"] = dice.choice(
            [[], [], dice.some(words.REGISTERED_METHODS), None])
    made["id"] = dice.choice([number, f"sign-in {number}"])
    return made


def world(seed, sign_ins=100):
    dice = Dice(seed)
    security_defaults = dice.chance(0.06)
    count = dice.choice([0, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12])
    return World(
        seed,
        [policy(dice, n, security_defaults) for n in range(count)],
        dice.sample(words.NAMED_LOCATIONS,
                    dice.choice([len(words.NAMED_LOCATIONS)] * 3 + [3])),
        security_defaults,
        [sign_in(dice, n) for n in range(sign_ins)])


# --- how often what --------------------------------------------------------

def count(worlds, sign_ins, seed):
    counts = collections.defaultdict(collections.Counter)
    for number in range(worlds):
        made = world(seed + number, sign_ins)
        for one in made.sign_ins:
            result = model.evaluate(made.policies, made.named_locations,
                                    made.security_defaults, one)
            counts["decision"][result["decision"]] += 1
            counts["errorCode"][result["errorCode"]] += 1
            counts["requiredControls"].update(result["requiredControls"])
            for name, value in result["sessionControls"].items():
                counts[name][str(value)] += 1
            for row in result["policies"]:
                for name in ("analysisReasons", "outcome", "result"):
                    counts[name][row[name]] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=500)
    parser.add_argument("--sign-ins", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    for name, counter in count(arguments.worlds, arguments.sign_ins,
                               arguments.seed).items():
        total = sum(counter.values())
        print(name)
        for value, times in counter.most_common():
            print(f"  {times / total:7.2%}  {value}")


if __name__ == "__main__":
    main()
