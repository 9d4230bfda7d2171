//! RSA signatures that ring does not verify: RSASSA-PSS with other parameters than one digest for
//! all and a salt of its length, RSASSA-PKCS1-v1_5 over other hashes, and keys whose modulus was
//! written without its sign (RFC 8017 sections 8.1.2, 8.2.2 and 9).
//!
//! The number theory is num-bigint's. That it does not run in constant time does not matter: all
//! that goes in is public.

use num_bigint::BigUint;

use super::{HashAlgorithm, HashValue, PssParameters, RSA_MODULUS_LENGTHS};
use crate::asn1::{Element, Part, tag};

/// An `RSAPublicKey` (RFC 8017 appendix A.1.1).
pub(super) struct RsaPublicKey {
    modulus: BigUint,
    exponent: BigUint,
    /// The length of the modulus in bytes.
    length: usize,
}

/// The longest public exponent in bits, as ring has it.
const MAXIMUM_EXPONENT_BITS: u64 = 33;

impl RsaPublicKey {
    /// Reads the key; `None` if it is none to verify with: its modulus is even or of another
    /// length than ring takes for legacy use, or its exponent is even, below 3 or above 33 bits.
    ///
    /// A modulus without the zero that keeps it positive (X.690 clause 8.3.3) is taken without
    /// its sign, as other verifiers take it: no modulus is negative.
    pub(super) fn read(key: &[u8]) -> Option<Self> {
        let mut fields = Element::parse(key, tag::SEQUENCE).ok()?.elements().ok()?;
        let modulus = fields.expect(tag::INTEGER).ok()?.contents;
        let exponent = fields.expect(tag::INTEGER).ok()?.contents;
        fields.finish().ok()?;
        let (modulus, exponent) =
            (BigUint::from_bytes_be(modulus), BigUint::from_bytes_be(exponent));
        let length = usize::try_from(modulus.bits().div_ceil(8)).ok()?;
        let usable = (128..=*RSA_MODULUS_LENGTHS.end()).contains(&length)
            && modulus.bit(0)
            && exponent.bit(0)
            && (2..=MAXIMUM_EXPONENT_BITS).contains(&exponent.bits());
        usable.then_some(Self { modulus, exponent, length })
    }

    /// RSASSA-PSS-VERIFY (section 8.1.2).
    pub(super) fn verify_pss(
        &self,
        parameters: PssParameters,
        message: &[u8],
        value: &[u8],
    ) -> bool {
        let encoded_bits = self.modulus.bits() - 1;
        let Ok(encoded_length) = usize::try_from(encoded_bits.div_ceil(8)) else { return false };
        let Some(encoded) = self.encoded_message(value) else { return false };
        // Of a modulus of 8n + 1 bits the encoded message is one byte shorter.
        let (before, encoded) = encoded.split_at(self.length - encoded_length);
        let unused_bits = (8 * encoded_length) as u64 - encoded_bits;
        before.iter().all(|byte| *byte == 0)
            && is_pss_encoded(parameters, message, encoded, unused_bits as u32)
    }

    /// RSASSA-PKCS1-V1_5-VERIFY (section 8.2.2): the encoding is made and compared. Some signers
    /// leave out the NULL parameters that appendix B.1 demands in it; for others that is the same.
    pub(super) fn verify_pkcs1(&self, hash: HashAlgorithm, message: &[u8], value: &[u8]) -> bool {
        let hashed = hash.hash(message);
        let Some(encoded) = self.encoded_message(value) else { return false };
        let parameters: [&[u8]; 2] = [&[tag::NULL, 0], &[]];
        let mut expected = parameters.iter().map(|one| self.pkcs1_encoding(hash, &hashed, one));
        expected.any(|expected| expected.as_ref() == Some(&encoded))
    }

    /// EMSA-PKCS1-v1_5 (section 9.2); `None` when the key is too short for it.
    fn pkcs1_encoding(
        &self,
        hash: HashAlgorithm,
        hashed: &HashValue,
        parameters: &[u8],
    ) -> Option<Vec<u8>> {
        let identifier = [
            Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(hash.oid())]),
            Part::Raw(parameters),
        ];
        let digest_info = Part::Element(
            tag::SEQUENCE,
            &[
                Part::Element(tag::SEQUENCE, &identifier),
                Part::Element(tag::OCTET_STRING, &[Part::Raw(hashed.as_bytes())]),
            ],
        )
        .to_vec();
        // 0x00 || 0x01 || PS || 0x00 || T, with eight bytes of PS at least (section 9.2).
        let padding = self.length.checked_sub(digest_info.len() + 3)?;
        let mut expected = vec![0, 1];
        expected.resize(2 + padding, 0xff);
        expected.push(0);
        expected.extend_from_slice(&digest_info);
        (padding >= 8).then_some(expected)
    }

    /// RSAVP1 (section 5.2.2) and I2OSP: as many bytes as the modulus has.
    fn encoded_message(&self, value: &[u8]) -> Option<Vec<u8>> {
        let signature = BigUint::from_bytes_be(value);
        if value.len() != self.length || signature >= self.modulus {
            return None;
        }
        let message = signature.modpow(&self.exponent, &self.modulus).to_bytes_be();
        let mut encoded = vec![0; self.length.checked_sub(message.len())?];
        encoded.extend_from_slice(&message);
        Some(encoded)
    }
}

/// EMSA-PSS-VERIFY (section 9.1.2). `unused_bits` are those of the first byte that the modulus has
/// no room for.
fn is_pss_encoded(
    parameters: PssParameters,
    message: &[u8],
    encoded: &[u8],
    unused_bits: u32,
) -> bool {
    let PssParameters { hash, mask_hash, salt_length } = parameters;
    let hash_length = hash.hash_length();
    let Some(masked_length) = encoded.len().checked_sub(hash_length + 1) else { return false };
    let Some(padding) = masked_length.checked_sub(salt_length as usize + 1) else { return false };
    let (masked, rest) = encoded.split_at(masked_length);
    let (h, trailer) = rest.split_at(hash_length);
    let unused = !(0xff_u8 >> unused_bits);
    if trailer != [0xbc] || masked[0] & unused != 0 {
        return false;
    }
    let mut block: Vec<u8> = mask(mask_hash, h, masked_length);
    block.iter_mut().zip(masked).for_each(|(mask, masked)| *mask ^= masked);
    block[0] &= !unused;
    let (zeros, salted) = block.split_at(padding);
    let [1, salt @ ..] = salted else { return false };
    let m = [&[0; 8][..], hash.hash(message).as_bytes(), salt].concat();
    zeros.iter().all(|byte| *byte == 0) && hash.hash(&m).as_bytes() == h
}

/// MGF1 (appendix B.2.1).
fn mask(hash: HashAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + hash.hash_length());
    for counter in 0_u32.. {
        if mask.len() >= length {
            break;
        }
        mask.extend_from_slice(hash.hash(&[seed, &counter.to_be_bytes()].concat()).as_bytes());
    }
    mask.truncate(length);
    mask
}
