#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A connector for mfa-agent in a page: brings people and groups from two files.

    csv_connector.py SOCKET PEOPLE.csv GROUPS.csv

PEOPLE.csv has the columns id, account, enabled (true or false); GROUPS.csv has
id, name, members (ids of people and groups, separated by spaces). Run it as
root or as the agent's connector_user (mfa-agent.yaml), for example from cron:
each run brings everything, as one generation, which is in force at once or not
at all. Whoever is in the files no more can sign in no more.
mfa-connector-protocol(7) says what else a connector can do."""

import csv
import json
import socket
import sys

SOURCE = "csv"
RECORDS_PER_CALL = 1000  # a message has at most 1 MiB


class Agent:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def call(self, method, **parameters):
        message = {"method": "org.pammfa.Connector." + method,
                   "parameters": parameters}
        self.socket.sendall(json.dumps(message).encode() + b"\0")
        reply = b""
        while not reply.endswith(b"\0"):
            more = self.socket.recv(65536)
            reply += more or sys.exit(f"{method}: the agent hung up")
        reply = json.loads(reply[:-1])
        if "error" in reply:
            sys.exit(f"{method}: {reply['error']} {reply['parameters']}")
        return reply["parameters"]


def person(row):
    return {"id": row["id"], "names": [], "account": row["account"] or None,
            "accountEnabled": row["enabled"] == "true", "memberOf": []}


def group(row):
    return {"id": row["id"], "names": [], "displayName": row["name"],
            "members": row["members"].split(), "memberOf": []}


def bring(agent, method, parameter, records, generation):
    for i in range(0, len(records), RECORDS_PER_CALL):
        reply = agent.call(method, generation=generation,
                           **{parameter: records[i:i + RECORDS_PER_CALL]})
        for refused in reply["refused"]:
            print(f"refused {refused['id']}: {refused['reason']}",
                  file=sys.stderr)


def main(path, people_file, groups_file):
    with open(people_file, newline="") as f:
        people = [person(row) for row in csv.DictReader(f)]
    with open(groups_file, newline="") as f:
        groups = [group(row) for row in csv.DictReader(f)]
    agent = Agent(path)
    state = agent.call("GetState")
    generation = agent.call("Begin", source=SOURCE, full=True, kinds=["people"],
                            base=state["generation"])["generation"]
    bring(agent, "PutPeople", "people", people, generation)
    bring(agent, "PutGroups", "groups", groups, generation)
    print(agent.call("Commit", generation=generation, token=None,
                     removeAbsent=False, upToDate=["people"]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
