// SHA-256 (FIPS 180-4) without waiting. The key derivation of PKCS#12 is 100,000 hashes one after the other, and each of
// WebCrypto's comes from another thread: minutes where the machine has other things to do.

/** The first 32 bits of the fractional parts of roots of the first primes, with integers alone. */
function constants(root, count) {
  const found = [];
  for (let prime = 2n; found.length < count; prime += 1n) {
    let divisor = 2n;
    while (divisor * divisor <= prime && prime % divisor) divisor += 1n;
    if (divisor * divisor <= prime) continue;
    // The whole part of prime^(1/root) * 2^32: the largest number whose power is not above prime * 2^(32 * root).
    const limit = prime << (32n * root);
    let low = 0n;
    for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
      if ((low + bit) ** root <= limit) low += bit;
    }
    found.push(Number(low & 0xffffffffn));
  }
  return Uint32Array.from(found);
}

const K = constants(3n, 64);
const START = constants(2n, 8);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/** The hash of octets (section 6.2). */
export function sha256(octets) {
  const whole = new Uint8Array(Math.ceil((octets.length + 9) / 64) * 64);
  whole.set(octets);
  whole[octets.length] = 0x80;
  const view = new DataView(whole.buffer);
  view.setUint32(whole.length - 4, octets.length * 8);
  const state = Uint32Array.from(START);
  const w = new Uint32Array(64);
  for (let block = 0; block < whole.length; block += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getUint32(block + t * 4);
    for (let t = 16; t < 64; t += 1) {
      const one = turned(w[t - 15], 7) ^ turned(w[t - 15], 18) ^ (w[t - 15] >>> 3);
      const two = turned(w[t - 2], 17) ^ turned(w[t - 2], 19) ^ (w[t - 2] >>> 10);
      w[t] = w[t - 16] + one + w[t - 7] + two;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t += 1) {
      const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
      const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] += word; });
  }
  const hash = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => hash.setUint32(at * 4, word));
  return new Uint8Array(hash.buffer);
}
