"""Serves the CSC API with certomancer-csc-dummy, so that a test can be held against another server.

Usage: csc_serve.py FOLDER PORT

Makes an authority and two signers' keys in FOLDER, writes trust.pem there, and answers until it is
killed. The credentials are `segl/ec` and `segl/rsa`.
"""

import datetime
import pathlib
import sys

from aiohttp import web
from asn1crypto import pem
from certomancer import registry
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from csc_dummy.csc_dummy_server import CSCWithCertomancer, DummyServiceParams

CONFIGURATION = """
keysets:
  segl:
    path-prefix: .
    keys:
      root: {{path: root.key.pem}}
      ec: {{path: ec.key.pem}}
      rsa: {{path: rsa.key.pem}}
pki-architectures:
  segl:
    keyset: segl
    entities:
      root: {{common-name: Root}}
      ec: {{common-name: Signer with ECDSA}}
      rsa: {{common-name: Signer with RSA}}
    certs:
      root:
        subject: root
        issuer: root
        validity: {{valid-from: "{begin}", valid-to: "{end}"}}
        extensions:
          - {{id: basic_constraints, critical: true, value: {{ca: true}}}}
          - id: key_usage
            critical: true
            smart-value: {{schema: key-usage, params: [key_cert_sign, crl_sign]}}
      ec: &signer
        subject: ec
        issuer: root
        validity: {{valid-from: "{begin}", valid-to: "{end}"}}
        extensions:
          - id: key_usage
            critical: true
            smart-value: {{schema: key-usage, params: [digital_signature, non_repudiation]}}
      rsa:
        <<: *signer
        subject: rsa
"""


def main():
    folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    keys = {
        "root": ec.generate_private_key(ec.SECP256R1()),
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
    }
    for name, key in keys.items():
        text = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        (folder / f"{name}.key.pem").write_bytes(text)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    day = datetime.timedelta(days=1)
    configuration = folder / "certomancer.yml"
    begin, end = ((now + shift).isoformat() for shift in (-day, 30 * day))
    configuration.write_text(CONFIGURATION.format(begin=begin, end=end))
    served = registry.CertomancerConfig.from_file(configuration)
    root = served.get_pki_arch("segl").get_cert("root")
    (folder / "trust.pem").write_bytes(pem.armor("CERTIFICATE", root.dump()))
    server = CSCWithCertomancer(served, service_params=DummyServiceParams(multisign=100))
    server.register_routes()
    web.run_app(server.app, host="127.0.0.1", port=port, print=None)


main()
