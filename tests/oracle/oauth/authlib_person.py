"""authlib, from the metadata alone: a person's consent with PKCE; refresh, revocation.

Usage: authlib_person.py ISSUER CLIENT SECRET PATH. No secret: a public client. Prints JSON.
"""

import json
import os
import re
import sys
from urllib.parse import urljoin

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

issuer, client, secret, path = sys.argv[1:]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=30).json()
assert metadata["issuer"] == issuer, metadata


def agree(address):
    """Where a browser is sent in which karen logs in and agrees."""
    cookies = {}
    site = issuer.replace("127.0.0.1", "localhost")

    def ask(to, form=None):
        headers = {
            "Sec-Fetch-Site": "same-origin",
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        }
        method = "POST" if form else "GET"
        answer = requests.request(
            method, urljoin(site, to), data=form, headers=headers, allow_redirects=False, timeout=30
        )
        for name, value in answer.raw.headers.items():
            if name.lower() == "set-cookie":
                name, value = value.split(";")[0].split("=", 1)
                cookies[name] = value
        to = answer.headers.get("Location", "")
        return ask(to) if answer.status_code == 303 and to.startswith("/") else (to, answer.text)

    _, page = ask(address.removeprefix(issuer))
    if "/login/demo" in page:
        _, page = ask("/login/demo", {"person": "karen"})
    field = lambda name: re.search(f'name="{name}" value="([^"]+)"', page)[1]
    form = {"csrf": field("csrf"), "request": field("request"), "decision": "allow"}
    return ask("/oauth2/consent", form)[0]


method = "client_secret_basic" if secret else "none"
session = OAuth2Session(
    client,
    secret or None,
    scope="service",
    redirect_uri="http://127.0.0.1:51004/cb",
    code_challenge_method="S256",
    token_endpoint_auth_method=method,
    revocation_endpoint_auth_method=method,
)
verifier = generate_token(48)
address, state = session.create_authorization_url(
    metadata["authorization_endpoint"], code_verifier=verifier
)
given = session.fetch_token(
    metadata["token_endpoint"], authorization_response=agree(address), state=state, code_verifier=verifier
)


def listed(token):
    """What the token's bearer is answered."""
    bearer = {"Authorization": f"Bearer {token}"}
    return requests.post(f"{issuer}{path}", json={}, headers=bearer, timeout=30).status_code


before = listed(given["access_token"])
following = session.refresh_token(metadata["token_endpoint"], given["refresh_token"])
refreshed = listed(following["access_token"])
last = following.get("refresh_token", given["refresh_token"])
taken = session.revoke_token(metadata["revocation_endpoint"], last)
assert taken.status_code == 200, taken.text
after = listed(following["access_token"])
print(json.dumps({"before": before, "refreshed": refreshed, "after": after, "scope": given["scope"]}))
