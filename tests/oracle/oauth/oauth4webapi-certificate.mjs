// oauth4webapi with a certificate, from the metadata alone: a token for the client itself, used, and taken back.
//
// Usage: oauth4webapi-certificate.mjs ISSUER CLIENT FOLDER PATH. The folder holds `one.pem` and `one.key`, and what
// the server's certificate leads to in `tls.pem`. Prints JSON.

import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import * as oauth from 'oauth4webapi'

const [issuerText, clientId, folder, path] = process.argv.slice(2)
const issuer = new URL(issuerText)
const read = (name) => readFileSync(`${folder}/${name}`)
const own = { cert: read('one.pem'), key: read('one.key') }

// The `fetch` of Node.js shows no certificate.
const on = (shown) => (address, { method, headers, body }) =>
  new Promise((resolve, reject) => {
    const options = { method, headers: { ...headers }, ca: read('tls.pem'), ...shown }
    const text = body === undefined || body === null ? '' : body.toString()
    if (text !== '') options.headers['content-length'] = Buffer.byteLength(text)
    const asked = request(address, options, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        const { statusCode: status } = answer
        const all = Object.entries(answer.headers).filter(([, value]) => typeof value === 'string')
        resolve(new Response(Buffer.concat(parts), { status, headers: all }))
      })
    })
    asked.on('error', reject)
    asked.end(text)
  })

const shown = { [oauth.customFetch]: on(own) }
const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...shown })
const server = await oauth.processDiscoveryResponse(issuer, discovered)
const client = { client_id: clientId, use_mtls_endpoint_aliases: true }
const authentication = oauth.TlsClientAuth()
const parameters = new URLSearchParams({ scope: 'service' })
const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, shown)
const token = await oauth.processClientCredentialsResponse(server, client, answer)
const ask = async (how) => {
  const headers = { authorization: `Bearer ${token.access_token}` }
  return (await on(how)(new URL(path, issuer), { method: 'GET', headers })).status
}
if ((await ask({})) !== 401) throw new Error('a bound token is good without its certificate')
const before = await ask(own)
const taken = await oauth.revocationRequest(server, client, authentication, token.access_token, shown)
await oauth.processRevocationResponse(taken)
const told = { before, after: await ask(own), type: token.token_type, scope: token.scope }
console.log(JSON.stringify({ tls_client_auth: told }))
