#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The connector against directories: real LDAP servers, and a server that
speaks as Microsoft Graph does.

  run.py [WORDS]   tests whose sentence contains WORDS

Output is TAP. Every server runs in a folder of its own on loopback and ends
with its test.
"""

import importlib
import os
import sys

sys.dont_write_bytecode = True  # root leaves no files in the tree
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import tap  # noqa: E402

for file in sorted(os.listdir(HERE)):
    if file.startswith("test_") and file.endswith(".py"):
        importlib.import_module(file[:-3])

if len(sys.argv) > 1:
    tap.keep(sys.argv[1])
sys.exit(tap.run())
