// Keys, and requests that show that their sender has the private half (PKCS#10, RFC 2986).
import { algorithm, bitString, element, number, NULL, sequence, unsigned } from "./der.js";

const KINDS = {
  rsa3072: {
    make: { name: "RSASSA-PKCS1-v1_5", modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    sign: { name: "RSASSA-PKCS1-v1_5" },
    // sha256WithRSAEncryption (RFC 4055 section 5).
    algorithm: algorithm("1.2.840.113549.1.1.11", NULL),
    signature: (octets) => octets,
  },
  p256: {
    make: { name: "ECDSA", namedCurve: "P-256" },
    sign: { name: "ECDSA", hash: "SHA-256" },
    // ecdsa-with-SHA256 (RFC 5758 section 3.2).
    algorithm: algorithm("1.2.840.10045.4.3.2"),
    // WebCrypto gives both numbers side by side; RFC 3279 section 2.2.3 wants them as a SEQUENCE.
    signature: (octets) => sequence(unsigned(octets.subarray(0, 32)), unsigned(octets.subarray(32))),
  },
};

/** A new key of the kind that the order asks for. It can be taken out, for the holder's file alone. */
export const makeKey = (kind) => crypto.subtle.generateKey(KINDS[kind].make, true, ["sign", "verify"]);

/** The public key as certificates have it (SubjectPublicKeyInfo). */
export const publicKey = async (pair) => new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));

/** The request, in DER. It asks for no name: the order says what is issued. */
export async function request(kind, pair) {
  const { algorithm: named, sign, signature } = KINDS[kind];
  const noAttributes = element(0xa0);
  const asked = sequence(number(0), sequence(), await publicKey(pair), noAttributes);
  const signed = new Uint8Array(await crypto.subtle.sign(sign, pair.privateKey, asked));
  return sequence(asked, named, bitString(signature(signed)));
}
