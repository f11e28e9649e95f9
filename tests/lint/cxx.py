# SPDX-License-Identifier: BSD-3-Clause
"""Just enough C++ to measure functions and to read code without its prose."""

import dataclasses
import re

# Comments, raw strings, strings, characters, in the order they must be tried.
# A quote after a word character is a digit separator: 1'000.
PROSE = re.compile(
    r"""//[^\n]*(?:\\\n[^\n]*)*
      | /\*.*?\*/
      | R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'
    """, re.X | re.S)

DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)

# What may stand between a function's parameters and its body.
FUNCTION_HEAD = re.compile(
    r"""\) \s*
        (?: (?: const | noexcept (?:\([^()]*\))? | override | final | mutable
              | try | &{1,2} | requires .* | -> .* | : .* \{\} ) \s* )* $
    """, re.X | re.S)

# The last word before a brace that initialises a member: `) : clock_` or
# `, name_` after an earlier one.
MEMBER_INITIALISER = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)(?:.*[\s,:])?"
                                r"[\w:<>]*[\w>]$", re.S)


@dataclasses.dataclass
class Function:
    name: str
    line: int
    lines: int


def without(pattern, text):
    """Blanks every match out, keeps the line breaks."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def code_only(text):
    """The same lines, without comments, strings and characters."""
    def blank(match):
        prose = match[0]
        lines = "\n" * prose.count("\n")
        return ('""' if prose[0] in 'R"' else " ") + lines
    return PROSE.sub(blank, text)


def is_function(head):
    head = head.strip()
    if MEMBER_INITIALISER.search(head):
        return False
    return bool(FUNCTION_HEAD.search(head))


def function_name(head):
    for match in re.finditer(r"([\w:~]+|operator\W+)\s*\(", head):
        if match[1] not in ("__attribute__", "decltype", "noexcept"):
            return match[1]
    return head.strip()[:40]


def functions(text):
    """Every function with a body, lambdas inside one counted with it."""
    code = without(DIRECTIVE, code_only(text))
    found, scopes, head, line = [], [], "", 1
    for character in code:
        if character == "{":
            inside = any(start for start, _ in scopes)
            start = None
            if not inside and is_function(head):
                start = (function_name(head), line)
            scopes.append((start, head))
            head = ""
        elif character == "}" and scopes:
            start, before = scopes.pop()
            if start:
                found.append(Function(*start, line - start[1] + 1))
            # Braces that initialise something belong to what goes on there.
            goes_on = not start and "(" in before
            head = before + "{}" if goes_on else ""
        elif character == ";":
            head = ""
        else:
            head += character
        line += character == "\n"
    return found
