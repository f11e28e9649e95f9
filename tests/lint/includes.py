# SPDX-License-Identifier: BSD-3-Clause
"""Checks every #include against the order of the rooms (rooms.py)."""

import re

import cxx
import rooms

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)',
                     re.M)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)


def holds(room, path):
    return path == room or path.startswith(room + "/")


def room_of(path):
    """The room a file stands in, or None: tests, examples."""
    for room in [*rooms.AGENT_ROOMS, *rooms.OTHER_ROOMS]:
        if holds(room, path):
            return room
    return None


def open_to(room):
    """What a room may include: rooms and single headers."""
    if room in rooms.OTHER_ROOMS:
        return [room, *rooms.OTHER_ROOMS[room]]
    return rooms.AGENT_ROOMS[:rooms.AGENT_ROOMS.index(room) + 1]


def own_include(root, path, included):
    """What is wrong with #include "included" in path, or None."""
    if not (root / included).is_file():
        return (f'"{included}" is not a file of this tree; write the path '
                "from its root")
    room = room_of(path)
    if room is None:
        return None
    if any(holds(allowed, included) for allowed in open_to(room)):
        return None
    return f'{room} may not include "{included}" (tests/lint/rooms.py)'


def is_system(included):
    if "/" not in included and not included.endswith(".h"):
        return True  # the C++ library
    return included in rooms.SYSTEM_HEADERS or \
        included.startswith(rooms.SYSTEM_FOLDERS)


def outside_include(path, included):
    """What is wrong with #include <included> in path, or None."""
    room = room_of(path)
    for library, allowed in rooms.LIBRARIES.items():
        if included == library or \
                library.endswith("/") and included.startswith(library):
            if room is None or room in allowed:
                return None
            return f"<{included}> belongs to {', '.join(allowed)} only"
    if room is None or is_system(included):
        return None
    return f"<{included}> has no room yet (tests/lint/rooms.py)"


def line_at(text, position):
    return text.count("\n", 0, position) + 1


def check(root, path, text):
    """Yields (line, what) for a C++ file; path is relative to root."""
    text = cxx.without(COMMENT, text)
    for match in INCLUDE.finditer(text):
        own, outside = match.groups()
        wrong = own_include(root, path, own) if own else \
            outside_include(path, outside)
        if wrong:
            yield line_at(text, match.start()), wrong
    if not path.startswith("tests/") and room_of(path) is None:
        yield 1, "stands in no room (tests/lint/rooms.py)"
