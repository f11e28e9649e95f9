# SPDX-License-Identifier: BSD-3-Clause
"""`mfactl policy` as a function: files in, exit status and lines out."""

import contextlib
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 60  # for one command; the slowest takes a fraction of a second


def program():
    build = os.environ.get("MFA_BUILD") or ROOT / "build"
    return str(pathlib.Path(build, "mfactl"))


@dataclasses.dataclass
class Done:
    status: int
    out: str
    err: str

    def results(self):
        """What `policy evaluate` wrote, a line each."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*arguments, stdin=""):
    done = subprocess.run(
        [program(), *map(str, arguments)],
        input=stdin.encode(errors="surrogateescape"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
        env={**os.environ, "LC_ALL": "C.UTF-8"})
    return Done(done.returncode, done.stdout.decode(),
                done.stderr.decode(errors="backslashreplace"))


def as_file(policies, seed):
    """One of the shapes that a policy file may have."""
    if len(policies) == 1 and seed % 3 == 0:
        return policies[0]
    return {"value": policies} if seed % 2 else policies


def sign_in_lines(sign_ins):
    return "".join(json.dumps(one) + "\n" for one in sign_ins)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="mfa-policy-") as name:
        yield pathlib.Path(name)


def write(path, text):
    """Bytes that are no text are written with surrogates."""
    path.write_bytes(text.encode(errors="surrogateescape"))


def evaluate_text(policies, sign_ins, named_locations=None, defaults=None):
    """Files and lines as they are; what is None is not given."""
    with folder() as here:
        options = ["--policies", here / "policies.yaml"]
        write(here / "policies.yaml", policies)
        if named_locations is not None:
            write(here / "locations.yaml", named_locations)
            options += ["--named-locations", here / "locations.yaml"]
        if defaults is not None:
            options += ["--security-defaults", defaults]
        return run("policy", "evaluate", *options, stdin=sign_ins)


def evaluate(policies, named_locations, security_defaults, sign_ins, seed=0):
    return evaluate_text(
        json.dumps(as_file(policies, seed), ensure_ascii=seed % 2 == 0,
                   indent=2 if seed % 4 < 2 else None),
        sign_in_lines(sign_ins), json.dumps(named_locations),
        "on" if security_defaults else "off")
