//! TimeStampResp (RFC 3161 section 2.4.2).

use std::fmt;

use der::Tag;
use seal::{Foreign, TimeStampTokenDer};

use crate::{
    Error,
    asn1::{Element, Part, tag},
};

/// The longest response that is read, in bytes.
pub const MAXIMUM_RESPONSE_LENGTH: usize = 256 * 1024;

/// What a time-stamping authority answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// Granted, with or without modifications; the token is not verified yet.
    Granted(TimeStampTokenDer),
    /// Not granted.
    Rejected(Rejection),
}

/// An answer without a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// PKIStatus: 2 rejection, 3 waiting, 4 and 5 revocation.
    pub status: u32,
    /// failInfo, if it is one that RFC 3161 names.
    pub failure: Option<FailureInfo>,
    /// The first line of statusString.
    pub explanation: Option<String>,
}

/// PKIFailureInfo: the reasons that RFC 3161 allows, by their bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureInfo {
    /// Unrecognised or unsupported algorithm.
    BadAlg = 0,
    /// Transaction not permitted or supported.
    BadRequest = 2,
    /// The data submitted has the wrong format.
    BadDataFormat = 5,
    /// The authority's time source is not available.
    TimeNotAvailable = 14,
    /// The requested policy is not supported.
    UnacceptedPolicy = 15,
    /// The requested extension is not supported.
    UnacceptedExtension = 16,
    /// The additional information requested is not available.
    AddInfoNotAvailable = 17,
    /// The request cannot be handled due to system failure.
    SystemFailure = 25,
}

impl FailureInfo {
    const ALL: [Self; 8] = [
        Self::BadAlg,
        Self::BadRequest,
        Self::BadDataFormat,
        Self::TimeNotAvailable,
        Self::UnacceptedPolicy,
        Self::UnacceptedExtension,
        Self::AddInfoNotAvailable,
        Self::SystemFailure,
    ];
}

/// PKIStatus: rejection.
const REJECTION: u32 = 2;

/// PKIStatus: the last that is named. A client MUST generate an error for others (RFC 3161 section
/// 2.4.2).
const GREATEST_STATUS: u32 = 5;

impl Response {
    /// A refusal for one reason.
    pub fn rejection(failure: FailureInfo, explanation: impl Into<String>) -> Self {
        let (failure, explanation) = (Some(failure), Some(explanation.into()));
        Self::Rejected(Rejection { status: REJECTION, failure, explanation })
    }

    /// Reads a response.
    ///
    /// # Errors
    /// [`Error::Malformed`], also when a token is there or missing against the status or the
    /// status is none that RFC 3161 names, and
    /// [`Error::TooLong`].
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        Error::limit("time-stamp response", der, MAXIMUM_RESPONSE_LENGTH)?;
        Self::read(der).map_err(Error::malformed("time-stamp response"))
    }

    /// The response in DER.
    pub fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Granted(token) => {
                let status = [Part::Raw(&[tag::INTEGER, 1, 0])];
                let status = Part::Element(tag::SEQUENCE, &status);
                Part::Element(tag::SEQUENCE, &[status, Part::Raw(token.as_bytes())]).to_vec()
            }
            Self::Rejected(rejection) => rejection.to_der(),
        }
    }

    fn read(der: &[u8]) -> der::Result<Self> {
        let mut fields = Element::parse(der, tag::SEQUENCE)?.elements()?;
        let rejection = Rejection::read(fields.expect(tag::SEQUENCE)?)?;
        let token = fields.optional(tag::SEQUENCE)?;
        fields.finish()?;
        match (rejection.status, token) {
            (0 | 1, Some(token)) => Ok(Self::Granted(TimeStampTokenDer::new(token.raw.to_vec()))),
            (2..=GREATEST_STATUS, None) => Ok(Self::Rejected(rejection)),
            _ => Err(Tag::Sequence.value_error().into()),
        }
    }
}

impl Rejection {
    fn to_der(&self) -> Vec<u8> {
        let status = [self.status as u8];
        let status = [Part::Raw(&status)];
        let text = self.explanation.as_ref().map(|text| [Part::Raw(text.as_bytes())]);
        let text = text.as_ref().map(|text| [Part::Element(tag::UTF8_STRING, text)]);
        let bits = self.failure.map(named_bit);
        let bits = bits.as_ref().map(|bits| [Part::Raw(bits)]);
        let mut fields = vec![Part::Element(tag::INTEGER, &status)];
        fields.extend(text.iter().map(|text| Part::Element(tag::SEQUENCE, text)));
        fields.extend(bits.iter().map(|bits| Part::Element(tag::BIT_STRING, bits)));
        let status_info = [Part::Element(tag::SEQUENCE, &fields)];
        Part::Element(tag::SEQUENCE, &status_info).to_vec()
    }

    fn read(sequence: Element<'_>) -> der::Result<Self> {
        let mut fields = sequence.elements()?;
        let status = fields.expect(tag::INTEGER)?.small_integer()?;
        let explanation = match fields.optional(tag::SEQUENCE)? {
            Some(text) => {
                let line = text.elements()?.expect(tag::UTF8_STRING)?.contents;
                Some(String::from_utf8_lossy(line).into_owned())
            }
            None => None,
        };
        let failure = fields.optional(tag::BIT_STRING)?.and_then(|bits| {
            FailureInfo::ALL.into_iter().find(|failure| named_bit(*failure) == bits.contents)
        });
        fields.finish()?;
        Ok(Self { status, failure, explanation })
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        self.failure.iter().try_for_each(|failure| write!(f, ", {failure:?}"))?;
        self.explanation.iter().try_for_each(|text| write!(f, ": {}", Foreign(text)))
    }
}

/// The contents of a BIT STRING with this one bit, without trailing zero bits (X.690 clause
/// 11.2.2).
fn named_bit(failure: FailureInfo) -> Vec<u8> {
    let bit = failure as usize;
    let mut contents = vec![0; bit / 8 + 2];
    contents[0] = 7 - (bit % 8) as u8;
    contents[bit / 8 + 1] = 0x80 >> (bit % 8);
    contents
}
