//! The key derivation of PKCS#12 (RFC 7292 appendix B.2).

use ring::digest::{Algorithm, Context};
use zeroize::Zeroizing;

/// What a derived key is for (RFC 7292 appendix B.3).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// Encryption.
    Key = 1,
    /// An initial vector.
    Vector = 2,
    /// A MAC.
    Mac = 3,
}

/// A password as the derivation wants it: UTF-16, big-endian, with two zero octets behind it (appendix B.1).
pub(crate) fn wide(password: &str) -> Zeroizing<Vec<u8>> {
    let letters = password.encode_utf16().chain([0]);
    Zeroizing::new(letters.flat_map(u16::to_be_bytes).collect())
}

/// As many octets as asked for.
pub(crate) fn derive(
    digest: &'static Algorithm,
    purpose: Purpose,
    (wide_password, salt): (&[u8], &[u8]),
    iterations: u32,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = digest.block_len();
    let filled = |octets: &[u8]| {
        let length = octets.len().div_ceil(block) * block;
        octets.iter().copied().cycle().take(length).collect::<Vec<u8>>()
    };
    let mut input = Zeroizing::new([filled(salt), filled(wide_password)].concat());
    let mut output = Zeroizing::new(Vec::with_capacity(length + digest.output_len()));
    while output.len() < length {
        let mut context = Context::new(digest);
        context.update(&vec![purpose as u8; block]);
        context.update(&input);
        let mut hash = context.finish();
        for _ in 1..iterations {
            hash = ring::digest::digest(digest, hash.as_ref());
        }
        output.extend_from_slice(hash.as_ref());
        let added: Vec<u8> = hash.as_ref().iter().copied().cycle().take(block).collect();
        for part in input.chunks_mut(block) {
            let mut carry = 1_u16;
            for (octet, more) in part.iter_mut().zip(&added).rev() {
                carry += u16::from(*octet) + u16::from(*more);
                *octet = carry as u8;
                carry >>= 8;
            }
        }
    }
    output.truncate(length);
    output
}
