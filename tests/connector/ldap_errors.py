# SPDX-License-Identifier: BSD-3-Clause
from probe import Refused


def refused(action):
    """The error that `action` ends with."""
    try:
        action()
    except Refused as error:
        return error
    raise AssertionError("this must not work")
