# SPDX-License-Identifier: BSD-3-Clause
"""Policies and named locations that must not load, one table.

Each is a file with a mistake; where the mistake has a line of its own, that
line ends in `# HERE` and the error must name it. Beside the tables stands
what must load though it looks odd.
"""

HERE = "# HERE"

USERS = "{includeUsers: [All]}"
APPLICATIONS = "{includeApplications: [All]}"
GRANT = "{operator: OR, builtInControls: [mfa]}"
RISKY_USER = "{operator: AND, builtInControls: [mfa, passwordChange]}"


def policy(users=USERS, applications=APPLICATIONS, grant=GRANT, also="",
           top="", state="enabled"):
    """A policy with other parts; None leaves a part out. `also` is one more
    condition, `top` one more member, each one line."""
    lines = ["- displayName: It", f"  state: {state}", "  conditions:"]
    for name, value in (("users", users), ("applications", applications)):
        if value is not None:
            lines.append(f"    {name}: {value}")
    lines += [f"    {line}" for line in also.splitlines()]
    if grant is not None:
        lines.append(f"  grantControls: {grant}")
    lines += [f"  {line}" for line in top.splitlines()]
    return "\n".join(lines) + "\n"


def risky_user(**parts):
    """The one legal form of passwordChange with one part changed."""
    return policy(**{"grant": RISKY_USER, "also": "userRiskLevels: [high]",
                     **parts})


def with_rule(rule):
    return policy(also=f"devices: {{deviceFilter: {{mode: include, "
                       f"rule: '{rule}'}}}} {HERE}")


def with_condition(line):
    return policy(also=f"{line} {HERE}")


def with_grant(grant):
    return policy(grant=f"{grant} {HERE}")


def with_session(session):
    return policy(top=f"sessionControls: {session} {HERE}")


PASSWORD_CHANGE = {
    "passwordChange alone": risky_user(
        grant="{operator: AND, builtInControls: [passwordChange]}"),
    "passwordChange or MFA": risky_user(
        grant="{operator: OR, builtInControls: [mfa, passwordChange]}"),
    "passwordChange with a third control": risky_user(
        grant="{operator: AND, "
              "builtInControls: [mfa, passwordChange, compliantDevice]}"),
    "passwordChange with terms of use": risky_user(
        grant="{operator: AND, builtInControls: [mfa, passwordChange], "
              "termsOfUse: [t]}"),
    "passwordChange without user risk": risky_user(also=""),
    "passwordChange for one application": risky_user(
        applications="{includeApplications: [sshd]}"),
    "passwordChange with an application excluded": risky_user(
        applications="{includeApplications: [All], "
                     "excludeApplications: [sshd]}"),
    "passwordChange for a user action": risky_user(
        applications='{includeUserActions: ["urn:user:registersecurityinfo"]}'
    ),
} | {
    f"passwordChange with the condition {name}": risky_user(
        also=f"userRiskLevels: [high]\n{name}: {value}")
    for name, value in {
        "signInRiskLevels": "[high]",
        "clientAppTypes": "[browser]",
        "platforms": "{includePlatforms: [linux]}",
        "locations": "{includeLocations: [AllTrusted]}",
        "devices": "{deviceFilter: {mode: include, "
                   "rule: device.isCompliant -eq True}}",
        "authenticationFlows": "{transferMethods: deviceCodeFlow}",
    }.items()}

RULES = {
    "mfa beside an authentication strength": with_grant(
        "{operator: AND, builtInControls: [mfa], authenticationStrength: "
        "{id: 00000000-0000-0000-0000-000000000002}}"),
    "no applications": policy(applications=None),
    "no application rule": policy(applications="{}"),
    "empty application rules": policy(
        applications="{includeApplications: [], includeUserActions: []}"),
    "applications and user actions": policy(
        applications='{includeApplications: [sshd], '
                     'includeUserActions: ["urn:user:registerdevice"]}'),
    "locations without include": with_condition(
        "locations: {excludeLocations: [AllTrusted]}"),
    "locations with an empty include": with_condition(
        "locations: {includeLocations: [], excludeLocations: [AllTrusted]}"),
    "platforms without include": with_condition(
        "platforms: {excludePlatforms: [linux]}"),
    "everyone excluded": policy(
        users=f"{{includeUsers: [alice], excludeUsers: [All]}} {HERE}"),
    "every application excluded": policy(
        applications="{includeApplications: [All], "
                     f"excludeApplications: [All]}} {HERE}"),
    "every location excluded": with_condition(
        "locations: {includeLocations: [All], excludeLocations: [All]}"),
    "every platform excluded": with_condition(
        "platforms: {includePlatforms: [all], excludePlatforms: [all]}"),
    "two controls without operator": with_grant(
        "{builtInControls: [mfa, compliantDevice]}"),
    "a control and terms of use without operator": with_grant(
        "{builtInControls: [mfa], termsOfUse: [t]}"),
    "a control and a strength without operator": with_grant(
        "{builtInControls: [compliantDevice], authenticationStrength: "
        "{id: 00000000-0000-0000-0000-000000000002}}"),
    "a control and a custom factor without operator": with_grant(
        "{builtInControls: [mfa], customAuthenticationFactors: [c]}"),
}

DEVICE_RULES = {
    f"the device filter {rule}": with_rule(rule) for rule in [
        "device.isCompliant", "device.isCompliant -eq",
        "isCompliant -eq True", "device.isComplaint -eq True",
        'device.isCompliant -eq "True" -eq', "device.isCompliant -eq Maybe",
        "device.isCompliant -contains True",
        'device.model -like "X*"', 'device.model -eq X1',
        'device.model -eq "X1', '(device.model -eq "X1"',
        'device.model -eq "X1")', 'device.model -eq "X1" -xor '
        'device.model -eq "X2"', 'device.model -eq "X1" -and',
        '-or device.model -eq "X1"', "()", 'device.model -in "X1"',
        'device.model -in ["X1"', 'device.model -eq ["X1"]',
        'device.model -eq "X1" device.model -eq "X2"',
        'device. -eq "X1"', "device.model -eq True",
        'user.department -eq "X1"']
} | {
    "an empty device filter": with_rule(""),
    "a device filter of 3,073 characters": with_rule(
        'device.model -eq "' + "x" * (3073 - 19) + '"'),
    "a device filter with brackets without end": with_rule(
        "(" * 1000 + 'device.model -eq "X1"' + ")" * 1000),
}

UNKNOWN = {
    f"the unknown key {name}": text for name, text in {
        "in a policy": policy(top=f"grantControl: {{}} {HERE}"),
        "in conditions": with_condition("weather: {}"),
        "in users": policy(
            users=f"{{includeUsers: [All], excludeUser: [a]}} {HERE}"),
        "in applications": policy(
            applications="{includeApplications: [All], "
                         f"exclude: [a]}} {HERE}"),
        "in platforms": with_condition(
            "platforms: {includePlatforms: [all], exclude: [linux]}"),
        "in locations": with_condition(
            "locations: {includeLocations: [All], exclude: [Office]}"),
        "in devices": with_condition("devices: {filter: {}}"),
        "in grantControls": with_grant(
            "{operator: OR, builtinControls: [mfa]}"),
        "in sessionControls": with_session("{signinFrequency: {}}"),
        "in signInFrequency": with_session(
            "{signInFrequency: {isEnabled: true, value: 1, type: hours, "
            "interval: timeBased}}"),
    }.items()
} | {
    f"the unknown value of {name}": text for name, text in {
        "state": policy(state=f"on {HERE}"),
        "clientAppTypes": with_condition("clientAppTypes: [telnet]"),
        "includePlatforms": with_condition(
            "platforms: {includePlatforms: [solaris]}"),
        "excludePlatforms": with_condition(
            "platforms: {includePlatforms: [all], "
            "excludePlatforms: [solaris]}"),
        "signInRiskLevels": with_condition("signInRiskLevels: [extreme]"),
        "userRiskLevels": with_condition("userRiskLevels: [High]"),
        "transferMethods": with_condition(
            "authenticationFlows: {transferMethods: pigeon}"),
        "mode of the device filter": with_condition(
            "devices: {deviceFilter: {mode: exclud, "
            "rule: device.isCompliant -eq True}}"),
        "builtInControls": with_grant(
            "{operator: OR, builtInControls: [mfaa]}"),
        "operator": with_grant("{operator: NAND, builtInControls: [mfa]}"),
        "includeUserActions": policy(
            applications=f'{{includeUserActions: ["urn:user:x"]}} {HERE}'),
        "allowedCombinations": with_grant(
            "{operator: OR, authenticationStrength: "
            "{allowedCombinations: [password+sms]}}"),
        "the id of an authentication strength": with_grant(
            "{operator: OR, authenticationStrength: "
            "{id: 00000000-0000-0000-0000-000000000099}}"),
        "signInFrequency type": with_session(
            "{signInFrequency: {isEnabled: true, value: 1, type: weeks}}"),
        "frequencyInterval": with_session(
            "{signInFrequency: {isEnabled: true, value: 1, type: hours, "
            "frequencyInterval: seldom}}"),
        "persistentBrowser": with_session(
            "{persistentBrowser: {isEnabled: true, mode: sometimes}}"),
    }.items()}

FORM = {
    "an empty file": "",
    "a file that ends in the middle": "- displayName: [It",
    "a list of texts": f"- It {HERE}",
    "a policy without a name": policy().replace(
        "displayName: It", "description: It"),
    "a policy without a state": policy().replace("  state: enabled\n", ""),
    "a policy without conditions":
        f"- displayName: It\n  state: enabled\n  grantControls: {GRANT}\n",
    "a key that stands there twice": policy(top=f"state: disabled {HERE}"),
    "an anchor": policy(users=f"&u {USERS} {HERE}"),
    "an alias": policy(top=f"description: *u {HERE}"),
    "a tag": policy(top=f"description: !!str x {HERE}"),
    "a second document": policy() + "---\n" + policy(),
    "a word where a list belongs": policy(
        users=f"{{includeUsers: All}} {HERE}"),
    "a list where a word belongs": policy(state=f"[enabled] {HERE}"),
    "yes where true belongs": with_session(
        "{persistentBrowser: {isEnabled: yes, mode: never}}"),
    "a word where a number belongs": with_session(
        "{signInFrequency: {isEnabled: true, value: four, type: hours}}"),
    "a frequency of nothing": with_session(
        "{signInFrequency: {isEnabled: true, value: 0, type: hours}}"),
    "bytes that are no text": policy(top="description: \udcff\udcfe"),
    "brackets without end": "[" * 100_000,
    "the members of a policy on the left of a list item": "value: 5\n",
}

LIMITS = {
    "241 policies": policy() * 241,
}


def network(ranges, name="Office", trusted="true"):
    return (f"- displayName: {name}\n"
            '  "@odata.type": "#microsoft.graph.ipNamedLocation"\n'
            f"  isTrusted: {trusted}\n"
            f"  ipRanges: {ranges}\n")


def range_of(cidr, version=4):
    return (f'{{"@odata.type": "#microsoft.graph.iPv{version}CidrRange", '
            f'cidrAddress: "{cidr}"}}')


def country(countries, also=""):
    return ("- displayName: Here\n"
            '  "@odata.type": "#microsoft.graph.countryNamedLocation"\n'
            f"  countriesAndRegions: {countries}\n{also}")


LOCATIONS = {
    f"the range {cidr}": network(f"[{range_of(cidr, version)}] {HERE}")
    for cidr, version in [
        ("203.0.113.0/33", 4), ("203.0.113/24", 4), ("office/24", 4),
        ("203.0.113.0/", 4), ("203.0.113.0/-1", 4), ("2001:db8::/129", 6),
        ("0.0.0.0/0", 4), ("203.0.113.256/32", 4), ("", 4)]
} | {
    "the country Germany": country(f"[Germany] {HERE}"),
    "the country D3": country(f"[D3] {HERE}"),
    "an unknown key of a location": country(
        "[DE]", f"  includeUnknown: true {HERE}\n"),
    "yes for isTrusted": network("[]", trusted=f"yes {HERE}"),
    "two locations of one name": network(
        f"[{range_of('203.0.113.0/24')}]") + network(
        f"[{range_of('198.51.100.0/24')}]", name="OFFICE"),
    "196 locations": "".join(
        network(f"[{range_of('203.0.113.0/24')}]", name=f"L{n}")
        for n in range(196)),
    "2,001 ranges": network("[" + ", ".join(
        range_of(f"10.{n // 256}.{n % 256}.0/24")
        for n in range(2001)) + "]"),
}

# Odd but right.
MUST_LOAD = {
    "the legal form of passwordChange": risky_user(),
    "blocking everyone everywhere": policy(
        grant="{operator: OR, builtInControls: [block]}"),
    "a policy for nobody": policy(users="{includeUsers: [None]}"),
    "a location that nobody defined": policy(
        also="locations: {includeLocations: [Nowhere]}"),
    "annotations of an export": policy(
        top='"@odata.context": "https://graph.microsoft.com/x"'),
    "session controls alone": policy(
        grant="null", top="sessionControls: "
        "{persistentBrowser: {isEnabled: true, mode: never}}"),
    "one control without operator": policy(grant="{builtInControls: [mfa]}"),
    "a device filter of 3,072 characters": with_rule(
        'device.model -eq "' + "x" * (3072 - 19) + '"'),
    "240 policies": policy() * 240,
    "no policies at all": "[]\n",
    "an export of no policies": '{"value": []}\n',
}

POLICIES = {**PASSWORD_CHANGE, **RULES, **DEVICE_RULES, **UNKNOWN, **FORM,
            **LIMITS}


def line_of_mistake(text):
    """From 1; None where it has no line of its own."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.endswith(HERE):
            return number
    return None
