//! TSTInfo (RFC 3161 section 2.4.2), as our own tokens state it.

use std::time::SystemTime;

use seal::Digest;

use super::Nonce;
use crate::{
    Oid,
    asn1::{Part, generalized_time, tag, unsigned_integer},
    signed_data::digest_identifier,
};

/// What a token states: TSTInfo (RFC 3161 section 2.4.2), ordering false and tsa absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The policy that the token is made under.
    pub policy: Oid,
    /// The digest that was sent.
    pub imprint: Digest,
    /// The magnitude of the serial number, big-endian: unique for the authority, even after a
    /// crash.
    pub serial_number: Vec<u8>,
    /// The time.
    pub gen_time: SystemTime,
    /// Whether the time is written to the millisecond.
    pub milliseconds: bool,
    /// How far the time may be off (EN 319 422 clause 5.2.2: present, one second or better).
    pub accuracy: Accuracy,
    /// The request's nonce.
    pub nonce: Option<Nonce>,
}

/// How far a token's time may be off, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// Seconds.
    pub seconds: u32,
    /// Milliseconds, at most 999.
    pub milliseconds: u16,
    /// Microseconds, at most 999.
    pub microseconds: u16,
}

impl Accuracy {
    /// One second.
    pub const ONE_SECOND: Self = Self { seconds: 1, milliseconds: 0, microseconds: 0 };

    fn to_der(self) -> Vec<u8> {
        let fields = [
            (tag::INTEGER, self.seconds),
            (tag::primitive(0), self.milliseconds.min(999).into()),
            (tag::primitive(1), self.microseconds.min(999).into()),
        ];
        let fields = fields.into_iter().filter(|(_, value)| *value != 0).map(|(tag, value)| {
            Part::Element(tag, &[Part::Raw(&unsigned_integer(&value.to_be_bytes()))]).to_vec()
        });
        let contents = fields.collect::<Vec<_>>().concat();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&contents)]).to_vec()
    }
}

impl Statement {
    /// The longest serial number in bytes (RFC 3161 section 2.4.2: 160 bits).
    pub const MAXIMUM_SERIAL_NUMBER_LENGTH: usize = 20;

    /// The DER encoding; `None` when the time cannot be written.
    pub(super) fn to_der(&self) -> Option<Vec<u8>> {
        let algorithm = digest_identifier(self.imprint.algorithm());
        let digest = [Part::Raw(self.imprint.as_bytes())];
        let imprint = [Part::Raw(&algorithm), Part::Element(tag::OCTET_STRING, &digest)];
        let serial_number = unsigned_integer(&self.serial_number);
        let gen_time = generalized_time(self.gen_time, self.milliseconds)?;
        let accuracy = self.accuracy.to_der();
        let nonce = self.nonce.as_ref().map(|nonce| [Part::Raw(nonce.as_bytes())]);
        let nonce = nonce.as_ref().map(|nonce| Part::Element(tag::INTEGER, nonce));
        let fields = [
            Part::Raw(&[tag::INTEGER, 1, 1]),
            Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(self.policy.contents())]),
            Part::Element(tag::SEQUENCE, &imprint),
            Part::Element(tag::INTEGER, &[Part::Raw(&serial_number)]),
            Part::Element(tag::GENERALIZED_TIME, &[Part::Raw(&gen_time)]),
            Part::Raw(&accuracy),
            nonce.unwrap_or(Part::Raw(&[])),
        ];
        Some(Part::Element(tag::SEQUENCE, &fields).to_vec())
    }
}
