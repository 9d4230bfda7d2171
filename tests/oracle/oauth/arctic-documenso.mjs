// What Documenso 2.17 does with a provider of remote signatures by version 1 of CSC, as its sources have it: arctic
// gets the tokens, @libpdf/core makes the PDF, and what is answered is judged as strictly as there.
//
// Usage: arctic-documenso.mjs ISSUER CLIENT SECRET TARGET. Writes the sealed PDF. Prints JSON.

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { CodeChallengeMethod, OAuth2Client, generateCodeVerifier, generateState } from 'arctic'
import { PDF } from '@libpdf/core'
import { agree } from './consent.mjs'

const [issuer, clientId, secret, target] = process.argv.slice(2)
const SHA256 = '2.16.840.1.101.3.4.2.1'
const ECDSA_SHA256 = '1.2.840.10045.4.3.2'
const must = (holds, what) => {
  if (!holds) throw new Error(what)
}

async function ask(method, body, bearer) {
  const headers = { 'content-type': 'application/json' }
  if (bearer) headers.authorization = `Bearer ${bearer}`
  const address = `${issuer}/csc/v1/${method}`
  const signal = AbortSignal.timeout(15000)
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body), signal })
  const told = await answer.json()
  must(answer.status === 200, `${method}: ${answer.status} ${told.error_description}`)
  return told
}

const info = await ask('info', {})
must(typeof info.oauth2 === 'string', 'oauth2 is no text')
must(Array.isArray(info.methods) && info.methods.includes('signatures/signHash'), 'methods')
must(info.specs.startsWith('1.0.') && info.authType.includes('oauth2code'), 'specs, authType')

const oauth = new OAuth2Client(clientId, secret, 'http://127.0.0.1:51004/cb')
async function consent(scopes, more) {
  const [state, verifier] = [generateState(), generateCodeVerifier()]
  const address = oauth.createAuthorizationURLWithPKCE(
    `${info.oauth2}/oauth2/authorize`, state, CodeChallengeMethod.S256, verifier, scopes)
  for (const [name, value] of Object.entries(more)) address.searchParams.set(name, value)
  const back = await agree(address, 'karen')
  must(back.searchParams.get('state') === state, 'state')
  const code = back.searchParams.get('code')
  return oauth.validateAuthorizationCode(`${info.oauth2}/oauth2/token`, code, verifier)
}

const service = (await consent(['service'], {})).accessToken()
const { credentialIDs: [credentialID] } = await ask('credentials/list', {}, service)
must(typeof credentialID === 'string', 'there is no credential')
const credential = await ask(
  'credentials/info', { credentialID, certificates: 'chain', certInfo: true }, service)
const { key, cert } = credential
must(key.status === 'enabled' && key.algo.includes(ECDSA_SHA256), 'key')
must(Number.isInteger(key.len) && key.curve === '1.2.840.10045.3.1.7', 'key.len, key.curve')
must(credential.authMode === 'oauth2code', 'authMode')
must(['1', '2'].includes(credential.SCAL) && credential.multisign >= 1, 'SCAL, multisign')
must(cert.status === 'valid' && cert.certificates.length > 1, 'cert')
const moment = (text) => Date.parse(text.replace(
  /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
must(moment(cert.validFrom) <= Date.now() && Date.now() < moment(cert.validTo), 'not valid now')

const types = []
const signer = {
  certificate: Buffer.from(cert.certificates[0], 'base64'),
  certificateChain: cert.certificates.slice(1).map((one) => Buffer.from(one, 'base64')),
  keyType: 'EC',
  signatureAlgorithm: 'ECDSA',
  async sign(data) {
    const digest = createHash('sha256').update(data).digest()
    const sad = await consent(['credential'], {
      credentialID, numSignatures: '1', hash: digest.toString('base64url'),
    })
    types.push(sad.tokenType())
    const { signatures } = await ask('signatures/signHash', {
      credentialID, SAD: sad.accessToken(), hash: [digest.toString('base64')], hashAlgo: SHA256,
      signAlgo: ECDSA_SHA256,
    }, service)
    must(signatures.length === 1, 'as many signatures as hashes')
    return Buffer.from(signatures[0], 'base64')
  },
}
const timestampAuthority = {
  async timestamp(digest) {
    const hash = Buffer.from(digest).toString('base64')
    const { timestamp } = await ask('signatures/timestamp', { hash, hashAlgo: SHA256 }, service)
    return Buffer.from(timestamp, 'base64')
  },
}
must(info.methods.includes('signatures/timestamp'), 'signatures/timestamp')
const pdf = PDF.create()
pdf.addPage({ size: 'a4' }).drawText('Agreement 12', { x: 72, y: 720 })
const { bytes } = await pdf.sign({
  signer, level: 'B-T', timestampAuthority, reason: 'Agreement', digestAlgorithm: 'SHA-256',
})
await writeFile(target, bytes)
console.log(JSON.stringify({ types, bytes: bytes.length > 0 }))
