"""authlib with a certificate, from the metadata alone: a token for the client itself, used, and taken back; once by
showing it in TLS, and once by what its key signs.

Usage: authlib_certificate.py ISSUER CLIENT FOLDER PATH. The folder holds `one.pem` and `one.key`, and what the
server's certificate leads to in `tls.pem`. Prints JSON.
"""

import json
import sys
import time

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import RSAKey

issuer, client, folder, path = sys.argv[1:]
trusted = f"{folder}/tls.pem"
own = (f"{folder}/one.pem", f"{folder}/one.key")
address = f"{issuer}/.well-known/oauth-authorization-server"
metadata = requests.get(address, verify=trusted, timeout=30).json()
assert metadata["issuer"] == issuer, metadata
assert "tls_client_auth" in metadata["token_endpoint_auth_methods_supported"], metadata
assert metadata["tls_client_certificate_bound_access_tokens"] is True, metadata

# The name goes among the parameters; the proof is the connection's.
session = OAuth2Session(
    client, scope="service", token_endpoint_auth_method="none", revocation_endpoint_auth_method="none"
)
session.cert, session.verify = own, trusted
# An authority that the environment names would be trusted in its place.
session.trust_env = False
token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
bearer = {"Authorization": f"Bearer {token['access_token']}"}


def ask(cert):
    return requests.get(f"{issuer}{path}", headers=bearer, cert=cert, verify=trusted, timeout=30).status_code


assert ask(None) == 401
before = ask(own)
taken = session.revoke_token(metadata["revocation_endpoint"], token["access_token"])
assert taken.status_code == 200, taken.text
told = {"before": before, "after": ask(own), "type": token["token_type"], "scope": token["scope"]}

# No certificate is shown now: the registry has it.
session = OAuth2Session(
    client,
    RSAKey.import_key(open(own[1]).read()),
    scope="service",
    token_endpoint_auth_method="private_key_jwt",
    revocation_endpoint_auth_method="private_key_jwt",
)
session.verify, session.trust_env = trusted, False


def prove():
    """Lets the next request have an assertion of its own: authlib keeps the claims that it was given."""
    session.register_client_auth_method(PrivateKeyJWT(issuer, {"exp": int(time.time()) + 60}, alg="PS256"))


prove()
token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
bearer = {"Authorization": f"Bearer {token['access_token']}"}
before = ask(None)
prove()
taken = session.revoke_token(metadata["revocation_endpoint"], token["access_token"])
assert taken.status_code == 200, taken.text
signed = {"before": before, "after": ask(None), "type": token["token_type"], "scope": token["scope"]}
print(json.dumps({"tls_client_auth": told, "private_key_jwt": signed}))
