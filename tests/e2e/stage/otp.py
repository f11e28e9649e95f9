# SPDX-License-Identifier: BSD-3-Clause
"""An authenticator app: reads the QR code's text, shows codes (RFC 6238).

Written from the RFC with Python's hmac and not with liboath, so that the
tests do not check the agent's arithmetic with itself.
"""

import base64
import hmac
import struct
import time
import urllib.parse


class Authenticator:
    def __init__(self, otpauth, method_id=""):
        parts = urllib.parse.urlsplit(otpauth)
        assert parts.scheme == "otpauth" and parts.netloc == "totp", otpauth
        query = dict(urllib.parse.parse_qsl(parts.query))
        self.id = method_id
        self.uri = otpauth
        self.label = urllib.parse.unquote(parts.path.lstrip("/"))
        self.secret = query["secret"]
        self.algorithm = query.get("algorithm", "SHA1").lower()
        self.digits = int(query.get("digits", "6"))
        self.period = int(query.get("period", "30"))

    def code_at(self, step):
        padding = "=" * (-len(self.secret) % 8)
        seed = base64.b32decode(self.secret + padding)
        digest = hmac.digest(seed, struct.pack(">Q", step), self.algorithm)
        offset = digest[-1] & 15
        number = struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF
        return str(number % 10 ** self.digits).zfill(self.digits)

    def step(self):
        return int(time.time()) // self.period

    def code(self, steps_ago=0):
        return self.code_at(self.step() - steps_ago)

    def wrong_code(self):
        """A code that is right at no time near the present."""
        near = {self.code_at(self.step() + n) for n in range(-400, 400)}
        candidate = 0
        while str(candidate).zfill(self.digits) in near:
            candidate += 1
        return str(candidate).zfill(self.digits)

    def wait_for_room(self, seconds):
        """Returns when the present step lasts at least `seconds` more: for a
        test that needs this step's code and the one before it."""
        left = self.period - time.time() % self.period
        if left < seconds:
            time.sleep(left + 0.1)
