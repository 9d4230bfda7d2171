// openid-client, from the metadata alone: a person's consent with PKCE, by the query, pushed, and with
// authorization_details; refresh, revocation.
//
// Usage: openid-client-person.mjs ISSUER CLIENT SECRET PATH. No secret: a public client. Prints JSON.

import { isDeepStrictEqual } from 'node:util'
import * as oauth from 'openid-client'
import { agree } from './consent.mjs'

const [issuer, clientId, secret, path] = process.argv.slice(2)
const authentication = secret ? oauth.ClientSecretBasic(secret) : oauth.None()
const server = await oauth.discovery(new URL(issuer), clientId, undefined, authentication, {
  algorithm: 'oauth2',
  execute: [oauth.allowInsecureRequests],
})
const redirect_uri = 'http://127.0.0.1:51004/cb'
const list = async (token) => {
  const headers = new Headers({ 'content-type': 'application/json' })
  const address = new URL(path, issuer)
  const asked = oauth.fetchProtectedResource(server, token, address, 'POST', '{}', headers)
  return asked.then(async (answer) => [answer.status, await answer.json()], (error) => [error.status])
}

async function consent(more, pushed) {
  const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
  const expectedState = oauth.randomState()
  const parameters = {
    redirect_uri, state: expectedState, code_challenge_method: 'S256',
    code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier), ...more,
  }
  const address = pushed
    ? await oauth.buildAuthorizationUrlWithPAR(server, parameters)
    : oauth.buildAuthorizationUrl(server, parameters)
  const back = await agree(address, 'karen')
  return oauth.authorizationCodeGrant(server, back, { pkceCodeVerifier, expectedState })
}

const told = {}
for (const pushed of [false, true]) {
  const given = await consent({ scope: 'service' }, pushed)
  const [before, listed] = await list(given.access_token)
  const [credentialID] = listed.credentialIDs
  const next = await oauth.refreshTokenGrant(server, given.refresh_token)
  const [refreshed] = await list(next.access_token)
  const details = [{
    type: 'credential', credentialID, hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
    documentDigests: [{ label: 'Decision 12', hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' }],
  }]
  const sealing = await consent(
    { scope: 'credential', authorization_details: JSON.stringify(details) }, pushed)
  const echoed = isDeepStrictEqual(sealing.authorization_details, details)
  await oauth.tokenRevocation(server, next.refresh_token ?? given.refresh_token)
  const [after] = await list(next.access_token)
  told[pushed ? 'pushed' : 'query'] = {
    before, refreshed, after, echoed, named: sealing.credentialID === credentialID,
    rotated: Boolean(next.refresh_token), type: given.token_type, scope: given.scope,
  }
}
console.log(JSON.stringify(told))
