# SPDX-License-Identifier: BSD-3-Clause
"""What the policies say of a sign-in: a second, independent reading.

Written to be compared with the agent's evaluator, so for reading and not for
speed: one function a rule, plain dictionaries in Graph's schema in, the
result object of `mfactl policy evaluate` out. Nothing is checked here; what
comes in is legal.

    evaluate(policies, named_locations, security_defaults, sign_in)
"""

import ipaddress

import device_filter

# The order in which controls are taken.
CONTROLS = ["mfa", "authenticationStrength", "compliantDevice",
            "domainJoinedDevice", "approvedApplication",
            "compliantApplication", "riskRemediation", "passwordChange",
            "termsOfUse", "customAuthenticationFactors"]
INTERACTIVE = {"mfa", "authenticationStrength", "passwordChange",
               "riskRemediation", "termsOfUse"}
LEGACY_CLIENTS = {"other", "exchangeActiveSync"}
OUT_OF_REACH_OF_LEGACY = INTERACTIVE | {"compliantDevice",
                                        "domainJoinedDevice"}
ERROR_CODES = {"compliantDevice": 53000, "domainJoinedDevice": 53001,
               "approvedApplication": 53002, "compliantApplication": 53009,
               "customAuthenticationFactors": 53003}
BLOCKED = 53003
REGISTRATION_REFUSED = 53004

USER_ACTIONS = {"urn:user:registersecurityinfo": "registerSecurityInformation",
                "urn:user:registerdevice": "registerOrJoinDevices"}

ROLES = {
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d": "Security Administrator",
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": "SharePoint Administrator",
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "Exchange Administrator",
    "fe930be7-5e62-47db-91af-98c3a49a38b1": "User Administrator",
    "966707d0-3269-4727-9be2-8c3a10f19b9d": "Password Administrator",
    "729827e3-9c14-49f7-bb1b-9608f156bbb8": "Helpdesk Administrator",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9":
        "Conditional Access Administrator",
    "b0f54661-2d74-4c50-afa3-1ec803f12efe": "Billing Administrator",
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": "Authentication Administrator",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13":
        "Privileged Authentication Administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "Privileged Role Administrator",
    "0526716b-113d-4c15-b2c8-68e3c22b9f80":
        "Authentication Policy Administrator",
    "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e":
        "Identity Governance Administrator",
    "d29b2b05-8046-44ba-8758-1e26182fcf32":
        "Directory Synchronization Accounts",
}

PHISHING_RESISTANT = ["windowsHelloForBusiness", "fido2",
                      "x509CertificateMultiFactor"]
PASSWORDLESS = PHISHING_RESISTANT + ["deviceBasedPush"]
SECOND_FACTORS = ["microsoftAuthenticatorPush", "softwareOath",
                  "hardwareOath", "sms", "voice"]
STRENGTHS = {
    "00000000-0000-0000-0000-000000000002":
        PASSWORDLESS +
        ["temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"] +
        [f"password,{mode}" for mode in SECOND_FACTORS + [
            "x509CertificateSingleFactor", "x509CertificateMultiFactor"]] +
        ["federatedMultiFactor"] +
        [f"{mode},federatedSingleFactor" for mode in SECOND_FACTORS],
    "00000000-0000-0000-0000-000000000003": PASSWORDLESS,
    "00000000-0000-0000-0000-000000000004": PHISHING_RESISTANT,
}

SECURITY_DEFAULTS = {
    "displayName": "Security defaults", "state": "enabled",
    "conditions": {
        "users": {"includeUsers": ["All"], "excludeRoles": [
            "d29b2b05-8046-44ba-8758-1e26182fcf32"]},
        "applications": {"includeApplications": ["All"]}},
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
}


# --- reading ---------------------------------------------------------------

def lower(text):
    return device_filter.ascii_lower(text)


def part(thing, *names):
    """thing[name][name]…; {} where one of them is absent or null."""
    for name in names:
        thing = thing.get(name) or {}
    return thing


def listed(thing, name):
    """A list; absent and null are empty."""
    return thing.get(name) or []


def role_key(written):
    """A template id and the display name it stands for are one role."""
    return lower(ROLES.get(lower(written), written))


# --- users -----------------------------------------------------------------

def users_list_names(entries, user):
    """Whether a list of users names the person; ids as they are written,
    userPrincipalNames in any case."""
    if "GuestsOrExternalUsers" in entries and user.get("isGuest") is True:
        return True
    if user.get("id") is not None and user["id"] in entries:
        return True
    principal_name = user.get("userPrincipalName")
    return principal_name is not None and \
        lower(principal_name) in map(lower, entries)


def in_group(groups, user):
    return any(group in groups for group in listed(user, "groups"))


def in_role(roles, user):
    wanted = {role_key(role) for role in roles}
    return any(role_key(role) in wanted for role in listed(user, "roles"))


def users_match(users, user):
    included = "All" in listed(users, "includeUsers") or \
        users_list_names(listed(users, "includeUsers"), user) or \
        in_group(listed(users, "includeGroups"), user) or \
        in_role(listed(users, "includeRoles"), user)
    excluded = users_list_names(listed(users, "excludeUsers"), user) or \
        in_group(listed(users, "excludeGroups"), user) or \
        in_role(listed(users, "excludeRoles"), user)
    return included and not excluded


# --- the other conditions --------------------------------------------------

def about_user_actions(policy):
    return bool(listed(part(policy, "conditions", "applications"),
                       "includeUserActions"))


def application_matches(applications, sign_in):
    if sign_in.get("userAction") is not None:
        return False
    application = sign_in.get("application")
    include = listed(applications, "includeApplications")
    return ("All" in include or
            application is not None and application in include) and \
        application not in listed(applications, "excludeApplications")


def user_action_matches(applications, sign_in):
    return sign_in.get("userAction") is not None and \
        sign_in["userAction"] in map(
            USER_ACTIONS.get, listed(applications, "includeUserActions"))


def platform_matches(platforms, sign_in):
    include = listed(platforms, "includePlatforms")
    exclude = listed(platforms, "excludePlatforms")
    if not include and not exclude:
        return True
    platform = sign_in.get("devicePlatform")
    return ("all" in include or platform in include) and \
        platform not in exclude


def device_matches(devices, sign_in):
    device = part(devices, "deviceFilter")
    if not device:
        return True
    inside = device_filter.matches(device["rule"], sign_in.get("device"))
    return inside if device["mode"] == "include" else not inside


def client_matches(client_app_types, sign_in):
    return not client_app_types or "all" in client_app_types or \
        sign_in.get("clientAppType") in client_app_types


def risk_matches(levels, level):
    return not levels or level in levels


def flow_matches(flows, sign_in):
    methods = [method.strip() for method in
               (flows.get("transferMethods") or "none").split(",")]
    return methods == ["none"] or \
        sign_in.get("authenticationFlow") in methods


# --- locations -------------------------------------------------------------

def address_of(text):
    """`::ffff:a.b.c.d` is the IPv4 address."""
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def in_ranges(ranges, text):
    if text is None:
        return False
    address = address_of(text)
    networks = [ipaddress.ip_network(entry["cidrAddress"], strict=False)
                for entry in ranges]
    return any(address in network for network in networks
               if network.version == address.version)


def in_countries(location, country, as_include):
    if country is None:
        return as_include and \
            location.get("includeUnknownCountriesAndRegions") is True
    return lower(country) in map(lower, location["countriesAndRegions"])


def in_location(location, sign_in, as_include):
    if "countriesAndRegions" in location:
        return in_countries(location, sign_in.get("country"), as_include)
    return in_ranges(listed(location, "ipRanges"), sign_in.get("ipAddress"))


def is_called(location, name):
    return lower(name) in (lower(location.get("id") or ""),
                           lower(location["displayName"]))


def in_one_of(names, named_locations, sign_in, as_include):
    for location in named_locations:
        named = any(is_called(location, name) for name in names) or \
            "AllTrusted" in names and location.get("isTrusted") is True
        if named and in_location(location, sign_in, as_include):
            return True
    return False


def location_matches(locations, named_locations, sign_in):
    include = listed(locations, "includeLocations")
    exclude = listed(locations, "excludeLocations")
    if not include and not exclude:
        return True
    return ("All" in include or
            in_one_of(include, named_locations, sign_in, True)) and \
        not in_one_of(exclude, named_locations, sign_in, False)


# --- which policies apply --------------------------------------------------

def never_applies(policy):
    """The reason for which a policy of its kind never applies, or None. Of
    two, the one that comes first in Graph's list of reasons."""
    conditions = policy["conditions"]
    if listed(conditions, "servicePrincipalRiskLevels") or \
            conditions.get("insiderRiskLevels") or \
            listed(part(conditions, "clientApplications"),
                   "includeServicePrincipals"):
        return "notEnoughInformation"
    if about_user_actions(policy) and \
            policy["state"] == "enabledForReportingButNotEnforced":
        return "userActions"
    return None


def reason_not_to_apply(policy, named_locations, sign_in):
    """The first that fails; `notSet` where the policy applies."""
    if policy["state"] == "disabled":
        return "policyNotEnabled"
    never = never_applies(policy)
    if never:
        return never
    conditions = policy["conditions"]
    applications = part(conditions, "applications")
    if about_user_actions(policy):
        application = ("userActions",
                       user_action_matches(applications, sign_in))
    else:
        application = ("application",
                       application_matches(applications, sign_in))
    for reason, match in [
            ("users", users_match(part(conditions, "users"),
                                  part(sign_in, "user"))),
            application,
            ("devicePlatform", platform_matches(
                part(conditions, "platforms"), sign_in)),
            ("devices", device_matches(part(conditions, "devices"), sign_in)),
            ("clientApps", client_matches(
                listed(conditions, "clientAppTypes"), sign_in)),
            ("location", location_matches(
                part(conditions, "locations"), named_locations, sign_in)),
            ("signInRisk", risk_matches(
                listed(conditions, "signInRiskLevels"),
                sign_in.get("signInRiskLevel"))),
            ("userRisk", risk_matches(
                listed(conditions, "userRiskLevels"),
                sign_in.get("userRiskLevel"))),
            ("authenticationFlow", flow_matches(
                part(conditions, "authenticationFlows"), sign_in))]:
        if not match:
            return reason
    return "notSet"


# --- what is required ------------------------------------------------------

def is_legacy(sign_in):
    return sign_in.get("clientAppType") in LEGACY_CLIENTS


def controls_of(policy):
    """The policy's grant controls in the order they are taken, without
    `block`."""
    grant = part(policy, "grantControls")
    wanted = set(listed(grant, "builtInControls"))
    for other in ("authenticationStrength", "termsOfUse",
                  "customAuthenticationFactors"):
        if grant.get(other):
            wanted.add(other)
    return [control for control in CONTROLS if control in wanted]


def combination(text):
    return frozenset(mode.strip() for mode in text.split(","))


def strength_holds(strength, sign_in):
    allowed = STRENGTHS.get(lower(strength.get("id") or "")) or \
        listed(strength, "allowedCombinations")
    allowed = {combination(text) for text in allowed}
    return any(combination(used) in allowed
               for used in listed(sign_in, "authenticationMethods"))


def holds(control, policy, sign_in):
    if is_legacy(sign_in) and control in OUT_OF_REACH_OF_LEGACY:
        return False
    device = part(sign_in, "device")
    if control == "compliantDevice":
        return device.get("isCompliant") is True
    if control == "domainJoinedDevice":
        return device.get("trustType") == "ServerAD"
    if control == "authenticationStrength":
        return strength_holds(
            policy["grantControls"]["authenticationStrength"], sign_in)
    return control in INTERACTIVE and \
        control in listed(sign_in, "satisfiedControls")


def can_be_met(control, sign_in):
    return control in INTERACTIVE and not is_legacy(sign_in)


def failure_code(control, sign_in):
    if is_legacy(sign_in) and control in OUT_OF_REACH_OF_LEGACY:
        return BLOCKED
    return ERROR_CODES[control]


def ask_for_all(policy, controls, sign_in):
    """AND: (what is still required, error code)."""
    missing = [c for c in controls if not holds(c, policy, sign_in)]
    for control in missing:
        if not can_be_met(control, sign_in):
            return [], failure_code(control, sign_in)
    return missing, 0


def ask_for_one(policy, controls, sign_in):
    """OR: (what is still required, error code)."""
    if not controls or any(holds(c, policy, sign_in) for c in controls):
        return [], 0
    for control in controls:
        if can_be_met(control, sign_in):
            return [control], 0
    return [], failure_code(controls[0], sign_in)


def is_risky_stranger(policy, required, sign_in):
    """Who has no method may not register one during a risky sign-in."""
    return bool(listed(policy["conditions"], "signInRiskLevels")) and \
        sign_in.get("registeredMethods") == [] and \
        bool({"mfa", "authenticationStrength"} & set(required))


def grant(policy, sign_in):
    """Of a policy that applies: (outcome, what is required, error code)."""
    grant_controls = part(policy, "grantControls")
    if "block" in listed(grant_controls, "builtInControls"):
        return "blocked", [], BLOCKED
    ask = ask_for_all if grant_controls.get("operator") == "AND" \
        else ask_for_one
    required, code = ask(policy, controls_of(policy), sign_in)
    if is_risky_stranger(policy, required, sign_in):
        required, code = [], REGISTRATION_REFUSED
    if code:
        return "failed", [], code
    return "interactionRequired" if required else "satisfied", required, 0


# --- session controls ------------------------------------------------------

def is_on(control):
    """What is written down counts unless it says that it is off."""
    return bool(control) and control.get("isEnabled") is not False


def frequency_of(policy):
    """None, `everyTime` or {"value", "type"}."""
    frequency = part(policy, "sessionControls", "signInFrequency")
    if not is_on(frequency):
        return None
    if frequency.get("frequencyInterval") == "everyTime":
        return "everyTime"
    return {"value": frequency["value"], "type": frequency["type"]}


def hours(frequency):
    if frequency == "everyTime":
        return 0
    return frequency["value"] * (24 if frequency["type"] == "days" else 1)


def browser_of(policy):
    browser = part(policy, "sessionControls", "persistentBrowser")
    return browser["mode"] if is_on(browser) else None


def session_controls(policies):
    """Of the policies that apply and are enforced, in file order."""
    frequencies = [f for f in map(frequency_of, policies) if f is not None]
    browsers = set(map(browser_of, policies)) - {None}
    return {
        "signInFrequency": min(frequencies, key=hours, default=None),
        "persistentBrowser": "never" if "never" in browsers else
                             "always" if browsers else None}


# --- the result ------------------------------------------------------------

RESULTS = {"satisfied": "success", "interactionRequired": "failure",
           "failed": "failure", "blocked": "failure",
           "notApplied": "notApplied", "notEnabled": "notEnabled"}
REPORT_ONLY_RESULTS = {
    "satisfied": "reportOnlySuccess", "failed": "reportOnlyFailure",
    "interactionRequired": "reportOnlyInterrupted",
    "blocked": "reportOnlyFailure", "notApplied": "reportOnlyNotApplied"}


def finding(policy, named_locations, sign_in):
    """(the policy's row, what it requires, error code)."""
    reason = reason_not_to_apply(policy, named_locations, sign_in)
    if reason == "policyNotEnabled":
        outcome, required, code = "notEnabled", [], 0
    elif reason != "notSet":
        outcome, required, code = "notApplied", [], 0
    else:
        outcome, required, code = grant(policy, sign_in)
    enforced = policy["state"] != "enabledForReportingButNotEnforced"
    row = {"displayName": policy["displayName"], "state": policy["state"],
           "policyApplies": reason == "notSet", "analysisReasons": reason,
           "outcome": outcome,
           "result": (RESULTS if enforced else REPORT_ONLY_RESULTS)[outcome]}
    return row, required, code


def decide(findings):
    """Of the enforced policies that apply: (decision, code, required)."""
    outcomes = [row["outcome"] for row, _, _ in findings]
    if "blocked" in outcomes:
        return "block", BLOCKED, []
    if "failed" in outcomes:
        return "deny", findings[outcomes.index("failed")][2], []
    required = {control for _, wanted, _ in findings for control in wanted}
    if required:
        return "challenge", 0, [c for c in CONTROLS if c in required]
    return "grant", 0, []


def evaluate(policies, named_locations, security_defaults, sign_in):
    if security_defaults:
        policies = policies + [SECURITY_DEFAULTS]
    findings = [finding(p, named_locations, sign_in) for p in policies]
    in_force = [at for at, policy in enumerate(policies)
                if policy["state"] == "enabled"
                and findings[at][0]["policyApplies"]]
    decision, code, required = decide([findings[at] for at in in_force])
    return {
        "id": sign_in.get("id"), "decision": decision, "errorCode": code,
        "requiredControls": required,
        "sessionControls": session_controls([policies[at] for at in in_force]),
        "policies": [row for row, _, _ in findings]}
