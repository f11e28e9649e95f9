#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""`mfactl policy evaluate` beside the model, over random worlds.

    differential.py [--worlds N] [--sign-ins M] [--seed S] [--keep-going]

Every field of every result must be the same. A difference is shrunk to the
smallest policies and sign-in that still show it, and printed as files that
can be used as they are. Exit status 1 when there was one.
"""

import argparse
import json
import sys

import generate
import mfactl
import model
import shrink

# Without these a world is none; the shrinker meets many of them.
NOT_A_WORLD = (KeyError, TypeError, AttributeError, ValueError)


def as_thing(world, sign_ins):
    return {"policies": world.policies, "locations": world.named_locations,
            "defaults": world.security_defaults, "sign_ins": sign_ins}


def expected_of(thing):
    return [model.evaluate(thing["policies"], thing["locations"],
                           thing["defaults"], one)
            for one in thing["sign_ins"]]


def given_of(thing, seed):
    """mfactl's results, or what it complained about."""
    done = mfactl.evaluate(thing["policies"], thing["locations"],
                           thing["defaults"], thing["sign_ins"], seed)
    if done.status:
        return f"status {done.status}: {done.err or done.out}"
    return done.results()


def refuses(given):
    return isinstance(given, str)


def first_difference(thing, seed):
    """(number of the sign-in, expected, given) or None. A refusal of the
    whole world is (None, None, what mfactl says)."""
    expected, given = expected_of(thing), given_of(thing, seed)
    if refuses(given):
        return None, None, given
    if len(given) != len(expected):
        return None, None, f"{len(given)} results of {len(expected)}"
    for number, (want, have) in enumerate(zip(expected, given)):
        if want != have:
            return number, want, have
    return None


def fields_that_differ(want, have):
    """A set of names, so that shrinking keeps to one difference."""
    names = {name for name in want if want[name] != have.get(name)}
    if "policies" in names and len(want["policies"]) == \
            len(have["policies"]):
        names |= {name for a, b in zip(want["policies"], have["policies"])
                  for name in a if a[name] != b.get(name)}
        names.discard("policies")
    return names


def refusal_without_place(text):
    return text.split(": ", 3)[-1]


def shrink_world(thing, seed):
    """The smallest with a difference of the same kind."""
    number, want, have = first_difference(thing, seed)
    if number is not None:
        thing["sign_ins"] = [thing["sign_ins"][number]]

    def still_fails(smaller):
        try:
            difference = first_difference(smaller, seed)
        except NOT_A_WORLD:
            return False
        if difference is None:
            return False
        if number is None:
            return refuses(difference[2]) and \
                refusal_without_place(difference[2]) == \
                refusal_without_place(have)
        return difference[0] is not None and \
            fields_that_differ(want, have) & \
            fields_that_differ(difference[1], difference[2]) != set()

    return shrink.shrink(thing, still_fails)


def describe(thing, seed):
    number, want, have = first_difference(thing, seed)
    lines = [f"seed {seed}; policies:", json.dumps(thing["policies"]),
             "named locations:", json.dumps(thing["locations"]),
             f"security defaults: {thing['defaults']}"]
    if number is None:
        return lines + ["mfactl: " + have.rstrip()]
    return lines + ["sign-in:", json.dumps(thing["sign_ins"][number]),
                    "model:", json.dumps(want), "mfactl:", json.dumps(have)]


def compare(seed, sign_ins):
    """One world; [] or the lines of a minimal counterexample."""
    world = generate.world(seed, sign_ins)
    thing = as_thing(world, world.sign_ins)
    if first_difference(thing, seed) is None:
        return []
    return describe(shrink_world(thing, seed), seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--sign-ins", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep-going", action="store_true")
    arguments = parser.parse_args()
    different = 0
    for seed in range(arguments.seed, arguments.seed + arguments.worlds):
        lines = compare(seed, arguments.sign_ins)
        if lines:
            different += 1
            print("\n".join(lines) + "\n", flush=True)
            if not arguments.keep_going:
                break
    worlds = seed - arguments.seed + 1
    print(f"{worlds} worlds of {arguments.sign_ins} sign-ins, "
          f"{different} with a difference")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
