// DER (X.690), as much of it as requests and key files are made of.

/** Octets one after the other. */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Clause 8.1.3: short up to 127, else as many octets as are needed. */
function length(count) {
  if (count < 0x80) return [count];
  const octets = [];
  for (let rest = count; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 + octets.length, ...octets];
}

export function element(tag, ...contents) {
  const content = joined(...contents);
  return joined([tag], length(content.length), content);
}

export const sequence = (...parts) => element(0x30, ...parts);
export const octetString = (octets) => element(0x04, octets);
export const bitString = (octets) => element(0x03, [0], octets);
export const explicit = (number, ...parts) => element(0xa0 + number, ...parts);
export const NULL = new Uint8Array([0x05, 0x00]);

/** A number that is not negative, big-endian (clause 8.3): no needless zeros, and one where the first bit is set. */
export function unsigned(octets) {
  let from = 0;
  while (from < octets.length - 1 && octets[from] === 0) from += 1;
  const rest = octets.subarray(from);
  return rest[0] & 0x80 ? element(0x02, [0], rest) : element(0x02, rest);
}

/** A number of up to 32 bits. */
export function number(value) {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value);
  return unsigned(octets);
}

/** An object identifier (clause 8.19) as it is written: "1.2.840.113549.1.7.1". */
export function identifier(text) {
  const [first, second, ...arcs] = text.split(".").map(Number);
  const octets = [];
  for (const arc of [first * 40 + second, ...arcs]) {
    const digits = [arc % 128];
    for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(128 + (rest % 128));
    octets.push(...digits);
  }
  return element(0x06, octets);
}

/** An algorithm with its parameters (RFC 5280 section 4.1.1.2). */
export const algorithm = (oid, ...parameters) => sequence(identifier(oid), ...parameters);

/** Clause 11.6: what stands in a SET OF is sorted by its octets. */
export function setOf(...parts) {
  const before = (one, other) => {
    for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
      if (one[at] !== other[at]) return one[at] - other[at];
    }
    return one.length - other.length;
  };
  return element(0x31, ...[...parts].sort(before));
}

/** Whether octets stand somewhere in others. */
export function holds(whole, part) {
  for (let at = 0; at + part.length <= whole.length; at += 1) {
    if (part.every((octet, index) => whole[at + index] === octet)) return true;
  }
  return false;
}

/** The certificates of a PEM text (RFC 7468), at most so many. */
export function certificates(pem, most = 16) {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)];
  return blocks.slice(0, most).map(([, base64]) =>
    Uint8Array.from(atob(base64.replaceAll(/\s/g, "")), (letter) => letter.charCodeAt(0)));
}
