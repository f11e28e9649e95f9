# SPDX-License-Identifier: BSD-3-Clause
"""Rules about one file's text. Each yields (line, what)."""

import ast
import re

import cxx
from includes import line_at

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60

# Functions that are one table and read best whole: path:name -> why.
LONG_FUNCTIONS = {}

# Not a member (`x.select(`), not a longer word.
FORBIDDEN_CALLS = re.compile(
    r"(?<![\w.])(?<!->)(system|popen|select|pselect)\s*\(|\b(FD_SET)\b")
WHY_FORBIDDEN = {
    "system": "starts a shell; use posix_spawn with an argument vector",
    "popen": "starts a shell; use posix_spawn with an argument vector",
    "select": "overruns its set above descriptor 1023; use poll",
    "pselect": "overruns its set above descriptor 1023; use ppoll",
    "FD_SET": "overruns its set above descriptor 1023; use poll",
}
# path:word -> why it may stand there.
ALLOWED_CALLS = {
    "tests/command.h:popen":
        "runs commands of the tests' own making: nm, readelf, zbarimg",
}
FORBIDDEN_PYTHON = re.compile(
    r"\bos\.(?:system|popen)\b|\bshell\s*=\s*True\b")

# g++ 12 destroys temporaries of these twice (GCC bug 99576 and relatives):
# a crash in production, on a path that may be rarely taken.
CONDITION = re.compile(r"\b(?:if|while|switch)\s*\(")
AWAITED_LAMBDA = re.compile(r"\bco_await\b[^;]*?\[([^\[\]]*)\]\s*[({]")

LICENSE = "SPDX-License-Identifier: BSD-3-Clause"
# In halves, so that this file passes its own rule.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def long_file(path, text):
    lines = text.count("\n")
    if lines > MAX_FILE_LINES:
        yield MAX_FILE_LINES + 1, f"{lines} lines; which two rooms live here?"


def no_license(path, text):
    head = text.split("\n", 3)[:3]
    if not any(LICENSE in line for line in head):
        yield 1, f"says no {LICENSE}"


def unfinished(path, text):
    for match in UNFINISHED.finditer(text):
        yield line_at(text, match.start()), \
            f"{match[0]} marks unfinished work; finish it"


def forbidden_call(path, text):
    code = cxx.code_only(text)
    for match in FORBIDDEN_CALLS.finditer(code):
        word = match[1] or match[2]
        if f"{path}:{word}" in ALLOWED_CALLS:
            continue
        yield line_at(code, match.start()), f"{word} {WHY_FORBIDDEN[word]}"


def captures_by_value(captures):
    items = [item.strip() for item in captures.split(",")]
    return any(item and item[0] != "&" and item != "this" for item in items)


def up_to_closing(code, start):
    """What stands between the parenthesis before `start` and its partner."""
    depth = 1
    for end in range(start, len(code)):
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        if depth == 0:
            return code[start:end]
    return code[start:]


def twice_destroyed(path, text):
    code = cxx.code_only(text)
    for match in CONDITION.finditer(code):
        if not re.search(r"\bco_await\b", up_to_closing(code, match.end())):
            continue
        yield line_at(code, match.start()), (
            "co_await in a condition: g++ 12 destroys its arguments twice; "
            "name the result first")
    for match in AWAITED_LAMBDA.finditer(code):
        if captures_by_value(match[1]):
            yield line_at(code, match.start(1)), (
                "a lambda in a co_await captures by value: g++ 12 destroys "
                "it twice; capture by reference")


def forbidden_python(path, text):
    for match in FORBIDDEN_PYTHON.finditer(text):
        yield line_at(text, match.start()), \
            f"{match[0]} starts a shell; give an argument list"


def too_long(path, functions):
    for function in functions:
        if function.lines > MAX_FUNCTION_LINES and \
                f"{path}:{function.name}" not in LONG_FUNCTIONS:
            yield function.line, (f"{function.name} has {function.lines} "
                                  f"lines, {MAX_FUNCTION_LINES} is the limit")


def long_function(path, text):
    return too_long(path, cxx.functions(text))


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            yield cxx.Function(node.name, node.lineno,
                               node.end_lineno - node.lineno + 1)


def long_python_function(path, text):
    try:
        yield from too_long(path, python_functions(text))
    except SyntaxError as error:
        yield error.lineno or 1, f"is not Python: {error.msg}"


# Suffix of a file, or its whole name -> rules.
CODE = [long_file, no_license, unfinished]
CXX = [*CODE, forbidden_call, twice_destroyed, long_function]
PYTHON = [*CODE, forbidden_python, long_python_function]
TEXT = [unfinished]
RULES = {
    ".cc": CXX, ".h": CXX, ".py": PYTHON,
    ".sh": CODE, ".mk": CODE, "Makefile": CODE,
    ".md": TEXT, ".yaml": TEXT, ".toml": TEXT, ".varlink": TEXT,
    ".service": TEXT, ".socket": TEXT, ".conf": TEXT,
    ".1": TEXT, ".5": TEXT, ".7": TEXT, ".8": TEXT,
}


def rules_for(path, text):
    name = path.rsplit("/", 1)[-1]
    suffix = "." + name.rsplit(".", 1)[-1] if "." in name else name
    if suffix in RULES:
        return RULES[suffix]
    first_line = text.split("\n", 1)[0]
    if first_line.startswith("#!"):
        return PYTHON if "python" in first_line else CODE
    return []
