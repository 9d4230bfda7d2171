//! Raising the level of signatures (EN 319 122-1 clause 6.3): our own and others', attached or
//! detached, one or several beside each other (RFC 5652 section 5.1). Nothing that stands in the
//! container is encoded again.

mod archive;
mod splice;

use bytes::Bytes;
use seal::{Digest, DigestAlgorithm, TimeStampTokenDer};

pub use archive::ArchiveTimeStampToBeMade;

use crate::{
    AugmentationRefusal, Certificate, Error, HashValue, MAXIMUM_SIGNERS, MAXIMUM_TIME_STAMPS,
    ValidationData,
    asn1::identifiers,
    signed_data::{SignedData, Signer, SigningCertificate, attribute},
    time_stamp::{Nonce, TimeStampTrust, Token, TokenRefusal},
    validation_data::certificates,
};
use splice::Additions;

/// A container whose signatures get more evidence.
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
///     let mut augmentation = Augmentation::parse(container)?.with_validation_data(evidence)?;
///     let content = SignedContent::Bytes(document);
///     for signature in augmentation.signatures()? {
///         let algorithm = DigestAlgorithm::Sha256;
///         let time_stamp = augmentation.archive_time_stamp(&signature, content, algorithm)?;
///         let token = authority(time_stamp.imprint());
///         augmentation = time_stamp.assemble(&token, None, trust)?;
///     }
///     Ok(augmentation.into_der().to_vec())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Augmentation {
    container: Bytes,
}

/// One signature of a container, by what no addition changes: version, sid, digestAlgorithm,
/// signedAttrs, signatureAlgorithm and signature of its SignerInfo. Their order in the container
/// may change, because DER has it follow from their lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureId(Vec<u8>);

impl SignatureId {
    fn in_container<'a, 'b>(&self, read: &'b SignedData<'a>) -> Result<&'b Signer<'a>, Error> {
        let found = read.signers.iter().find(|signer| signer.fields == self.0);
        found.ok_or_else(|| AugmentationRefusal::OtherContainer.into())
    }
}

impl Augmentation {
    /// Takes a container with 1 to [`MAXIMUM_SIGNERS`] signatures, in DER or BER. Nothing is
    /// verified but what would make additions pointless or harmful.
    ///
    /// # Errors
    /// [`Error::Malformed`] and [`Error::TooLong`]; [`Error::NotAugmentable`] for more signatures
    /// or none, the same one twice, a time-stamp token, bytes after the container, more time-stamps
    /// than are verified, or archive-time-stamps of an older kind.
    pub fn parse(container: impl Into<Bytes>) -> Result<Self, Error> {
        let container = container.into();
        Self::examine(&container)?;
        Ok(Self { container })
    }

    /// Its signatures, in the order of [`Validation::validate_all`](crate::Validation::validate_all)
    /// for the container as it is now.
    ///
    /// # Errors
    /// None for a container that [`Augmentation::parse`] took.
    pub fn signatures(&self) -> Result<Vec<SignatureId>, Error> {
        let read = SignedData::read(&self.container)?;
        Ok(read.signers.iter().map(|signer| SignatureId(signer.fields.to_vec())).collect())
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

    /// The token of the archive-time-stamp-v3 of a signature that states the latest time; those
    /// that cannot be read are passed over.
    pub fn newest_archive_time_stamp(&self, signature: &SignatureId) -> Option<Bytes> {
        let read = SignedData::read(&self.container).ok()?;
        let signer = signature.in_container(&read).ok()?;
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
    /// [`Error::NotAugmentable`] for a signature of another container, and when there is no room for
    /// another time-stamp.
    pub fn imprint(
        &self,
        signature: &SignatureId,
        algorithm: DigestAlgorithm,
    ) -> Result<Digest, Error> {
        let read = SignedData::read(&self.container)?;
        expect_room(&read)?;
        Ok(Digest::of(algorithm, &signature.in_container(&read)?.signature))
    }

    /// Adds a signature-time-stamp to the signature that it is for, after verifying it in full,
    /// like [`Signature::with_time_stamp`](crate::Signature::with_time_stamp).
    ///
    /// # Errors
    /// [`Error::TokenRefused`]; [`Error::NotAugmentable`] when the signer's certificate is not in
    /// the container.
    pub fn with_time_stamp(
        self,
        signature: &SignatureId,
        token: &TimeStampTokenDer,
        nonce: Option<&Nonce>,
        trust: TimeStampTrust<'_>,
    ) -> Result<Self, Error> {
        let read = SignedData::read(&self.container)?;
        let signer = signature.in_container(&read)?;
        let certificate = signer_certificate(&read, signer)?;
        let stamp = Token::parse(token.as_bytes())?;
        let imprint = stamp.imprint().algorithm().hash(&signer.signature);
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
        self.with(&Additions::to_signer(signature, attribute))
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

    /// Prepares an archive-time-stamp-v3 (EN 319 122-1 clause 5.5) of one signature, over the
    /// certificates and revocation data in the container and the signature's own fields and
    /// attributes; `content` is what the signature is over. `algorithm` is the digest of the
    /// time-stamp's imprint and of its index.
    ///
    /// # Errors
    /// [`Error::OtherContent`] when the content is not the one that was signed;
    /// [`Error::NotAugmentable`] when it is not at hand.
    pub fn archive_time_stamp(
        self,
        signature: &SignatureId,
        content: crate::SignedContent<'_>,
        algorithm: DigestAlgorithm,
    ) -> Result<ArchiveTimeStampToBeMade, Error> {
        ArchiveTimeStampToBeMade::prepare(self, signature, content, algorithm)
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
        let signature = self.signatures().unwrap().remove(0);
        self.with(&Additions::to_signer(&signature, attribute)).unwrap()
    }

    /// The same, where the container that comes out is none to add more to.
    #[cfg(test)]
    pub(crate) fn with_attribute_of_older_kind(self, attribute: Vec<u8>) -> Vec<u8> {
        let signature = self.signatures().unwrap().remove(0);
        splice::splice(&self.container, &Additions::to_signer(&signature, attribute)).unwrap()
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
        let signers = read.signers.len();
        if signers == 0 || signers > MAXIMUM_SIGNERS {
            return Err(AugmentationRefusal::SignerCount { signers }.into());
        }
        if read.content_type == identifiers::TST_INFO {
            return Err(AugmentationRefusal::TimeStampToken.into());
        }
        if read.count_time_stamps() > MAXIMUM_TIME_STAMPS {
            return Err(AugmentationRefusal::TooManyTimeStamps.into());
        }
        let is_repeated = |(index, signer): (usize, &Signer<'_>)| {
            read.signers.iter().skip(index + 1).any(|other| other.fields == signer.fields)
        };
        if read.signers.iter().enumerate().any(is_repeated) {
            return Err(AugmentationRefusal::SameSignatureTwice.into());
        }
        // They cover the whole SignedData: any addition would break them.
        for older in [
            identifiers::ARCHIVE_TIME_STAMP,
            identifiers::ARCHIVE_TIME_STAMP_V2,
            identifiers::LONG_TERM_VALIDATION,
        ] {
            if read.signers.iter().any(|signer| signer.unsigned_values(older).next().is_some()) {
                return Err(AugmentationRefusal::OlderArchiveTimeStamp.into());
            }
        }
        Ok(())
    }
}

/// Refuses a time-stamp that nobody would look at, before it is asked for.
fn expect_room(read: &SignedData<'_>) -> Result<(), AugmentationRefusal> {
    if read.count_time_stamps() < MAXIMUM_TIME_STAMPS {
        Ok(())
    } else {
        Err(AugmentationRefusal::TooManyTimeStamps)
    }
}

fn signer_certificate(read: &SignedData<'_>, signer: &Signer<'_>) -> Result<Certificate, Error> {
    let named: Option<SigningCertificate<'_>> =
        signer.signing_certificate().map_err(Error::malformed("signing-certificate attribute"))?;
    certificates(read, &mut Vec::new())
        .into_iter()
        .find(|one| {
            signer.identifies(one) && named.as_ref().is_none_or(|named| named.identifies(one))
        })
        .ok_or_else(|| AugmentationRefusal::NoSigningCertificate.into())
}

fn check_token(
    token: &Token<'_>,
    imprint: &HashValue,
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
