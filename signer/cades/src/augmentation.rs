//! Raising a signature's level (EN 319 122-1 clause 6.3): our own and others', attached or
//! detached. Nothing that stands in the container is encoded again.

mod archive;
mod refusal;
mod splice;

use bytes::Bytes;
use seal::{Digest, DigestAlgorithm, TimeStampTokenDer};

pub use archive::ArchiveTimeStampToBeMade;
pub use refusal::AugmentationRefusal;

use crate::{
    Certificate, Error, ValidationData,
    asn1::identifiers,
    signed_data::{SignedData, Signer, SigningCertificate, attribute},
    time_stamp::{Nonce, TimeStampTrust, Token, TokenRefusal},
    validation_data::certificates,
};
use splice::Additions;

/// A container with one signature that gets more evidence.
///
/// Each step answers the container with the additions: a signature-time-stamp makes level T,
/// validation data make LT, an archive-time-stamp makes LTA, and further validation data and
/// another archive-time-stamp renew it before the last one's certificate expires.
///
/// ```
/// # use cades::{Augmentation, Error, SignedContent, ValidationData, time_stamp::*};
/// # use seal::*;
/// fn archive(
///     container: Vec<u8>,
///     document: &[u8],
///     evidence: &ValidationData,
///     authority: impl Fn(&Digest) -> TimeStampTokenDer,
///     trust: TimeStampTrust<'_>,
/// ) -> Result<Vec<u8>, Error> {
///     let augmentation = Augmentation::parse(container)?.with_validation_data(evidence)?;
///     let content = SignedContent::Bytes(document);
///     let time_stamp = augmentation.archive_time_stamp(content, DigestAlgorithm::Sha256)?;
///     let token = authority(time_stamp.imprint());
///     Ok(time_stamp.assemble(&token, None, trust)?.into_der().to_vec())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Augmentation {
    container: Bytes,
}

impl Augmentation {
    /// Takes a container with exactly one signature, in DER or BER. Nothing is verified but what
    /// would make additions pointless or harmful.
    ///
    /// # Errors
    /// [`Error::Malformed`] and [`Error::TooLong`]; [`Error::NotAugmentable`] for several
    /// signatures, bytes after the container, or archive-time-stamps of an older kind.
    pub fn parse(container: impl Into<Bytes>) -> Result<Self, Error> {
        let container = container.into();
        Self::examine(&container)?;
        Ok(Self { container })
    }

    /// Whether a signature-time-stamp is there, valid or not.
    pub fn has_time_stamp(&self) -> bool {
        self.has(identifiers::SIGNATURE_TIME_STAMP)
    }

    /// Whether an archive-time-stamp-v3 is there, valid or not: another one renews it.
    pub fn has_archive_time_stamp(&self) -> bool {
        self.has(identifiers::ARCHIVE_TIME_STAMP_V3)
    }

    /// Whether the content stands inside.
    pub fn is_attached(&self) -> bool {
        SignedData::read(&self.container).is_ok_and(|read| read.content.is_some())
    }

    /// The certificates inside that can be read.
    pub fn certificates(&self) -> Vec<Certificate> {
        SignedData::read(&self.container)
            .map(|read| certificates(&read, &mut Vec::new()))
            .unwrap_or_default()
    }

    /// The token of the archive-time-stamp-v3 that states the latest time; those that cannot be
    /// read are passed over.
    pub fn newest_archive_time_stamp(&self) -> Option<Bytes> {
        let read = SignedData::read(&self.container).ok()?;
        let signer = only_signer(&read).ok()?;
        let tokens = signer.unsigned_values(identifiers::ARCHIVE_TIME_STAMP_V3);
        let dated =
            tokens.filter_map(|value| Some((Token::parse(value.raw).ok()?.gen_time(), value)));
        let (_, newest) = dated.max_by_key(|(time, _)| *time)?;
        Some(Bytes::copy_from_slice(newest.raw))
    }

    fn has(&self, attribute: &[u8]) -> bool {
        SignedData::read(&self.container).is_ok_and(|read| {
            read.signers.iter().any(|signer| signer.unsigned_values(attribute).next().is_some())
        })
    }

    /// The digest of the signature value, which a signature-time-stamp covers (EN 319 122-1
    /// clause 5.3).
    ///
    /// # Errors
    /// None for a container that [`Augmentation::parse`] took.
    pub fn imprint(&self, algorithm: DigestAlgorithm) -> Result<Digest, Error> {
        let read = SignedData::read(&self.container)?;
        Ok(Digest::of(algorithm, only_signer(&read)?.signature))
    }

    /// Adds a signature-time-stamp after verifying it in full, like
    /// [`Signature::with_time_stamp`](crate::Signature::with_time_stamp).
    ///
    /// # Errors
    /// [`Error::TokenRefused`]; [`Error::NotAugmentable`] when the signer's certificate is not in
    /// the container.
    pub fn with_time_stamp(
        self,
        token: &TimeStampTokenDer,
        nonce: Option<&Nonce>,
        trust: TimeStampTrust<'_>,
    ) -> Result<Self, Error> {
        let read = SignedData::read(&self.container)?;
        let signer = only_signer(&read)?;
        let certificate = signer_certificate(&read, signer)?;
        let stamp = Token::parse(token.as_bytes())?;
        let imprint = Digest::of(stamp.imprint().algorithm(), signer.signature);
        check_token(&stamp, &imprint, nonce, trust)?;
        let gen_time = stamp.gen_time();
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        if gen_time < not_before {
            return Err(TokenRefusal::TooEarly { gen_time, not_before }.into());
        }
        if gen_time > not_after {
            return Err(TokenRefusal::TooLate { gen_time, not_after }.into());
        }
        let value = crate::asn1::Part::Raw(token.as_bytes());
        let attribute = attribute(identifiers::SIGNATURE_TIME_STAMP, value);
        self.with(&Additions { unsigned_attributes: vec![attribute], ..Additions::default() })
    }

    /// Adds certificates, revocation lists and OCSP responses to `SignedData` (EN 319 122-1 clause
    /// 6.3: never as certificate-values or revocation-values). What is there already is not added
    /// again.
    ///
    /// # Errors
    /// [`Error::TooLong`] when the container would become longer than can be read.
    pub fn with_validation_data(self, data: &ValidationData) -> Result<Self, Error> {
        self.with(&Additions::of(data))
    }

    /// Prepares an archive-time-stamp-v3 (EN 319 122-1 clause 5.5) over everything that stands in
    /// the container; `content` is what the signature is over. `algorithm` is the digest of the
    /// time-stamp's imprint and of its index.
    ///
    /// # Errors
    /// [`Error::OtherContent`] when the content is not the one that was signed;
    /// [`Error::NotAugmentable`] when it is not at hand.
    pub fn archive_time_stamp(
        self,
        content: crate::SignedContent<'_>,
        algorithm: DigestAlgorithm,
    ) -> Result<ArchiveTimeStampToBeMade, Error> {
        ArchiveTimeStampToBeMade::prepare(self, content, algorithm)
    }

    /// The container as it is now.
    pub fn as_der(&self) -> &[u8] {
        &self.container
    }

    /// The container. It is DER if the one that was parsed was.
    pub fn into_der(self) -> Bytes {
        self.container
    }

    /// Adds an unsigned attribute as it is, so that tests have evidence that is not good.
    #[cfg(test)]
    pub(crate) fn with_attribute(self, attribute: Vec<u8>) -> Self {
        let additions = Additions { unsigned_attributes: vec![attribute], ..Additions::default() };
        self.with(&additions).unwrap()
    }

    fn with(self, additions: &Additions) -> Result<Self, Error> {
        let container = splice::splice(&self.container, additions)
            .map_err(Error::malformed("signature container"))?;
        Self::parse(container)
    }

    fn examine(container: &[u8]) -> Result<(), Error> {
        let read = SignedData::read(container)?;
        if !read.trailing.is_empty() {
            let bytes = read.trailing.len();
            return Err(AugmentationRefusal::TrailingBytes { bytes }.into());
        }
        let signer = only_signer(&read)?;
        // They cover the whole SignedData: any addition would break them.
        for older in [
            identifiers::ARCHIVE_TIME_STAMP,
            identifiers::ARCHIVE_TIME_STAMP_V2,
            identifiers::LONG_TERM_VALIDATION,
        ] {
            if signer.unsigned_values(older).next().is_some() {
                return Err(AugmentationRefusal::OlderArchiveTimeStamp.into());
            }
        }
        Ok(())
    }
}

fn only_signer<'a, 'b>(read: &'b SignedData<'a>) -> Result<&'b Signer<'a>, Error> {
    match &read.signers[..] {
        [signer] => Ok(signer),
        signers => Err(AugmentationRefusal::SignerCount { signers: signers.len() }.into()),
    }
}

fn signer_certificate(read: &SignedData<'_>, signer: &Signer<'_>) -> Result<Certificate, Error> {
    let named: Option<SigningCertificate<'_>> =
        signer.signing_certificate().map_err(Error::malformed("signing-certificate attribute"))?;
    certificates(read, &mut Vec::new())
        .into_iter()
        .find(|one| signer.identifies(one) && named.is_none_or(|named| named.identifies(one)))
        .ok_or_else(|| AugmentationRefusal::NoSigningCertificate.into())
}

fn check_token(
    token: &Token<'_>,
    imprint: &Digest,
    nonce: Option<&Nonce>,
    trust: TimeStampTrust<'_>,
) -> Result<(), TokenRefusal> {
    if imprint != token.imprint() {
        return Err(TokenRefusal::OtherImprint);
    }
    if nonce.is_some_and(|sent| token.nonce() != Some(sent)) {
        return Err(TokenRefusal::OtherNonce);
    }
    token.verify(trust).map(drop)
}

#[cfg(test)]
mod tests;
