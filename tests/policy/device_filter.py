# SPDX-License-Identifier: BSD-3-Clause
"""Filters for devices, a second reading: of their grammar and meaning alone.

A device is the object of a sign-in or None, which is an unregistered device:
every attribute null. Text is compared without regard to ASCII case.
"""

import re

TOKEN = re.compile(r"""\s*(?:
    (?P<bracket>[()\[\],]) |
    (?P<text>"[^"]*") |
    device\.(?P<attribute>[A-Za-z0-9]+) |
    (?P<operator>-[A-Za-z]+) |
    (?P<truth>true|false)\b
    )""", re.X | re.I)

# -contains on a list asks for one of its elements, not for part of one.
LISTS = {"physicalids": "physicalIds", "devicephysicalids": "physicalIds",
         "systemlabels": "systemLabels"}
TRUTHS = {"iscompliant"}

POSITIVE = {
    "-eq": lambda have, want: have == want,
    "-startswith": lambda have, want: have.startswith(want),
    "-endswith": lambda have, want: have.endswith(want),
    "-contains": lambda have, want: want in have,
    "-in": lambda have, want: have in want,
}
NEGATIVE = {
    "-ne": "-eq", "-notstartswith": "-startswith", "-notendswith": "-endswith",
    "-notcontains": "-contains", "-notin": "-in",
}


def ascii_lower(text):
    return "".join(c.lower() if c.isascii() else c for c in text)


def tokens(rule):
    at = 0
    while rule[at:].strip():
        token = TOKEN.match(rule, at)
        if not token:
            raise ValueError(f"not a device filter at {at}: {rule}")
        at = token.end()
        yield token.lastgroup, token[token.lastgroup]
    yield "end", ""


def attribute_of(device, written):
    """Names of attributes are written in any case."""
    name = ascii_lower(LISTS.get(ascii_lower(written), written))
    for key, value in (device or {}).items():
        if ascii_lower(key) == name:
            return value
    return None


def comparable(value):
    if isinstance(value, list):
        return [ascii_lower(element) for element in value]
    return ascii_lower(value) if isinstance(value, str) else value


class Rule:
    """any = all *("-or" all); all = term *("-and" term)"""

    def __init__(self, rule, device):
        self.tokens = list(tokens(rule))
        self.device = device

    def take(self, kind, text=None):
        have, value = self.tokens[0]
        if have != kind or text not in (None, ascii_lower(value)):
            return None
        self.tokens.pop(0)
        return value

    def must(self, kind, text=None):
        value = self.take(kind, text)
        if value is None:
            raise ValueError(f"expected {text or kind}: {self.tokens}")
        return value

    def any(self):
        holds = self.all()
        while self.take("operator", "-or"):
            holds = self.all() or holds
        return holds

    def all(self):
        holds = self.term()
        while self.take("operator", "-and"):
            holds = self.term() and holds
        return holds

    def term(self):
        if self.take("bracket", "("):
            holds = self.any()
            self.must("bracket", ")")
            return holds
        return self.comparison()

    def comparison(self):
        attribute = self.must("attribute")
        operator = ascii_lower(self.must("operator"))
        positive = NEGATIVE.get(operator, operator)
        have = comparable(attribute_of(self.device, attribute))
        want = self.value()
        holds = have is not None and POSITIVE[positive](have, want)
        return not holds if operator in NEGATIVE else holds

    def value(self):
        truth = self.take("truth")
        if truth:
            return ascii_lower(truth) == "true"
        if not self.take("bracket", "["):
            return ascii_lower(self.must("text")[1:-1])
        texts = [ascii_lower(self.must("text")[1:-1])]
        while self.take("bracket", ","):
            texts.append(ascii_lower(self.must("text")[1:-1]))
        self.must("bracket", "]")
        return texts


def matches(rule, device):
    parser = Rule(rule, device)
    holds = parser.any()
    parser.must("end")
    return holds
