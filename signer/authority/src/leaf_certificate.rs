//! A leaf certificate, written at once.
//!
//! There is one for each act, and the library that writes the authorities' certificates takes as long for
//! it as a signature does: what all leaves of a profile share is encoded when the profile is made, and what
//! is left is written around it.

use cades::{Part, tag, time_of_choice};
use der::Encode;
use rcgen::PublicKeyData;
use seal::CertificateDer;

use crate::{
    AuthorityKey, Error, LeafTerms, extension::SharedExtensions, key_identifier, mailbox::Mailbox,
    name::Name,
};

/// The contents octets of keyUsage (RFC 5280 section 4.2.1.3) and its object identifier, critical.
const KEY_USAGE: [u8; 3] = [0x55, 0x1d, 15];
const AUTHORITY_KEY_IDENTIFIER: [u8; 3] = [0x55, 0x1d, 35];
const SUBJECT_ALTERNATIVE_NAME: [u8; 3] = [0x55, 0x1d, 17];
const SUBJECT_KEY_IDENTIFIER: [u8; 3] = [0x55, 0x1d, 14];
const BASIC_CONSTRAINTS: [u8; 3] = [0x55, 0x1d, 19];
/// A certificate of version 3 (RFC 5280 section 4.1.2.1).
const VERSION_3: [u8; 5] = [0xa0, 3, tag::INTEGER, 1, 2];
const TRUE: [u8; 3] = [tag::BOOLEAN, 1, 0xff];

/// What a leaf's key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafKeyUsage {
    /// nonRepudiation alone: type A of EN 319 412-2 clause 4.3.2.
    ContentCommitment,
    /// digitalSignature alone: good for logging in.
    DigitalSignature,
    /// keyEncipherment alone: an RSA key that is encrypted to.
    KeyEncipherment,
    /// keyAgreement alone: a key on a curve that is encrypted to.
    KeyAgreement,
    /// digitalSignature and keyEncipherment.
    SignatureAndEncipherment,
    /// digitalSignature and keyAgreement.
    SignatureAndAgreement,
}

impl LeafKeyUsage {
    /// Of a key that signs, that is encrypted to, or both; `rsa` says how it is encrypted to.
    pub(crate) const fn of_holder(signs: bool, encrypted_to: bool, rsa: bool) -> Self {
        match (signs, encrypted_to, rsa) {
            (_, false, _) => Self::DigitalSignature,
            (true, true, true) => Self::SignatureAndEncipherment,
            (true, true, false) => Self::SignatureAndAgreement,
            (false, true, true) => Self::KeyEncipherment,
            (false, true, false) => Self::KeyAgreement,
        }
    }

    /// The BIT STRING: how many bits of its last octet count nothing, and the octet.
    const fn bits(self) -> [u8; 2] {
        match self {
            Self::ContentCommitment => [6, 0x40],
            Self::DigitalSignature => [7, 0x80],
            Self::KeyEncipherment => [5, 0x20],
            Self::KeyAgreement => [3, 0x08],
            Self::SignatureAndEncipherment => [5, 0xa0],
            Self::SignatureAndAgreement => [3, 0x88],
        }
    }
}

/// A certificate that lacks its key and its signature.
#[derive(Clone, Debug)]
pub struct LeafCertificate {
    /// Whose it is.
    pub subject: Name,
    /// From when until when it is valid, and its serial number.
    pub terms: LeafTerms,
    /// What its key may be used for.
    pub key_usage: LeafKeyUsage,
    /// An address beside the subject (RFC 5280 section 4.2.1.6), not critical.
    pub(crate) email: Option<Mailbox>,
    pub(crate) shared: SharedExtensions,
}

/// Who issues leaf certificates.
#[derive(Clone, Copy, Debug)]
pub struct LeafIssuer<'a> {
    /// Its key.
    pub key: &'a AuthorityKey,
    /// Its name in DER, as it stands in its certificate.
    pub name: &'a [u8],
    /// Its subjectKeyIdentifier.
    pub key_identifier: &'a [u8],
}

impl LeafCertificate {
    /// The certificate of this key in DER (RFC 5280 section 4.1).
    ///
    /// # Errors
    /// [`Error::Validity`] for a time before 1970 or after 9999; [`Error::Signature`].
    pub fn certify(
        &self,
        key: &impl PublicKeyData,
        issuer: LeafIssuer<'_>,
    ) -> Result<CertificateDer, Error> {
        let algorithm = issuer.key.algorithm_identifier().to_der()?;
        let to_be_signed = self.to_be_signed(key, issuer, &algorithm)?;
        let signature = issuer.key.sign_message(&to_be_signed)?;
        let certificate = Part::Element(
            tag::SEQUENCE,
            &[
                Part::Raw(&to_be_signed),
                Part::Raw(&algorithm),
                Part::Element(tag::BIT_STRING, &[Part::Raw(&[0]), Part::Raw(&signature)]),
            ],
        );
        Ok(CertificateDer::new(certificate.to_vec()))
    }

    fn to_be_signed(
        &self,
        key: &impl PublicKeyData,
        issuer: LeafIssuer<'_>,
        algorithm: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let LeafTerms { validity, serial_number } = &self.terms;
        let time =
            |moment: time::OffsetDateTime| time_of_choice(moment.into()).ok_or(Error::Validity);
        let (begin, end) = (time(validity.not_before)?, time(validity.not_after)?);
        let extensions = self.extensions(key, issuer);
        Ok(Part::Element(
            tag::SEQUENCE,
            &[
                Part::Raw(&VERSION_3),
                Part::Element(tag::INTEGER, &[Part::Raw(serial_number)]),
                Part::Raw(algorithm),
                Part::Raw(issuer.name),
                Part::Element(
                    tag::SEQUENCE,
                    &[
                        Part::Element(begin.0, &[Part::Raw(&begin.1)]),
                        Part::Element(end.0, &[Part::Raw(&end.1)]),
                    ],
                ),
                Part::Raw(&self.subject.to_der()),
                Part::Raw(&key.subject_public_key_info()),
                Part::Element(
                    tag::context(3),
                    &[Part::Element(tag::SEQUENCE, &[Part::Raw(&extensions)])],
                ),
            ],
        )
        .to_vec())
    }

    fn extensions(&self, key: &impl PublicKeyData, issuer: LeafIssuer<'_>) -> Vec<u8> {
        let email = self.email.as_ref().map(|address| {
            let name = address.to_der();
            let names = Part::Element(tag::SEQUENCE, &[Part::Raw(&name)]);
            extension(&SUBJECT_ALTERNATIVE_NAME, false, names)
        });
        let identifier = Part::Element(tag::primitive(0), &[Part::Raw(issuer.key_identifier)]);
        let identifier = Part::Element(tag::SEQUENCE, &[identifier]);
        let key_usage = Part::Element(tag::BIT_STRING, &[Part::Raw(&self.key_usage.bits())]);
        let own = key_identifier(key);
        let own = Part::Element(tag::OCTET_STRING, &[Part::Raw(&own)]);
        Part::Parts(&[
            // EN 319 412-2 clause 4.3.1.
            Part::Raw(&extension(&AUTHORITY_KEY_IDENTIFIER, false, identifier)),
            Part::Raw(email.as_deref().unwrap_or_default()),
            Part::Raw(&extension(&KEY_USAGE, true, key_usage)),
            Part::Raw(&self.shared.revocation_list),
            Part::Raw(&extension(&SUBJECT_KEY_IDENTIFIER, false, own)),
            // RFC 5280 section 4.2.1.9: critical, and not a CA, which is the default.
            Part::Raw(&extension(&BASIC_CONSTRAINTS, true, Part::Element(tag::SEQUENCE, &[]))),
            Part::Raw(&self.shared.others),
        ])
        .to_vec()
    }
}

/// An Extension (RFC 5280 section 4.1.2.9).
fn extension(oid: &[u8], critical: bool, value: Part<'_>) -> Vec<u8> {
    Part::Element(
        tag::SEQUENCE,
        &[
            Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid)]),
            Part::Raw(if critical { &TRUE } else { &[] }),
            Part::Element(tag::OCTET_STRING, &[value]),
        ],
    )
    .to_vec()
}

#[cfg(test)]
mod tests;
