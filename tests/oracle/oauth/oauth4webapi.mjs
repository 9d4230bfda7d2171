// oauth4webapi, from the metadata alone: a token for the client itself, used, and taken back.
//
// Usage: oauth4webapi.mjs ISSUER CLIENT SECRET PATH, or with a JWK (JSON) in place of the secret. PATH is
// asked with the token before and after. Prints JSON.

import * as oauth from 'oauth4webapi'

const [issuerText, clientId, proof, path] = process.argv.slice(2)
const issuer = new URL(issuerText)
const insecure = { [oauth.allowInsecureRequests]: true }

const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
const server = await oauth.processDiscoveryResponse(issuer, discovered)
const client = { client_id: clientId }

async function ways() {
  if (!proof.startsWith('{')) {
    return { basic: oauth.ClientSecretBasic(proof), post: oauth.ClientSecretPost(proof) }
  }
  const jwk = JSON.parse(proof)
  const algorithm = jwk.kty === 'EC' ? { name: 'ECDSA', namedCurve: 'P-256' } : { name: 'Ed25519' }
  const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['sign'])
  return { jwt: oauth.PrivateKeyJwt({ key, kid: jwk.kid }) }
}

const told = {}
for (const [way, authentication] of Object.entries(await ways())) {
  const parameters = new URLSearchParams({ scope: 'service' })
  const answer = await oauth.clientCredentialsGrantRequest(
    server, client, authentication, parameters, insecure)
  const token = await oauth.processClientCredentialsResponse(server, client, answer)
  const ask = async () => {
    const headers = { authorization: `Bearer ${token.access_token}` }
    return (await fetch(new URL(path, issuer), { headers })).status
  }
  const before = await ask()
  const taken = await oauth.revocationRequest(
    server, client, authentication, token.access_token, insecure)
  await oauth.processRevocationResponse(taken)
  told[way] = { before, after: await ask(), type: token.token_type, scope: token.scope }
}
console.log(JSON.stringify(told))
