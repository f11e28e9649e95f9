# SPDX-License-Identifier: BSD-3-Clause
"""From a big counterexample to one that a person can read."""

import copy


def paths(thing, here=()):
    """Of everything that could be left out, the biggest first."""
    keys = thing.keys() if isinstance(thing, dict) else \
        range(len(thing)) if isinstance(thing, list) else ()
    for key in keys:
        yield here + (key,)
    for key in keys:
        yield from paths(thing[key], here + (key,))


def without(thing, path):
    smaller = copy.deepcopy(thing)
    inner = smaller
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return smaller


def shrink(thing, still_fails):
    """`thing` with members and elements left out as long as it fails."""
    shrunk = True
    while shrunk:
        shrunk = False
        for path in list(paths(thing)):
            try:
                smaller = without(thing, path)
            except (KeyError, IndexError, TypeError):
                continue  # an earlier step took it away
            if still_fails(smaller):
                thing = smaller
                shrunk = True
    return thing
