//! Levels B-LT and B-LTA: what a verifier needs after the certificates have expired, put into the
//! document (ETSI EN 319 142-1 and EN 319 122-1 clause 6.3).

use std::time::Duration;

use cades::{
    Augmentation, Certificate, OcspResponse, RevocationList, RevocationStatus, SignedContent,
    ValidationData,
};
use pades::SignedDocument;
use seal::{CertificateDer, Chain, Level, TimeStampTokenDer};

use super::{
    SMALL, Service, TIME_STAMP_DIGEST,
    revocation::{RevocationData, RevocationError},
    target::{Embedded, SignedOver},
};
use crate::Error;

/// How far ahead the clocks of responders and list issuers may be.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(300);

/// What stands in the document for later.
struct Evidence {
    data: ValidationData,
    /// The certificates that can be revoked.
    revocable: Vec<CertificateDer>,
}

impl Service {
    /// Raises a signature at B-T to `level`, which is B-LT or B-LTA.
    ///
    /// # Errors
    /// [`Error::Revocation`] when revocation data cannot be had, [`Error::TimeStamp`] when no
    /// archive time-stamp can: what was asked for is then not answered.
    pub(super) async fn lengthen(
        &self,
        embedded: Embedded,
        chain: &Chain,
        token: &TimeStampTokenDer,
        level: Level,
    ) -> Result<Embedded, Error> {
        let evidence = self.evidence(chain, token).await?;
        self.hold_good(&evidence, chain)?;
        match embedded {
            Embedded::Pdf { signed, original } => {
                let signed = Box::new(self.lengthen_pdf(*signed, &evidence, level).await?);
                Ok(Embedded::Pdf { signed, original })
            }
            Embedded::Cms { container, content } => {
                let augmentation =
                    Augmentation::parse(container)?.with_validation_data(&evidence.data)?;
                let augmentation = match level {
                    Level::BLTA => {
                        let mut archived = augmentation;
                        // Ours has one signature.
                        for signature in archived.signatures()? {
                            // Only one digest of a detached content may be known.
                            let SignedOver { digest, attached } = content;
                            let archive = if attached {
                                let signed = SignedContent::Attached;
                                archived.archive_time_stamp(&signature, signed, TIME_STAMP_DIGEST)
                            } else {
                                let signed = SignedContent::Hashed(&|_| digest.into());
                                archived.archive_time_stamp(&signature, signed, digest.algorithm())
                            }?;
                            let token = self.time_stamping.time_stamp(*archive.imprint()).await?;
                            archived = self.trust.assemble_archive(archive, &token)?;
                        }
                        archived
                    }
                    Level::BB | Level::BT | Level::BLT => augmentation,
                };
                Ok(Embedded::Cms { container: augmentation.into_der(), content })
            }
        }
    }

    async fn lengthen_pdf(
        &self,
        signed: SignedDocument,
        evidence: &Evidence,
        level: Level,
    ) -> Result<SignedDocument, Error> {
        let data = pades::ValidationData::from(&evidence.data);
        let long = signed.effort().steps() > SMALL;
        if level < Level::BLTA {
            let append = move || {
                let document = pades::Document::reopen(signed)?;
                Ok(document.append_security_store(&data)?)
            };
            return if long { self.flights.elsewhere(append).await } else { append() };
        }
        let reserved = self.time_stamping.maximum_token_length();
        let prepare = move || {
            let document = pades::Document::reopen(signed)?;
            Ok(document.prepare_archive_time_stamp(&data, TIME_STAMP_DIGEST, reserved)?)
        };
        let prepared = if long { self.flights.elsewhere(prepare).await } else { prepare() }?;
        let imprint = prepared.digest();
        let token = self.time_stamping.time_stamp(imprint).await?;
        self.trust.check_token(&token, &imprint)?;
        Ok(prepared.embed(token.as_bytes())?)
    }

    /// What the paths of signer and time-stamping unit need: the certificates above the signer,
    /// the unit's, and revocation data for each that can be revoked.
    async fn evidence(&self, chain: &Chain, token: &TimeStampTokenDer) -> Result<Evidence, Error> {
        let token =
            cades::time_stamp::Token::parse(token.as_bytes()).map_err(cades::Error::from)?;
        let issuers = chain.issuers().iter().cloned().map(Certificate::parse);
        let mut data = ValidationData {
            certificates: issuers.collect::<Result<_, _>>()?,
            ..ValidationData::default()
        };
        data.certificates.extend_from_slice(token.certificates());
        let mut revocable = Vec::new();
        let others = data.certificates.iter().map(Certificate::der);
        for certificate in std::iter::once(chain.end_entity()).chain(others) {
            match self.revocation.revocation_data(certificate).await? {
                RevocationData::NotNeeded => continue,
                RevocationData::List(list) => {
                    if !data.revocation_lists.iter().any(|known| *known.der() == list) {
                        data.revocation_lists.push(RevocationList::parse(list)?);
                    }
                }
                RevocationData::OcspResponse(response) => {
                    data.ocsp_responses.push(OcspResponse::parse(response)?);
                }
            }
            revocable.push(certificate.clone());
        }
        Ok(Evidence { data, revocable })
    }

    /// A document whose own evidence speaks against it, or says nothing that holds now, is not
    /// answered.
    fn hold_good(&self, evidence: &Evidence, chain: &Chain) -> Result<(), Error> {
        let data = &evidence.data;
        let anchors = self.trust.anchors();
        let above: Vec<&Certificate> =
            data.certificates.iter().chain(anchors.certificates()).collect();
        let end_entity = Certificate::parse(chain.end_entity().clone())?;
        let now = self.clock.now();
        // Whoever made them may have a clock that is a little ahead of ours.
        let made_by = now + CLOCK_TOLERANCE;
        for certificate in std::iter::once(&end_entity).chain(&data.certificates) {
            let mut good = false;
            for issuer in above.iter().filter(|one| one.subject() == certificate.issuer()) {
                let listed = data.revocation_lists.iter().filter(|l| l.concerns(certificate));
                let listed = listed.filter_map(|list| {
                    Some((list.status(certificate, issuer).ok()?, list.covers(now, made_by)))
                });
                let answered =
                    data.ocsp_responses.iter().filter(|r| r.concerns(certificate, issuer));
                let answered = answered.filter_map(|response| {
                    let verified = response.verify(certificate, issuer, &data.certificates).ok()?;
                    Some((verified.status, verified.covers(now, made_by)))
                });
                for (status, holds_now) in listed.chain(answered) {
                    if status != RevocationStatus::NotRevoked {
                        return Err(RevocationError::Revoked.into());
                    }
                    good |= holds_now;
                }
            }
            if !good && evidence.revocable.contains(certificate.der()) {
                let why = "what its issuer says does not hold now".to_owned();
                return Err(RevocationError::Unavailable(why).into());
            }
        }
        Ok(())
    }
}
