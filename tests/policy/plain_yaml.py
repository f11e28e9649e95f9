# SPDX-License-Identifier: BSD-3-Clause
"""The YAML that golden cases are written in, and no more: maps and lists in
blocks or in brackets, plain and double-quoted text on one line, comments.
JSON is in it. What it does not know is an error, never a guess.
"""

import json
import re

KEY = re.compile(r"""("(?:[^"\\]|\\.)*" |
                       [^\s"'\[\]{}#&*!|>%@`,-][^#]*?):(?:\s+|$)""", re.X)
PLAIN_IN_FLOW = re.compile(r"""[^\s"'\[\]{},:][^\[\]{},]*?
                               (?=\s*(?:[,\]}]|:\s|$))""", re.X)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
COMMENT = re.compile(r"""(?:^|\s)#.*$""")


def scalar(text):
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"\d+", text):
        return int(text)
    if text[0] in "'&*!|>%@`":
        raise ValueError(f"not plain enough: {text}")
    return text


class Flow:
    """What stands in brackets, or a scalar."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self):
        rest = self.text[self.at:]
        self.at += len(rest) - len(rest.lstrip())
        return self.text[self.at:self.at + 1]

    def take(self, pattern):
        self.peek()
        match = pattern.match(self.text, self.at)
        if not match:
            raise ValueError(f"cannot read: {self.text[self.at:]}")
        self.at = match.end()
        return match[0]

    def expect(self, character):
        if self.peek() != character:
            raise ValueError(f"expected {character}: {self.text[self.at:]}")
        self.at += 1

    def value(self):
        first = self.peek()
        if first == "[":
            return self.list()
        if first == "{":
            return self.map()
        if first == '"':
            return json.loads(self.take(QUOTED))
        return scalar(self.take(PLAIN_IN_FLOW))

    def several(self, opening, closing, one):
        self.expect(opening)
        while self.peek() != closing:
            one()
            if self.peek() != closing:
                self.expect(",")
        self.expect(closing)

    def list(self):
        items = []
        self.several("[", "]", lambda: items.append(self.value()))
        return items

    def map(self):
        entries = {}

        def entry():
            key = json.loads(self.take(QUOTED)) if self.peek() == '"' \
                else self.take(PLAIN_IN_FLOW)
            self.expect(":")
            if key in entries:
                raise ValueError(f"{key} stands there twice")
            entries[key] = self.value()

        self.several("{", "}", entry)
        return entries


def is_open(text):
    """Whether a bracket that was opened is not closed yet."""
    bare = QUOTED.sub("", text)
    return sum(bare.count(c) for c in "[{") > \
        sum(bare.count(c) for c in "]}")


def logical_lines(text):
    """(indent, text) without comments; brackets over several lines joined."""
    joined = None
    for line in text.splitlines():
        quoted = QUOTED.findall(line)
        bare = COMMENT.sub("", QUOTED.sub('""', line)).rstrip()
        for one in quoted[:bare.count('""')]:
            bare = bare.replace('""', one.replace('""', '"\0"'), 1)
        bare = bare.replace("\0", "")
        if not bare.strip():
            continue
        joined = bare if joined is None else f"{joined} {bare.strip()}"
        if not is_open(joined):
            yield len(joined) - len(joined.lstrip()), joined.strip()
            joined = None
    if joined is not None:
        raise ValueError(f"never closed: {joined}")


class Block:
    def __init__(self, text):
        self.lines = list(logical_lines(text))

    def value(self, indent):
        if not self.lines or self.lines[0][0] < indent:
            return None
        here, first = self.lines[0]
        if first == "-" or first.startswith("- "):
            return self.list(here)
        return self.map(here) if KEY.match(first) else self.inline(first)

    def inline(self, text):
        self.lines.pop(0)
        return rest_of_line(text)

    def list(self, indent):
        items = []
        while self.lines and self.lines[0][0] == indent and \
                self.lines[0][1].startswith("-"):
            rest = self.lines[0][1][1:]
            inner = indent + 1 + len(rest) - len(rest.lstrip())
            self.lines[0] = (inner, rest.strip())
            if not rest.strip():
                self.lines.pop(0)
            items.append(self.value(indent + 1))
        return items

    def map(self, indent):
        entries = {}
        while self.lines and self.lines[0][0] == indent:
            match = KEY.match(self.lines[0][1])
            if not match:
                break
            key = json.loads(match[1]) if match[1][0] == '"' else match[1]
            if key in entries:
                raise ValueError(f"{key} stands there twice")
            rest = self.lines.pop(0)[1][match.end():].strip()
            entries[key] = rest_of_line(rest) if rest else \
                self.under_key(indent)
        return entries

    def under_key(self, indent):
        """A list may stand as far left as the key it belongs to."""
        if self.lines and self.lines[0][0] == indent and \
                self.lines[0][1].startswith("- "):
            return self.list(indent)
        return self.value(indent + 1)


def rest_of_line(text):
    if text[0] not in '[{"':
        return scalar(text)
    flow = Flow(text)
    value = flow.value()
    if flow.peek():
        raise ValueError(f"too much: {text}")
    return value


def read(text):
    block = Block(text)
    value = block.value(0)
    if block.lines:
        raise ValueError(f"cannot read: {block.lines[0][1]}")
    return value
