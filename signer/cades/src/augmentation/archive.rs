//! archive-time-stamp-v3 (EN 319 122-1 clause 5.5): its imprint, then its token.

use seal::{Digest, DigestAlgorithm, TimeStampTokenDer};

use super::{
    Augmentation, AugmentationRefusal, SignatureId, check_token, expect_room,
    splice::{self, UnsignedAttribute},
};
use crate::{
    Error, SignedContent,
    asn1::{Part, identifiers},
    signed_data::{SignedData, Signer, attribute, hash_index},
    time_stamp::{Nonce, TimeStampTrust, Token, TokenRefusal},
};

/// An archive-time-stamp whose token is still to be asked for.
#[derive(Clone, Debug)]
pub struct ArchiveTimeStampToBeMade {
    augmentation: Augmentation,
    signature: SignatureId,
    /// ATSHashIndexV3 in DER.
    hash_index: Vec<u8>,
    imprint: Digest,
}

impl ArchiveTimeStampToBeMade {
    pub(super) fn prepare(
        augmentation: Augmentation,
        signature: &SignatureId,
        content: SignedContent<'_>,
        algorithm: DigestAlgorithm,
    ) -> Result<Self, Error> {
        let read = SignedData::read(&augmentation.container)?;
        let signer = signature.in_container(&read)?;
        expect_room(&read)?;
        let signed_with = signer.hash_algorithm().ok_or(AugmentationRefusal::NoMessageDigest)?;
        let signed = signer.message_digest().map_err(Error::malformed("message-digest attribute"));
        let signed = signed?.ok_or(AugmentationRefusal::NoMessageDigest)?;
        let hash = |algorithm| read.content_hash(content, algorithm);
        let content = hash(signed_with).ok_or(AugmentationRefusal::NoContent)?;
        if content.as_bytes() != &signed[..] {
            return Err(Error::OtherContent);
        }
        let content = hash(algorithm.into()).ok_or(AugmentationRefusal::NoContent)?;
        let index = hash_index::hash_index(&read, signer, algorithm);
        let message = hash_index::message(&read, signer, content.as_bytes(), &index);
        let imprint = Digest::of(algorithm, &message);
        let signature = signature.clone();
        Ok(Self { augmentation, signature, hash_index: index, imprint })
    }

    /// What the time-stamping authority is asked to stamp.
    pub fn imprint(&self) -> &Digest {
        &self.imprint
    }

    /// Takes the token after verifying it in full, puts the index into it as an unsigned
    /// attribute (ats-hash-index-v3), and both into the container.
    ///
    /// # Errors
    /// [`Error::TokenRefused`].
    pub fn assemble(
        self,
        token: &TimeStampTokenDer,
        nonce: Option<&Nonce>,
        trust: TimeStampTrust<'_>,
    ) -> Result<Augmentation, Error> {
        let read = Token::parse(token.as_bytes())?;
        check_token(&read, &self.imprint.into(), nonce, trust)?;
        let index = attribute(identifiers::ATS_HASH_INDEX_V3, Part::Raw(&self.hash_index));
        let token =
            with_unsigned_attribute(token.as_bytes(), &index).map_err(TokenRefusal::from)?;
        let attribute = attribute(identifiers::ARCHIVE_TIME_STAMP_V3, Part::Raw(&token));
        self.augmentation.with(&splice::Additions::to_signer(&self.signature, attribute))
    }
}

/// A token with one more unsigned attribute in its only SignerInfo.
fn with_unsigned_attribute(token: &[u8], attribute: &[u8]) -> der::Result<Vec<u8>> {
    let read = SignedData::parse(token)?;
    let to = |signer: &Signer<'_>| UnsignedAttribute {
        signer: signer.fields.to_vec(),
        attribute: attribute.to_vec(),
    };
    let unsigned_attributes = read.signers.iter().map(to).collect();
    splice::splice(token, &splice::Additions { unsigned_attributes, ..Default::default() })
}
