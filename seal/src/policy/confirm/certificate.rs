//! A certificate's fields, borrowed: one is read in each act.

use std::time::Duration;

use der::{
    AnyRef, Choice, Decode, Reader, Sequence, SliceReader, Tag, Tagged,
    asn1::{BitStringRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime},
};

/// The most attributes of a name and the most extensions that are read.
const MAXIMUM_MEMBERS: usize = 64;

/// A name's attributes, in their order.
pub(super) type Name<'a> = Vec<Attribute<'a>>;

/// What is confirmed of a certificate (RFC 5280 section 4.1).
pub(super) struct Certificate<'a> {
    pub(super) subject: Name<'a>,
    /// notBefore and notAfter, since 1970.
    pub(super) validity: [Duration; 2],
    pub(super) public_key: SubjectPublicKeyInfo<'a>,
    pub(super) extensions: Vec<Extension<'a>>,
}

impl<'a> Certificate<'a> {
    pub(super) fn read(der: &'a [u8]) -> der::Result<Self> {
        let Signed { fields, .. } = Signed::from_der(der)?;
        let mut subject = Vec::with_capacity(8);
        for relative_name in elements(fields.subject, Tag::Sequence)? {
            for attribute in elements(relative_name, Tag::Set)? {
                subject.push(attribute.decode_as()?);
            }
        }
        let extensions = match fields.extensions {
            Some(extensions) => elements(extensions, Tag::Sequence)?,
            None => Vec::new(),
        };
        Ok(Self {
            subject,
            validity: [fields.validity.not_before, fields.validity.not_after].map(Time::since_1970),
            public_key: fields.subject_public_key_info,
            extensions: extensions
                .into_iter()
                .map(|extension| extension.decode_as())
                .collect::<der::Result<_>>()?,
        })
    }
}

/// The elements of a SEQUENCE OF or SET OF.
fn elements<'a>(all: AnyRef<'a>, tag: Tag) -> der::Result<Vec<AnyRef<'a>>> {
    all.tag().assert_eq(tag)?;
    let mut reader = SliceReader::new(all.value())?;
    let mut elements = Vec::with_capacity(8);
    while !reader.is_finished() {
        if elements.len() == MAXIMUM_MEMBERS {
            return Err(tag.length_error().into());
        }
        elements.push(reader.decode()?);
    }
    Ok(elements)
}

#[derive(Sequence)]
struct Signed<'a> {
    fields: Fields<'a>,
    algorithm: AnyRef<'a>,
    signature: BitStringRef<'a>,
}

/// TBSCertificate.
#[derive(Sequence)]
struct Fields<'a> {
    #[asn1(context_specific = "0", optional = "true")]
    version: Option<u8>,
    serial_number: AnyRef<'a>,
    algorithm: AnyRef<'a>,
    issuer: AnyRef<'a>,
    validity: Validity,
    subject: AnyRef<'a>,
    subject_public_key_info: SubjectPublicKeyInfo<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", optional = "true")]
    extensions: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct Validity {
    not_before: Time,
    not_after: Time,
}

#[derive(Choice, Clone, Copy)]
enum Time {
    #[asn1(type = "UTCTime")]
    Utc(UtcTime),
    #[asn1(type = "GeneralizedTime")]
    General(GeneralizedTime),
}

impl Time {
    fn since_1970(self) -> Duration {
        match self {
            Self::Utc(time) => time.to_unix_duration(),
            Self::General(time) => time.to_unix_duration(),
        }
    }
}

/// AttributeTypeAndValue.
#[derive(Sequence)]
pub(super) struct Attribute<'a> {
    pub(super) oid: ObjectIdentifier,
    pub(super) value: AnyRef<'a>,
}

#[derive(Sequence)]
pub(super) struct SubjectPublicKeyInfo<'a> {
    pub(super) algorithm: AlgorithmIdentifier<'a>,
    pub(super) subject_public_key: BitStringRef<'a>,
}

#[derive(Sequence)]
pub(super) struct AlgorithmIdentifier<'a> {
    pub(super) oid: ObjectIdentifier,
    pub(super) parameters: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
pub(super) struct Extension<'a> {
    pub(super) oid: ObjectIdentifier,
    #[asn1(default = "bool::default")]
    pub(super) critical: bool,
    pub(super) value: &'a OctetStringRef,
}
