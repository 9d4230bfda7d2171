// oauth4webapi, from the metadata alone: a person's consent, pushed, with PKCE and proofs of possession.
//
// Usage: oauth4webapi-person.mjs ISSUER CLIENT SECRET PATH. No secret: a public client. Prints JSON.

import * as oauth from 'oauth4webapi'
import { agree } from './consent.mjs'

const [issuerText, clientId, secret, path] = process.argv.slice(2)
const insecure = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(issuerText)
const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
const server = await oauth.processDiscoveryResponse(issuer, discovered)
const client = { client_id: clientId }
const authentication = secret ? oauth.ClientSecretBasic(secret) : oauth.None()
const redirect = 'http://127.0.0.1:51004/cb'
const key = () => oauth.generateKeyPair('ES256', { extractable: true })
const DPoP = oauth.DPoP(client, await key())
const bound = { DPoP, ...insecure }

const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const parameters = new URLSearchParams({
  response_type: 'code', redirect_uri: redirect, scope: 'service', state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
})
const sent = await oauth.pushedAuthorizationRequest(server, client, authentication, parameters, insecure)
const pushed = await oauth.processPushedAuthorizationResponse(server, client, sent)
const address = new URL(server.authorization_endpoint)
address.search = new URLSearchParams({ client_id: clientId, request_uri: pushed.request_uri })
const back = await agree(address, 'karen')

// Answers of another server, for another state, or without `iss` are told from ours (RFC 9207).
const mixed = {}
for (const [name, change] of [['iss', 'https://evil.example'], ['state', 'another'], ['no iss', null]]) {
  const other = new URL(back)
  change ? other.searchParams.set(name, change) : other.searchParams.delete('iss')
  try { oauth.validateAuthResponse(server, client, other, state) } catch { mixed[name] = 'refused' }
}
const answer = oauth.validateAuthResponse(server, client, back, state)
const given = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(
    server, client, authentication, answer, redirect, verifier, bound))

const list = async (token, options) => {
  const headers = new Headers({ 'content-type': 'application/json' })
  const asked = oauth.protectedResourceRequest(
    token, 'POST', new URL(path, issuer), headers, '{}', { ...options, ...insecure })
  return (await asked.catch((error) => error.response ?? error)).status
}
const own = await list(given.access_token, { DPoP })
const bare = await list(given.access_token, {})
const other = oauth.DPoP(client, await key())
const refresh = async (options) => oauth.processRefreshTokenResponse(server, client,
  await oauth.refreshTokenGrantRequest(
    server, client, authentication, given.refresh_token, { ...options, ...insecure }))
// A public client's is bound to its key; another shows who it is.
const stolen = secret ? 'refused' : await refresh({ DPoP: other }).then(() => 'given', () => 'refused')
const next = await refresh({ DPoP })
const refreshed = await list(next.access_token, { DPoP })
await oauth.processRevocationResponse(await oauth.revocationRequest(
  server, client, authentication, next.refresh_token ?? given.refresh_token, insecure))
const after = await list(next.access_token, { DPoP })
console.log(JSON.stringify({ mixed, own, bare, stolen, refreshed, after, type: given.token_type }))
