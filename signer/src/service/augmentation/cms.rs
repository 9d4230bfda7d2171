//! CMS signatures: a signature-time-stamp makes B-T, certificates and revocation data in
//! `SignedData` B-LT, and an archive-time-stamp-v3 B-LTA (EN 319 122-1 clauses 5.3 and 5.5).

use std::time::SystemTime;

use bytes::Bytes;
use cades::{
    ArchiveTimeStampToBeMade, Augmentation, Expectation, SignatureId, TrustMaterial, Validation,
    ValidationData, report::SignatureReport,
};
use seal::{Digest, DigestAlgorithm, Effort, Level};

use super::{
    AugmentationError, AugmentationRequest, Raised,
    gather::Gathered,
    verdict::{self, Judged, Levels},
};
use crate::{
    Error,
    audit::AugmentationDone,
    service::{Document, FileName, Service, TIME_STAMP_DIGEST, document::with_content},
};

impl Service {
    /// Raises every signature of a CMS, each from where it stands.
    pub(super) async fn raise_cms(
        &self,
        request: AugmentationRequest,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<Raised, Error> {
        let AugmentationRequest { level, document, content, .. } = request;
        let mut trust = self.augmentation_trust()?;
        trust.effort = Some(effort.clone());
        let trust = trust;
        // Each step makes a container beside the one before.
        let mut share = self.budget.share();
        share.grow_to(2 * document.bytes().len() as u64)?;
        let mut container = Augmentation::parse(document.bytes().clone()).map_err(unreadable)?;
        // An old signature may hold only by data that are still to be had.
        let mut gathered = Gathered::default();
        let needs = validation(&trust, now).needs(container.as_der()).ok();
        self.gather(&mut gathered, needs.iter()).await;
        let known = gathered.beside(&trust);
        // What was asked for meanwhile is younger than `now`, and would speak for no time yet.
        let now = self.clock.now();
        let reports = judge_cms(&container, content.as_ref(), &known, now)?;
        let levels = Levels::of(&judged(&reports))?;
        let plan = levels.plan(level)?;

        let mut time = None;
        // The additions may change the order of the signatures, but not what names them.
        let signatures = container.signatures()?;
        let at = |found: Level| {
            let found = signatures.iter().zip(levels.each()).filter(move |(_, of)| *of == found);
            found.map(|(signature, _)| signature)
        };
        for signature in at(Level::BB) {
            let imprint = container.imprint(signature, TIME_STAMP_DIGEST)?;
            let (token, gen_time) = self.time_stamp_of_now(imprint).await?;
            container = self.trust.with_token_trust(&token, |trust| {
                container.with_time_stamp(signature, &token, None, trust)
            })?;
            time = Some(gen_time);
        }
        if level >= Level::BLT {
            // What is there gets another archive-time-stamp as well, and then so does its proof.
            let renewed = at(Level::BLTA).filter(|_| level == Level::BLTA);
            let newest = renewed.filter_map(|one| container.newest_archive_time_stamp(one));
            let newest: Vec<Bytes> = newest.collect();
            let data = self.evidence_for_cms(&container, &trust, &newest).await?;
            container = container.with_validation_data(&data)?;
        }
        if level == Level::BLTA {
            for signature in &signatures {
                let archive = prepare(container, signature, content.as_ref())?;
                let (token, gen_time) = self.time_stamp_of_now(*archive.imprint()).await?;
                container = self.trust.assemble_archive(archive, &token)?;
                time = Some(gen_time);
            }
        }
        let reports = judge_cms(&container, content.as_ref(), &trust, self.clock.now())?;
        let reached = verdict::hold(&judged(&reports), level)?;
        let file_name =
            if container.is_attached() { FileName::AttachedCms } else { FileName::DetachedCms };
        let whole: Bytes = container.into_der();
        Ok(Raised {
            done: AugmentationDone {
                output: Digest::of(DigestAlgorithm::Sha256, &whole),
                size: whole.len() as u64,
                reached: reached.to_string(),
                signatures: levels.count(),
                renewed: plan.renew,
                time_stamp_time: time,
            },
            parts: vec![whole],
            file_name,
            warnings: Vec::new(),
        })
    }

    /// What the container needs to be validated with trust anchors alone, and `renewed`, the
    /// newest time-stamps of signatures whose proof is renewed.
    async fn evidence_for_cms(
        &self,
        container: &Augmentation,
        trust: &TrustMaterial,
        renewed: &[Bytes],
    ) -> Result<ValidationData, Error> {
        let mut gathered = Gathered::default();
        let now = self.clock.now();
        let needs = validation(trust, now).needs(container.as_der())?;
        self.gather(&mut gathered, std::iter::once(&needs)).await;
        let mut beside = trust.clone();
        beside.certificates.extend(container.certificates());
        for token in renewed {
            // The data of the newest time-stamp are older than itself: newer ones show that its
            // authority was good until now.
            let newest = validation(&beside, now).needs(token)?;
            self.gather(&mut gathered, std::iter::once(&newest)).await;
        }
        // What was asked for is younger than the questions.
        let now = self.clock.now();
        let still = validation(&gathered.inside(trust), now).needs(container.as_der())?;
        gathered.suffices(&still.revocation)?;
        Ok(gathered.into_data())
    }
}

fn judge_cms(
    container: &Augmentation,
    content: Option<&Document>,
    trust: &TrustMaterial,
    now: SystemTime,
) -> Result<Vec<SignatureReport>, Error> {
    let validation = validation(trust, now);
    let reports =
        with_content(content, |signed| validation.validate_all(container.as_der(), signed));
    if let Some(effort) = &trust.effort {
        effort.check().map_err(pades::Error::from)?;
    }
    Ok(reports)
}

fn validation(trust: &TrustMaterial, now: SystemTime) -> Validation<'_> {
    Validation { trust, expectation: Expectation::Cades, now, proven_time: None }
}

fn judged(reports: &[SignatureReport]) -> Vec<Judged<'_>> {
    let total = reports.len();
    let judged = reports.iter().enumerate().map(|(index, report)| Judged {
        name: match total {
            1 => "the signature".to_owned(),
            _ => format!("signature {} of {total}", index + 1),
        },
        is_time_stamp: false,
        report,
    });
    judged.collect()
}

/// The archive-time-stamp, but for its token.
fn prepare(
    container: Augmentation,
    signature: &SignatureId,
    content: Option<&Document>,
) -> Result<ArchiveTimeStampToBeMade, Error> {
    with_content(content, |signed| {
        Ok(container.archive_time_stamp(signature, signed, TIME_STAMP_DIGEST)?)
    })
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

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{Request, StatusCode, header::AUTHORIZATION},
    };
    use tower::ServiceExt;

    use crate::compose::sample::{API_KEY, demo};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_cms_that_costs_too_much_is_told_so_and_not_that_it_does_not_hold() {
        let (application, _directory) = demo(|limits| limits.maximum_document_steps = 1).await;
        let ask = async |path: &str, document: Vec<u8>| {
            let request = Request::post(path)
                .header("host", "localhost")
                .header(AUTHORIZATION, format!("Bearer {API_KEY}"))
                .body(Body::from(document))
                .unwrap();
            let answer = application.public.clone().oneshot(request).await.unwrap();
            let status = answer.status();
            (status, to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec())
        };
        let path = "/v1/seals?profile=decisions&level=B-B&packaging=attached";
        let (status, sealed) = ask(path, b"a decision".to_vec()).await;
        assert_eq!(status, StatusCode::OK);
        for level in ["B-T", "B-LT", "B-LTA"] {
            let path = format!("/v1/augmentations?level={level}");
            let (status, problem) = ask(&path, sealed.clone()).await;
            let problem = String::from_utf8(problem).unwrap();
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
            assert!(problem.contains("document-exceeds-limit"), "{problem}");
        }
        application.shutdown().await.unwrap();
    }
}
