#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A connector for mfa-agent in a page: brings people and groups from two files.

    csv_connector.py SOCKET PEOPLE.csv GROUPS.csv

PEOPLE.csv has the columns id, account, enabled (true or false); GROUPS.csv has
id, name, members (ids of people and groups, separated by spaces). Run it as
root or as connector_user, for example from cron. A run brings everything, at
once or not at all: whoever is in the files no more can sign in no more.
mfa-connector-protocol(7) says what else a connector can do."""
import csv
import json
import socket
import sys

RECORDS_PER_CALL = 1000  # a message has at most 1 MiB


def call(agent, method, **parameters):
    agent.sendall(json.dumps({"method": f"org.pammfa.Connector.{method}",
                              "parameters": parameters}).encode() + b"\0")
    reply = b""
    while not reply.endswith(b"\0"):
        reply += agent.recv(65536) or sys.exit(f"{method}: the agent hung up")
    reply = json.loads(reply[:-1])
    if "error" in reply:
        sys.exit(f"{method}: {reply['error']} {reply['parameters']}")
    return reply["parameters"]


def records_of(path, to_record):
    with open(path, newline="") as file:
        return [{"id": row["id"], "names": [], "memberOf": [], **to_record(row)}
                for row in csv.DictReader(file)]


def put(agent, generation, kind, records):
    for i in range(0, len(records), RECORDS_PER_CALL):
        some = {kind.lower(): records[i:i + RECORDS_PER_CALL]}
        reply = call(agent, f"Put{kind}", generation=generation, **some)
        for bad in reply["refused"]:
            print(f"refused {bad['id']}: {bad['reason']}", file=sys.stderr)


if len(sys.argv) != 4:
    sys.exit(__doc__)
people = records_of(sys.argv[2], lambda row: {
    "account": row["account"] or None,
    "accountEnabled": row["enabled"] == "true"})
groups = records_of(sys.argv[3], lambda row: {
    "displayName": row["name"], "members": row["members"].split()})
agent = socket.socket(socket.AF_UNIX)
agent.connect(sys.argv[1])
generation = call(agent, "Begin", source="csv", full=True, kinds=["people"],
                  base=call(agent, "GetState")["generation"])["generation"]
put(agent, generation, "People", people)
put(agent, generation, "Groups", groups)
print(call(agent, "Commit", generation=generation, token=None,
           removeAbsent=False, upToDate=["people"]))
