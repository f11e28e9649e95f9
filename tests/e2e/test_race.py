# SPDX-License-Identifier: BSD-3-Clause
"""One code, many who try it at the same moment: exactly one gets in."""

import threading

from stage import doors, wire
from stage.doors import Answers
from suite import test

ROUNDS = 20
AT_ONCE = 4  # rounds of real ssh that run side by side


def all_at_once(count, attempt):
    """What attempt() returned in each of `count` threads."""
    start = threading.Barrier(count)
    results = []

    def run():
        start.wait()
        results.append(attempt())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def round_of_ssh(stage, count):
    person = stage.registered()
    code = person.app.code()
    outcomes = all_at_once(count, lambda: doors.ssh(
        person, Answers(person.password, [code])))
    return person, sum(o.admitted for o in outcomes)


def rounds_of_ssh(stage, count):
    results = []

    def work(rounds):
        for _ in range(rounds):
            results.append(round_of_ssh(stage, count))

    workers = [threading.Thread(target=work, args=(ROUNDS // AT_ONCE,))
               for _ in range(AT_ONCE)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    admitted = [n for _, n in results]
    assert admitted == [1] * ROUNDS, admitted


def rounds_of_callers(stage, count):
    for _ in range(ROUNDS):
        person = stage.registered()
        code = person.app.code()
        outcomes = all_at_once(count, lambda: wire.sign_in(
            stage.agent.socket, person.name, code, rhost="192.0.2.7"))
        assert len(outcomes) == count
        assert outcomes.count(wire.ALLOW) == 1, outcomes
        assert set(outcomes) <= {wire.ALLOW, wire.WRONG}, outcomes


@test("2 people with one code, by ssh, 20 times: one gets in each time")
def _(stage):
    rounds_of_ssh(stage, 2)


@test("4 people with one code, by ssh, 20 times: one gets in each time")
def _(stage):
    rounds_of_ssh(stage, 4)


@test("16 callers with one code, 20 times: one gets in each time")
def _(stage):
    rounds_of_callers(stage, 16)


@test("64 callers with one code, 20 times: one gets in each time")
def _(stage):
    rounds_of_callers(stage, 64)


@test("of 16 wrong codes at once 5 are evaluated, and none is forgotten")
def _(stage):
    person = stage.registered()
    wrong = person.app.wrong_code()
    outcomes = all_at_once(16, lambda: wire.sign_in(
        stage.agent.socket, person.name, wrong, rhost="192.0.2.8"))
    assert outcomes == [wire.WRONG] * 16, outcomes
    reasons = [r["pamMfa"]["reason"] for r in stage.sign_ins(person)]
    assert sorted(reasons) == ["paused"] * 11 + ["wrong_code"] * 5, reasons
    user = stage.agent.ask("user", "show", person.name)
    assert user["throttled"][0]["failures"] == 5, user


@test("a stranger's failures do not lock the owner out of another source")
def _(stage):
    person = stage.registered()
    for _ in range(20):
        assert wire.sign_in(stage.agent.socket, person.name,
                            person.app.wrong_code(),
                            rhost="203.0.113.5") == wire.WRONG
    outcome = doors.ssh(person, Answers(person.password, [person.app.code()]))
    assert outcome.admitted, outcome


@test("failures are counted across services and connections of one source")
def _(stage):
    person = stage.registered()
    wrong = person.app.wrong_code()
    for service in ("sshd", "gdm-password", "sshd", "cockpit", "other"):
        assert wire.sign_in(stage.agent.socket, person.name, wrong,
                            service=service, rhost="192.0.2.9") == wire.WRONG
    right = wire.sign_in(stage.agent.socket, person.name, person.app.code(),
                         rhost="192.0.2.9")
    assert right == wire.WRONG, "no pause after five failures"
