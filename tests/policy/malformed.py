# SPDX-License-Identifier: BSD-3-Clause
"""Lines that are no sign-in: what it is -> the line.

Where a line can be read as an object, its id is 1 and must be echoed.
"""


def member(name, value):
    return f'{{"id": 1, "{name}": {value}}}'


NOT_AN_OBJECT = {
    "no JSON": "sshd",
    "half an object": '{"id": 1, "application": "ss',
    "an object and more": '{"id": 1} {"id": 2}',
    "a list": '[{"id": 1}]',
    "a text": '"sshd"',
    "a number": "5",
    "null": "null",
    "bytes that are no text": '{"id": 1, "application": "\udcff\udcfe"}',
    "brackets without end": "[" * 100_000,
}

WRONG_MEMBER = {
    **{f"the address {value}": member("ipAddress", value) for value in [
        '"300.1.1.1"', '"localhost"', '"203.0.113.0/24"', '""', "5",
        '"203.0.113.7 "', '"2001:db8::g"', '"::ffff:300.1.1.1"',
        '"203.0.113.7:22"', '"[2001:db8::1]"']},
    **{f"the {name} {value}": member(name, value) for name, value in [
        ("user", '"alice"'), ("user", "[]"), ("user", '{"id": 5}'),
        ("user", '{"groups": "admins"}'), ("user", '{"groups": [5]}'),
        ("user", '{"roles": [null]}'), ("user", '{"isGuest": "yes"}'),
        ("user", '{"userPrincipalName": ["alice"]}'),
        ("application", "5"), ("application", '["sshd"]'),
        ("userAction", '"registerPet"'), ("clientAppType", '"telnet"'),
        ("clientAppType", '"all"'), ("country", "49"),
        ("country", '"DEU"'), ("country", '"D1"'),
        ("devicePlatform", '"solaris"'), ("devicePlatform", '"all"'),
        ("device", '"laptop"'), ("device", '{"isCompliant": "true"}'),
        ("device", '{"trustType": 5}'), ("device", '{"physicalIds": "x"}'),
        ("signInRiskLevel", '"extreme"'), ("signInRiskLevel", '["high"]'),
        ("userRiskLevel", "3"), ("authenticationFlow", '"pigeon"'),
        ("satisfiedControls", '"mfa"'), ("satisfiedControls", '["password"]'),
        ("authenticationMethods", '"fido2"'),
        ("authenticationMethods", '["telepathy"]'),
        ("authenticationMethods", '["password,"]'),
        ("registeredMethods", '"softwareOath"'),
        ("registeredMethods", "[5]")]},
}
