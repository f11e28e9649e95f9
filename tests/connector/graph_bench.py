#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""How fast the connector brings a tenant from Graph, and in how much memory.
By hand: MFA_BUILD=build graph_bench.py [USERS [GROUPS]]

The server is Python's and on the same machine: what it takes to answer is
taken off (measured by asking it the same questions alone).
"""

import json
import os
import pathlib
import ssl
import subprocess
import sys
import time
import urllib.request

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import graph_stage  # noqa: E402
from graph_directory import guid  # noqa: E402


def control(url, context, call, **arguments):
    request = urllib.request.Request(
        url + "/control", json.dumps({"call": call, "arguments": arguments}
                                     ).encode(), method="POST")
    with urllib.request.urlopen(request, context=context) as answer:
        return json.loads(answer.read())["result"]


def measured(connector, what):
    began, ticks = time.monotonic(), cpu(connector.process.pid)
    end = connector.refreshed()
    seconds, used = time.monotonic() - began, \
        cpu(connector.process.pid) - ticks
    print(f"{what}: {end['records']} records in {seconds:.2f} s, of which the "
          f"connector computed {used:.2f} s "
          f"({end['records'] / max(used, 0.01):,.0f} records/s); "
          f"peak {connector.peak_memory():.1f} MiB", flush=True)


def cpu(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().split(")")[1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main():
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    groups = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    graph_stage.prepare()
    server = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", sys.executable,
         HERE / "graph_server.py", "--folder", graph_stage.FOLDER, "--users",
         str(users), "--groups", str(groups), "--page-size", "999"],
        stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip()
    context = ssl.create_default_context(cafile=graph_stage.CA)
    connector = graph_stage.Source(url, **graph_stage.ONLY["people"],
                                   quiet=True)
    measured(connector, f"full, {users} users and {groups} groups")
    measured(connector, "nothing changed")
    for number in range(1000):
        control(url, context, "set_user", id=guid("user", number),
                accountEnabled=False)
    measured(connector, "1,000 users changed")
    connector.close()
    server.kill()
    server.wait()


if __name__ == "__main__":
    main()
