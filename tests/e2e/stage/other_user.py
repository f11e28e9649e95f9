# SPDX-License-Identifier: BSD-3-Clause
"""Runs a function with another user's rights, in a process of its own."""

import os
import pickle
import traceback


def run_as(uid, function, *arguments):
    """The function's value; what it raises is raised here as an assertion."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _report(writer, uid, function, arguments)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise AssertionError("the other user's process ended without a word")
    value, error = pickle.loads(answer)
    if error:
        raise AssertionError("as uid " + str(uid) + ":\n" + error)
    return value


def _report(writer, uid, function, arguments):
    try:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        answer = (function(*arguments), None)
    except BaseException:  # noqa: BLE001 - told to the parent
        answer = (None, traceback.format_exc())
    with os.fdopen(writer, "wb") as pipe:
        pickle.dump(answer, pipe)
