// @libpdf/core, which makes the PDF, and a signer of it that asks credentials/info, authorize and signHash.
//
// Usage: libpdf.mjs URL VERSION BEARER PROFILE TARGET. Draws a page, has it sealed with the credential whose
// description is PROFILE, and writes it. Prints JSON: how many bytes.

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { PDF } from '@libpdf/core'

const [url, version, bearer, profile, target] = process.argv.slice(2)
const SHA256 = '2.16.840.1.101.3.4.2.1'

async function ask(method, body) {
  const answer = await fetch(`${url}/csc/${version}/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const told = await answer.json()
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${told.error_description}`)
  return told
}

async function credential() {
  const { credentialIDs } = await ask('credentials/list', {})
  for (const credentialID of credentialIDs) {
    const info = await ask('credentials/info', { credentialID, certificates: 'chain', certInfo: true })
    if (info.description === profile) return { credentialID, info }
  }
  throw new Error(`no credential ${profile}`)
}

const { credentialID, info } = await credential()
const [certificate, ...certificateChain] = info.cert.certificates.map((one) => Buffer.from(one, 'base64'))

const signer = {
  certificate,
  certificateChain,
  keyType: 'EC',
  signatureAlgorithm: 'ECDSA',
  async sign(data, algorithm) {
    if (algorithm !== 'SHA-256') throw new Error(algorithm)
    const hash = [createHash('sha256').update(data).digest('base64')]
    const named = version === 'v1'
      ? { hash, hashAlgo: SHA256 }
      : { hashes: hash, hashAlgorithmOID: SHA256 }
    const { SAD } = await ask('credentials/authorize', { credentialID, numSignatures: 1, ...named })
    const signed = await ask('signatures/signHash', {
      credentialID, SAD, signAlgo: '1.2.840.10045.4.3.2', ...named,
    })
    return Buffer.from(signed.signatures[0], 'base64')
  },
}

const pdf = PDF.create()
pdf.addPage({ size: 'a4' }).drawText('Decision 12', { x: 72, y: 720 })
const { bytes } = await pdf.sign({ signer, reason: 'Decision', digestAlgorithm: 'SHA-256' })
await writeFile(target, bytes)
console.log(JSON.stringify({ bytes: bytes.length }))
