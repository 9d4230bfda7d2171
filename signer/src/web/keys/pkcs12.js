// A key and its certificates in one file under a password (PKCS#12, RFC 7292), as `signer certificate collect` writes
// it: PBES2 with AES-256-CBC and PBKDF2, and a MAC by HMAC-SHA-256.
import { algorithm, element, explicit, identifier, joined, number, NULL, octetString, sequence, setOf } from "./der.js";
import { sha256 } from "./sha256.js";

/** What each guess at the password costs whoever has the file. */
const ITERATIONS = 100_000;

const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";
const SHROUDED_KEY_BAG = "1.2.840.113549.1.12.10.1.2";
const CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const SHA_256 = "2.16.840.1.101.3.4.2.1";

const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** UTF-16, big-endian (BMPString). */
function wide(text) {
  const octets = new Uint8Array(text.length * 2);
  const view = new DataView(octets.buffer);
  for (let at = 0; at < text.length; at += 1) view.setUint16(at * 2, text.charCodeAt(at));
  return octets;
}

/** PBES2 (RFC 8018 section 6.2): a new key and vector each time. `use` is given both, and answers the ciphertext. */
async function encrypted(password, use) {
  const [salt, vector] = [random(16), random(16)];
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  const key = await crypto.subtle.deriveKey(derivation, base, { name: "AES-CBC", length: 256 }, false, ["encrypt", "wrapKey"]);
  const ciphertext = new Uint8Array(await use(key, { name: "AES-CBC", iv: vector }));
  const pbkdf2 = algorithm("1.2.840.113549.1.5.12",
    sequence(octetString(salt), number(ITERATIONS), algorithm("1.2.840.113549.2.9", NULL)));
  const aes = algorithm("2.16.840.1.101.3.4.1.42", octetString(vector));
  return { named: algorithm("1.2.840.113549.1.5.13", sequence(pbkdf2, aes)), ciphertext };
}

/** The key derivation of PKCS#12 for a MAC (RFC 7292 appendix B.2, ID 3), of one block of SHA-256. */
async function macKey(password, salt) {
  const filled = (octets) => Uint8Array.from({ length: Math.ceil(octets.length / 64) * 64 }, (_, at) => octets[at % octets.length]);
  let hash = joined(new Uint8Array(64).fill(3), filled(salt), filled(joined(wide(password), [0, 0])));
  for (let round = 0; round < ITERATIONS; round += 1) hash = sha256(hash);
  return crypto.subtle.importKey("raw", hash, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

const content = (kind, value) => sequence(identifier(kind), explicit(0, value));
const bag = (kind, value, ...attributes) => sequence(identifier(kind), explicit(0, value), ...attributes);
const certificateBag = (certificate, ...attributes) =>
  bag(CERTIFICATE_BAG, sequence(identifier(X509_CERTIFICATE), explicit(0, octetString(certificate))), ...attributes);

/** What says that key and certificate belong together, and what programs call them. */
async function attributes(name, certificate) {
  const attribute = (oid, value) => sequence(identifier(oid), setOf(value));
  const id = new Uint8Array(await crypto.subtle.digest("SHA-1", certificate));
  return setOf(attribute(FRIENDLY_NAME, element(0x1e, wide(name))), attribute(LOCAL_KEY_ID, octetString(id)));
}

/** The file. The private key is encrypted by the browser itself, and is nowhere as it is. */
export async function keyFile({ privateKey, certificate, issuers, name, password }) {
  const called = await attributes(name.slice(0, 60) || "certificate", certificate);
  const bags = sequence(certificateBag(certificate, called), ...issuers.map((one) => certificateBag(one)));
  const certificates = await encrypted(password, (key, how) => crypto.subtle.encrypt(how, key, bags));
  const shrouded = await encrypted(password, (key, how) => crypto.subtle.wrapKey("pkcs8", privateKey, key, how));
  const encryptedData = sequence(number(0),
    sequence(identifier(DATA), certificates.named, element(0x80, certificates.ciphertext)));
  const key = bag(SHROUDED_KEY_BAG, sequence(shrouded.named, octetString(shrouded.ciphertext)), called);
  const safe = sequence(content(ENCRYPTED_DATA, encryptedData), content(DATA, octetString(sequence(key))));
  const salt = random(16);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await macKey(password, salt), safe));
  const digest = sequence(algorithm(SHA_256, NULL), octetString(mac));
  return sequence(number(3), content(DATA, octetString(safe)), sequence(digest, octetString(salt), number(ITERATIONS)));
}
