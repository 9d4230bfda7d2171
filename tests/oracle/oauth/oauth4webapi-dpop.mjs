// oauth4webapi, from the metadata alone: a token that is bound to a key, used with proofs of that key.
//
// Usage: oauth4webapi-dpop.mjs ISSUER CLIENT SECRET PATH. Prints JSON: the statuses with the key, without it,
// by another key, and with a proof that was used before.

import * as oauth from 'oauth4webapi'

const [issuerText, clientId, secret, path] = process.argv.slice(2)
const issuer = new URL(issuerText)
const insecure = { [oauth.allowInsecureRequests]: true }
const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
const server = await oauth.processDiscoveryResponse(issuer, discovered)
const client = { client_id: clientId }
const address = new URL(path, issuer)

// RFC 8037's name of the algorithm, where the library has RFC 9864's.
const remap = { [oauth.modifyAssertion]: (header) => {
  if (header.alg === 'Ed25519') header.alg = 'EdDSA'
} }

const told = {}
for (const algorithm of server.dpop_signing_alg_values_supported) {
  const name = algorithm === 'EdDSA' ? 'Ed25519' : algorithm
  const key = () => oauth.generateKeyPair(name, { extractable: true })
  const DPoP = oauth.DPoP(client, await key(), remap)
  const parameters = new URLSearchParams({ scope: 'service' })
  const answer = await oauth.clientCredentialsGrantRequest(
    server, client, oauth.ClientSecretBasic(secret), parameters, { DPoP, ...insecure })
  const token = await oauth.processClientCredentialsResponse(server, client, answer)
  let sent
  const ask = async (options) => {
    const keep = { [oauth.customFetch]: (url, init) => ((sent = init), fetch(url, init)) }
    const asked = oauth.protectedResourceRequest(
      token.access_token, 'GET', address, undefined, undefined, { ...options, ...keep, ...insecure })
    return (await asked.catch((error) => error.response ?? error)).status
  }
  const own = await ask({ DPoP })
  const again = (await fetch(address, sent)).status
  const bare = (await fetch(address, { headers: { authorization: `Bearer ${token.access_token}` } })).status
  const other = await ask({ DPoP: oauth.DPoP(client, await key(), remap) })
  told[algorithm] = { own, again, bare, other, type: token.token_type.toLowerCase() }
}
console.log(JSON.stringify(told))
