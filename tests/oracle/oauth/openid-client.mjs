// openid-client, from the metadata alone: a token for the client itself, used, and taken back.
//
// Usage: openid-client.mjs ISSUER CLIENT SECRET PATH. Prints JSON.

import * as oauth from 'openid-client'

const [issuer, clientId, secret, path] = process.argv.slice(2)
const told = {}
const ways = { basic: oauth.ClientSecretBasic(secret), post: oauth.ClientSecretPost(secret) }
for (const [way, authentication] of Object.entries(ways)) {
  const server = await oauth.discovery(new URL(issuer), clientId, undefined, authentication, {
    algorithm: 'oauth2',
    execute: [oauth.allowInsecureRequests],
  })
  const token = await oauth.clientCredentialsGrant(server, { scope: 'service' })
  const ask = async () => {
    const address = new URL(path, issuer)
    return (await oauth.fetchProtectedResource(server, token.access_token, address, 'GET')).status
  }
  const before = await ask()
  await oauth.tokenRevocation(server, token.access_token)
  const after = await ask().catch((error) => error.status)
  told[way] = { before, after, type: token.token_type, scope: token.scope }
}
console.log(JSON.stringify(told))
