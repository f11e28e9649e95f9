# SPDX-License-Identifier: BSD-3-Clause
"""A stage on which the real sshd, login, sudo, su and cron play with the
freshly built module and agent; the demo and the end-to-end tests share it.

place      a private copy of the host's /etc, /run, /dev, network, processes
people     accounts with known passwords, in that copy of /etc
pam        the stacks and server settings that an administrator would write
otp        authenticator apps: from an otpauth URI to codes
agent      mfa-agent and mfactl
rules      the policies and the files beside them
servers    real services that cannot ask a question
doors      ssh, login, sudo, su: a person at a terminal
wire       the sign-in protocol, spoken without libpam
journal    what arrives at /dev/log
stage      all of it together
"""
