#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The suite `policy`: `mfactl policy` against golden cases, a model, laws,
and everything that must be refused. WORDS in a sentence choose tests.
"""

import json
import pathlib
import re
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import differential  # noqa: E402
import golden  # noqa: E402
import laws  # noqa: E402
import load_errors  # noqa: E402
import malformed  # noqa: E402
import mfactl  # noqa: E402
import tap  # noqa: E402

WORLDS, SIGN_INS = 400, 40
WORLDS_OF_A_LAW = 60
GOOD = '{"id": "good", "application": "sshd"}\n'


def test(sentence):
    words = " ".join(sys.argv[1:])
    return tap.test(sentence) if words in sentence else lambda body: body


# --- what is expected ------------------------------------------------------

def agrees_with_the_model(path):
    @test(f"the model agrees with the golden cases of {path.name}")
    def _():
        wrong = [f"{name}: {line}" for name, lines in golden.cases(path)
                 for line in lines]
        assert not wrong, "\n".join(wrong)


def agrees_with_mfactl(path):
    @test(f"mfactl agrees with the golden cases of {path.name}")
    def _():
        done = mfactl.run("policy", "test", path)
        assert done.status == 0, done.out + done.err
        count = sum(1 for _ in golden.cases(path))
        assert done.out.splitlines()[0] == f"1..{count}", done.out


def notices_a_wrong_expectation(path):
    @test(f"a wrong expectation in {path.name} fails")
    def _():
        text = path.read_text()
        swapped = text.replace("decision: grant", "decision: challenge", 1)
        assert swapped != text
        with mfactl.folder() as here:
            (here / "shared").symlink_to(golden.FOLDER / "shared")
            (here / path.name).write_text(swapped)
            done = mfactl.run("policy", "test", here / path.name)
        assert done.status == 1, done.out + done.err
        failed = re.findall(r"^not ok ", done.out, re.M)
        assert len(failed) == 1, done.out


@test(f"{WORLDS} random worlds of {SIGN_INS} sign-ins are decided as the "
      "model decides them")
def _():
    for seed in range(WORLDS):
        lines = differential.compare(seed, SIGN_INS)
        assert not lines, "\n".join(lines)


def law_holds(sentence, law):
    @test(sentence)
    def _():
        lines = laws.broken(law, range(WORLDS_OF_A_LAW), SIGN_INS)
        assert not lines, "\n".join(lines)


# --- what is refused -------------------------------------------------------

def refused_at(done, file, line):
    """Status 2, nothing said but where the mistake is."""
    assert done.status == 2, (done.status, done.err)
    assert done.out == "", done.out
    place = re.search(rf"{re.escape(file)}:(\d+):(\d+): \S", done.err)
    assert place, done.err
    assert line in (None, int(place[1])), (line, done.err)


def policies_are_refused(what, text):
    @test(f"refused at load: {what}")
    def _():
        refused_at(mfactl.evaluate_text(text, GOOD), "policies.yaml",
                   load_errors.line_of_mistake(text))


def locations_are_refused(what, text):
    @test(f"refused at load: {what}")
    def _():
        refused_at(mfactl.evaluate_text(load_errors.policy(), GOOD, text),
                   "locations.yaml", load_errors.line_of_mistake(text))


def policies_load(what, text):
    @test(f"loads: {what}")
    def _():
        done = mfactl.evaluate_text(text, GOOD)
        assert done.status == 0, done.err
        assert len(done.results()) == 1, done.out


@test("refused at load: security defaults beside an enabled policy")
def _():
    done = mfactl.evaluate_text(load_errors.policy(), GOOD, defaults="on")
    assert done.status == 2 and done.out == "" and done.err, done


@test("loads: security defaults beside a report-only policy")
def _():
    for state in ("enabledForReportingButNotEnforced", "disabled"):
        done = mfactl.evaluate_text(load_errors.policy(state=state), GOOD,
                                    defaults="on")
        assert done.status == 0, done.err


@test("refused at load: a file that is not there")
def _():
    done = mfactl.run("policy", "evaluate", "--policies", "/nonexistent",
                      stdin=GOOD)
    assert done.status == 2 and done.out == "", done
    assert "/nonexistent" in done.err, done.err


# --- folders and lines -----------------------------------------------------

@test("the policies of a folder are read in the order of its file names")
def _():
    with mfactl.folder() as here:
        for name in ("20-second", "10-first", "30-third"):
            text = load_errors.policy().replace("It", name)
            (here / f"{name}.yaml").write_text(text)
        done = mfactl.run("policy", "evaluate", "--policies", here,
                          stdin=GOOD)
    assert done.status == 0, done.err
    names = [row["displayName"] for row in done.results()[0]["policies"]]
    assert names == ["10-first", "20-second", "30-third"], names


@test("no sign-ins are no results")
def _():
    done = mfactl.evaluate_text(load_errors.policy(), "")
    assert (done.status, done.out) == (0, ""), done


@test("the last line needs no end")
def _():
    done = mfactl.evaluate_text(load_errors.policy(), GOOD + GOOD.strip())
    assert done.status == 0 and len(done.results()) == 2, done


def line_is_malformed(what, line, id_of_line):
    @test(f"a malformed line is answered in its place: {what}")
    def _():
        done = mfactl.evaluate_text(load_errors.policy(),
                                    GOOD + line + "\n" + GOOD)
        assert done.status == 1, (done.status, done.out, done.err)
        before, wrong, after = done.results()
        assert before == after and before["decision"] == "challenge", done
        assert set(wrong) == {"id", "error"}, wrong
        assert wrong["id"] == id_of_line, wrong
        assert isinstance(wrong["error"], str) and wrong["error"], wrong


@test("every id comes back as it was")
def _():
    ids = [None, 0, -1, 2**53, 1.5, "", "x", "é\n\"", True, [1], {"a": None}]
    done = mfactl.evaluate_text(
        load_errors.policy(),
        "".join(json.dumps({"id": one}) + "\n" for one in ids))
    assert done.status == 0, done
    assert [one["id"] for one in done.results()] == ids, done.out


def main():
    for path in golden.files():
        agrees_with_the_model(path)
        agrees_with_mfactl(path)
        notices_a_wrong_expectation(path)
    for sentence, law in laws.LAWS.items():
        law_holds(sentence, law)
    for what, text in load_errors.POLICIES.items():
        policies_are_refused(what, text)
    for what, text in load_errors.LOCATIONS.items():
        locations_are_refused(what, text)
    for what, text in load_errors.MUST_LOAD.items():
        policies_load(what, text)
    for what, line in malformed.NOT_AN_OBJECT.items():
        line_is_malformed(what, line, None)
    for what, line in malformed.WRONG_MEMBER.items():
        line_is_malformed(what, line, 1)
    return tap.run()


if __name__ == "__main__":
    sys.exit(main())
