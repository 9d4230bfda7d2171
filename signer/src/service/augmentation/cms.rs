//! CMS signatures: a signature-time-stamp makes B-T, certificates and revocation data in
//! `SignedData` B-LT, and an archive-time-stamp-v3 B-LTA (EN 319 122-1 clauses 5.3 and 5.5).

use bytes::Bytes;
use cades::{
    ArchiveTimeStampToBeMade, Augmentation, Expectation, TrustMaterial, Validation, ValidationData,
    report::SignatureReport,
};
use seal::{Digest, DigestAlgorithm, Level};

use super::{
    AugmentationError, AugmentationRequest, Raised,
    gather::Gathered,
    verdict::{self, Judged, Levels},
};
use crate::{
    Error,
    audit::AugmentationDone,
    service::{
        Document, FileName, Service, TIME_STAMP_DIGEST,
        act::{LONG_DOCUMENT, off_the_reactor},
        validation::with_content,
    },
};

impl Service {
    /// Raises the signature of a CMS.
    pub(super) async fn raise_cms(&self, request: AugmentationRequest) -> Result<Raised, Error> {
        let AugmentationRequest { level, document, content, .. } = request;
        let trust = self.trust_material(None)?;
        let mut container = Augmentation::parse(document.bytes().clone()).map_err(unreadable)?;
        // An old signature may hold only by data that are still to be had.
        let mut gathered = Gathered::default();
        let needs = self.validation(&trust).needs(container.as_der()).ok();
        self.gather(&mut gathered, needs.iter()).await;
        let known = gathered.beside(&trust);
        let report = self.judge_cms(&container, content.as_ref(), known).await?;
        let levels = Levels::of(&[judged(&report)])?;
        let plan = levels.plan(level)?;

        let mut time = None;
        if plan.time_stamp {
            let (token, gen_time) =
                self.time_stamp_of_now(container.imprint(TIME_STAMP_DIGEST)?).await?;
            container = self
                .trust
                .with_token_trust(&token, |trust| container.with_time_stamp(&token, None, trust))?;
            time = Some(gen_time);
        }
        if level >= Level::BLT {
            let data = self.evidence_for_cms(&container, &trust, plan.renew).await?;
            container = container.with_validation_data(&data)?;
        }
        if level == Level::BLTA {
            let archive = prepare(container, content.clone()).await?;
            let (token, gen_time) = self.time_stamp_of_now(*archive.imprint()).await?;
            container = self.trust.assemble_archive(archive, &token)?;
            time = Some(gen_time);
        }
        let report = self.judge_cms(&container, content.as_ref(), trust).await?;
        verdict::hold(&[judged(&report)], level)?;
        let file_name =
            if container.is_attached() { FileName::AttachedCms } else { FileName::DetachedCms };
        let whole: Bytes = container.into_der();
        Ok(Raised {
            done: AugmentationDone {
                output: Digest::of(DigestAlgorithm::Sha256, &whole),
                size: whole.len() as u64,
                signatures: levels.count(),
                renewed: plan.renew,
                time_stamp_time: time,
            },
            parts: vec![whole],
            file_name,
        })
    }

    /// What the container needs to be validated with trust anchors alone.
    async fn evidence_for_cms(
        &self,
        container: &Augmentation,
        trust: &TrustMaterial,
        renew: bool,
    ) -> Result<ValidationData, Error> {
        let mut gathered = Gathered::default();
        let needs = self.validation(trust).needs(container.as_der())?;
        self.gather(&mut gathered, std::iter::once(&needs)).await;
        if let Some(token) = container.newest_archive_time_stamp().filter(|_| renew) {
            // The data of the newest time-stamp are older than itself: newer ones show that its
            // authority was good until now.
            let mut trust = trust.clone();
            trust.certificates.extend(container.certificates());
            let newest = self.validation(&trust).needs(&token)?;
            self.gather(&mut gathered, std::iter::once(&newest)).await;
        }
        let still = self.validation(&gathered.inside(trust)).needs(container.as_der())?;
        gathered.suffices(&still.revocation)?;
        Ok(gathered.into_data())
    }

    async fn judge_cms(
        &self,
        container: &Augmentation,
        content: Option<&Document>,
        trust: TrustMaterial,
    ) -> Result<SignatureReport, Error> {
        let now = self.clock.now();
        let (container, content) = (container.clone(), content.cloned());
        let long = is_long(&container, content.as_ref());
        off_the_reactor(long, move || {
            let (trust, expectation) = (&trust, Expectation::Cades);
            let validation = Validation { trust, expectation, now, proven_time: None };
            Ok(with_content(content.as_ref(), |signed| {
                validation.validate(container.as_der(), signed)
            }))
        })
        .await
    }

    fn validation<'a>(&self, trust: &'a TrustMaterial) -> Validation<'a> {
        let now = self.clock.now();
        Validation { trust, expectation: Expectation::Cades, now, proven_time: None }
    }
}

fn judged(report: &SignatureReport) -> Judged<'_> {
    Judged { name: "the signature".to_owned(), is_time_stamp: false, report }
}

/// The archive-time-stamp, but for its token.
async fn prepare(
    container: Augmentation,
    content: Option<Document>,
) -> Result<ArchiveTimeStampToBeMade, Error> {
    let long = is_long(&container, content.as_ref());
    off_the_reactor(long, move || {
        with_content(content.as_ref(), |signed| {
            Ok(container.archive_time_stamp(signed, TIME_STAMP_DIGEST)?)
        })
    })
    .await
}

fn is_long(container: &Augmentation, content: Option<&Document>) -> bool {
    let content = content.map_or(0, |content| content.bytes().len());
    container.as_der().len().saturating_add(content) >= LONG_DOCUMENT
}

/// What is no container holds no signature.
fn unreadable(error: cades::Error) -> Error {
    match error {
        cades::Error::NotAugmentable(why) => AugmentationError::NotAugmentable(why).into(),
        cades::Error::Malformed { .. } | cades::Error::TooLong { .. } => {
            AugmentationError::NoSignature.into()
        }
        error => error.into(),
    }
}
