# SPDX-License-Identifier: BSD-3-Clause
"""An authority of the test's own, and certificates of it, by openssl."""

import os
import subprocess

CA_SETTINGS = """
[ca]
default_ca = test
[test]
database = {folder}/index
unique_subject = no
rand_serial = yes
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


def _openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder)
        self.certificate = f"{folder}/ca.pem"
        self._key = f"{folder}/ca.key"
        self._settings = f"{folder}/ca.cnf"
        with open(self._settings, "w", encoding="ascii") as file:
            file.write(CA_SETTINGS.format(folder=folder))
        open(f"{folder}/index", "w", encoding="ascii").close()
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                 "/CN=Test authority", "-keyout", self._key, "-out",
                 self.certificate)

    def issue(self, name, host, end=None, names=None):
        """(certificate file, key file) for a server called `host`, or by all
        `names` ("IP:127.0.0.1")."""
        key, request = f"{self.folder}/{name}.key", f"{self.folder}/{name}.csr"
        certificate = f"{self.folder}/{name}.pem"
        _openssl("req", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                 "-addext", f"subjectAltName={names or 'DNS:' + host}",
                 "-keyout", key, "-out", request)
        dates = (["-startdate", "20200101000000Z", "-enddate", end] if end
                 else ["-days", "2"])
        _openssl("ca", "-batch", "-notext", "-config", self._settings, "-cert",
                 self.certificate, "-keyfile", self._key, "-in", request,
                 "-out", certificate, *dates)
        return certificate, key

    @staticmethod
    def self_signed(folder, name, host):
        _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                 "-subj", f"/CN={name}", "-addext",
                 f"subjectAltName=DNS:{host}", "-keyout",
                 f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem")
