# SPDX-License-Identifier: BSD-3-Clause
"""The golden cases, told to the model: what people expect of each policy was
worked out by hand, so the model can be as wrong as the agent.
"""

import pathlib

import mfactl
import model
import plain_yaml

FOLDER = mfactl.ROOT / "tests" / "vectors" / "policy"


def files():
    return sorted(FOLDER.glob("*.yaml"))


def read(path):
    return plain_yaml.read(pathlib.Path(path).read_text())


def as_list(thing):
    """One of them, a list, or Graph's {"value": [...]}."""
    if isinstance(thing, dict):
        return thing["value"] if "value" in thing else [thing]
    return thing or []


def resolve(thing, folder):
    """A path beside the file of the cases, or what is meant itself."""
    return as_list(read(folder / thing) if isinstance(thing, str) else thing)


def differences(expect, result):
    """Lines; [] when every member that is named is as expected."""
    rows = {}
    for row in reversed(result["policies"]):
        rows[row["displayName"]] = row
    wanted = [(name, value, result[name]) for name, value in expect.items()
              if name not in ("policies", "sessionControls")]
    wanted += [(name, value, result["sessionControls"][name])
               for name, value in expect.get("sessionControls", {}).items()]
    wanted += [(f"{policy}: {name}", value, rows[policy][name])
               for policy, row in expect.get("policies", {}).items()
               for name, value in row.items()]
    return [f"{name}: expected {want}, got {have}"
            for name, want, have in wanted if want != have]


def cases(path):
    """(name, differences between what is expected and the model)."""
    golden = read(path)
    policies = resolve(golden.get("policies"), path.parent)
    locations = resolve(golden.get("namedLocations"), path.parent)
    for case in golden["cases"]:
        result = model.evaluate(policies, locations,
                                golden.get("securityDefaults", False),
                                case["signIn"])
        yield case["name"], differences(case["expect"], result)
