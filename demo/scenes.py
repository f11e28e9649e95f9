# SPDX-License-Identifier: BSD-3-Clause
"""The scenes of the demo, in order. Each says what will happen and why, lets
it happen, and compares."""

import re

import paper
from stage import doors
from stage.doors import Answers
from stage.stage import Stage

KEY_SETTING = "AuthenticationMethods publickey,keyboard-interactive"


class Audience:
    """Counts what did not happen as told."""

    def __init__(self):
        self.disappointed = 0

    def expects(self, held, told, otherwise):
        if held:
            paper.say("=> As told: " + told)
            return
        self.disappointed += 1
        paper.say("=> NOT AS TOLD: " + otherwise)


def play():
    audience = Audience()
    opening()
    stage = build_up()
    alice = enrol_alice(stage)
    code = right_code(stage, alice, audience)
    wrong_code(stage, alice, audience)
    same_code_again(stage, alice, code, audience)
    inside_the_grace(stage, audience)
    denial = key_alone(stage, alice, audience)
    sign_in_log(stage, audience)
    explanation(stage, denial, audience)
    stage.agent.stop()
    return closing(audience)


def opening():
    paper.title("pam_mfa: a second factor for ssh, shown on real programs")
    paper.say("""This starts mfa-agent and a real sshd with the freshly built
        pam_mfa.so, and then signs in with the real ssh. All of it happens in a
        private copy of /etc and on a private loopback network: nothing of this
        machine is changed, and nothing is left when the demo ends.""")


def build_up():
    paper.scene("The agent decides, the module asks")
    stage = Stage().start()
    paper.say("""In the private /etc/pam.d, after the password lines of Debian,
        stand the two lines that an administrator adds:""")
    paper.screen("auth    [success=ok default=die]  pam_mfa.so\n"
                 "account [success=ok new_authtok_reqd=ok default=die] "
                 "pam_mfa.so")
    paper.say("""sshd asks with "KbdInteractiveAuthentication yes" and
        "PasswordAuthentication no". The agent's configuration is left at its
        defaults: everybody needs a second factor, and has 14 days from the
        first sign-in to register one.""")
    return stage


def enrol_alice(stage):
    paper.scene("The administrator registers Alice's phone")
    alice = stage.people.add("alice")
    paper.say("""mfactl shows a QR code, once. Alice scans it with any
        authenticator app; in this demo a small program plays her app.""")
    paper.command("mfactl method add alice totp --label Phone --no-confirm")
    done = stage.agent.mfactl("method", "add", "alice", "totp", "--label",
                              "Phone", "--no-confirm", "--qr=utf8")
    found = re.search(r"otpauth://\S+", done.stdout)
    assert done.returncode == 0 and found, "mfactl failed: " + done.stderr
    paper.output(done.stdout)
    alice.authenticators.append(stage.authenticator(found.group(0)))
    return alice


def ssh(person, codes=(), **options):
    """Types the answers into a real ssh and shows the terminal."""
    methods = options.get("methods", "keyboard-interactive")
    key = "-i ~/.ssh/id_ed25519 " if options.get("key") else ""
    paper.command(f"ssh {key}{person.name}@127.0.0.1 id -un"
                  f"     # sshd asks: {methods}")
    outcome = doors.ssh(person, Answers(person.password, list(codes)),
                        **options)
    shown = outcome.text
    if outcome.admitted:
        shown = shown.replace(doors.IN, "")  # id -un, as announced
    paper.screen(shown)
    return outcome


def right_code(stage, alice, audience):
    paper.scene("The right password and the right code: in")
    paper.say("""sshd asks for the password, as ever; then pam_mfa.so asks for
        the code that Alice's app shows now.""")
    code = alice.app.code()
    outcome = ssh(alice, [code])
    audience.expects(outcome.admitted, "Alice is in.",
                     "Alice should be in, and is not.")
    return code


def wrong_code(stage, alice, audience):
    paper.scene("The right password and a wrong code: out")
    paper.say("""Somebody has found out Alice's password and guesses a code.
        The refusal does not say what was wrong; it names a reference, which
        the administrator can look up.""")
    outcome = ssh(alice, [alice.app.wrong_code()])
    audience.expects(not outcome.admitted, "the guess did not get in.",
                     "a wrong code got in.")


def same_code_again(stage, alice, code, audience):
    paper.scene("The same code a second time: out")
    paper.say("""Somebody looked over Alice's shoulder and types the code that
        has just let her in. It was right, and it is spent: a code works once,
        even while the app still shows it.""")
    outcome = ssh(alice, [code])
    audience.expects(not outcome.admitted, "the used code did not get in.",
                     "a used code got in a second time.")


def inside_the_grace(stage, audience):
    paper.scene("Bob has not registered yet: in, and told how long")
    paper.say("""This is Bob's first sign-in. He has no second factor; from
        today he has 14 days to get one. After that he is refused until an
        administrator registers him.""")
    bob = stage.people.add("bob")
    outcome = ssh(bob)
    audience.expects(outcome.admitted and "14 days left" in outcome.text,
                     "Bob is in, and knows that 14 days are left.",
                     "Bob should be in with 14 days left.")


def key_alone(stage, alice, audience):
    paper.scene("A public key alone: out for Alice, with the setting to change")
    paper.say(f"""With "AuthenticationMethods publickey" sshd never asks PAM to
        authenticate, and other second factors are simply not asked. pam_mfa.so
        notices in the account phase that Alice, who is registered, has proved
        no second factor. The remedy is one line in sshd_config:
        "{KEY_SETTING}".""")
    key = stage.people.make_key(alice)
    outcome = ssh(alice, methods="publickey", key=key)
    audience.expects(not outcome.admitted and KEY_SETTING in outcome.text,
                     "the key alone did not get in, and sshd's setting is "
                     "named.",
                     "the key alone should be refused and the setting named.")
    return outcome


def sign_in_log(stage, audience):
    paper.scene("What the administrator sees: the sign-in log")
    paper.command("mfactl sign-ins")
    done = stage.agent.mfactl("sign-ins")
    paper.output(done.stdout)
    records = stage.agent.ask("sign-ins")
    let_in = sum(r["status"]["errorCode"] == 0 for r in records)
    audience.expects(len(records) == 5 and let_in == 2,
                     "five sign-ins, two of them let in.",
                     f"the log has {len(records)} sign-ins, {let_in} let in.")


def explanation(stage, denial, audience):
    paper.scene("Why was Alice's key refused?")
    reference = denial.reference()
    paper.command(f"mfactl explain {reference}")
    done = stage.agent.mfactl("explain", reference)
    paper.output(done.stdout)
    audience.expects(KEY_SETTING in " ".join(done.stdout.split()),
                     "the reason and the remedy are there.",
                     "mfactl explain should name the reason and the setting.")


def closing(audience):
    if audience.disappointed:
        print(f"{audience.disappointed} of the scenes did not go as told.")
        return 1
    paper.say("""Everything went as told. The agent and sshd are stopped and
        the private place is gone. To try it by hand: make demo-shell""")
    return 0
