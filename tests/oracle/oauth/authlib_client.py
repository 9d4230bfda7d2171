"""authlib, from the metadata alone: a token for the client itself, used, and taken back.

Usage: authlib_client.py ISSUER CLIENT SECRET PATH, or with a private key (PEM) in place of the secret.
Prints JSON.
"""

import json
import os
import sys
import time

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey

# The server of the tests is on the loopback, without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

issuer, client, proof, path = sys.argv[1:]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=30).json()
assert metadata["issuer"] == issuer, metadata

told = {}
ways = ["private_key_jwt"] if "PRIVATE KEY" in proof else ["client_secret_basic", "client_secret_post"]
for way in ways:
    assert way in metadata["token_endpoint_auth_methods_supported"], metadata
    session = OAuth2Session(
        client,
        ECKey.import_key(proof) if way == "private_key_jwt" else proof,
        scope="service",
        token_endpoint_auth_method=way,
        revocation_endpoint_auth_method=way,
    )

    def prove():
        """Lets the next request have an assertion of its own: authlib keeps the claims that it was given."""
        if way == "private_key_jwt":
            # The audience is the issuer, as RFC 7523bis has it; of its own authlib asks for an hour.
            claims = {"exp": int(time.time()) + 60}
            session.register_client_auth_method(PrivateKeyJWT(issuer, claims, alg="ES256"))

    prove()
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    ask = lambda: requests.get(f"{issuer}{path}", headers=bearer, timeout=30).status_code
    before = ask()
    prove()
    taken = session.revoke_token(metadata["revocation_endpoint"], token["access_token"])
    assert taken.status_code == 200, taken.text
    told[way] = {"before": before, "after": ask(), "type": token["token_type"], "scope": token["scope"]}
print(json.dumps(told))
