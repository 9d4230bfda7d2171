// openid-client as the security profile FAPI 2.0 has it, from the metadata alone: it proves who it is by a key,
// signs what it asks, by the query and pushed, and has a token that is bound to another key.
//
// Usage: openid-client-signed.mjs ISSUER CLIENT JWK PATH. Prints JSON.

import * as oauth from 'openid-client'
import { agree } from './consent.mjs'

const [issuer, clientId, proof, path] = process.argv.slice(2)
const jwk = JSON.parse(proof)
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const key = { key: await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign']), kid: jwk.kid }
const server = await oauth.discovery(new URL(issuer), clientId, undefined, oauth.PrivateKeyJwt(key), {
  algorithm: 'oauth2',
  execute: [oauth.allowInsecureRequests],
})
const metadata = server.serverMetadata()
if (!metadata.request_object_signing_alg_values_supported.includes('ES256')) throw new Error('no ES256')
const list = (token, options) => {
  const headers = new Headers({ 'content-type': 'application/json' })
  const asked = oauth.fetchProtectedResource(
    server, token, new URL(path, issuer), 'POST', '{}', headers, options)
  return asked.then((answer) => answer.status, (error) => error.status)
}

const told = {}
for (const way of ['query', 'pushed']) {
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
  const expectedState = oauth.randomState()
  const parameters = {
    redirect_uri: 'http://127.0.0.1:51004/cb', scope: 'service', state: expectedState,
    code_challenge_method: 'S256',
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
  }
  let address = await oauth.buildAuthorizationUrlWithJAR(server, parameters, key)
  if (way === 'pushed') address = await oauth.buildAuthorizationUrlWithPAR(server, address.searchParams)
  const back = await agree(address, 'karen')
  const DPoP = oauth.getDPoPHandle(server, await oauth.randomDPoPKeyPair('ES256'))
  const given = await oauth.authorizationCodeGrant(
    server, back, { pkceCodeVerifier, expectedState }, undefined, { DPoP })
  const own = await list(given.access_token, { DPoP })
  const bare = await fetch(new URL(path, issuer), {
    method: 'POST', body: '{}',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${given.access_token}` },
  })
  told[way] = { own, bare: bare.status, type: given.token_type, scope: given.scope }
}
console.log(JSON.stringify(told))
