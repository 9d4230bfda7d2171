//! PDF signatures: a document time-stamp makes B-T, the security store B-LT, and a document
//! time-stamp over it B-LTA (EN 319 142-1 clause 5.4).

use std::time::SystemTime;

use bytes::Bytes;
use cades::{
    Expectation, TrustMaterial, Validation, ValidationNeeds,
    report::StatedLevel,
    time_stamp::{Token, TokenRefusal},
};
use pades::{OpenOptions, Password, SignatureNeeds, SignedDocument, validate::validate_within};
use seal::{Effort, Level};

use super::{
    AugmentationRequest, Raised,
    gather::Gathered,
    verdict::{self, Judged, Levels},
};
use crate::{
    Error,
    audit::AugmentationDone,
    service::{FileName, Service, TIME_STAMP_DIGEST, Warning},
};

impl Service {
    /// Raises every signature of a PDF.
    pub(super) async fn raise_pdf(
        &self,
        request: AugmentationRequest,
        now: SystemTime,
        effort: &Effort,
    ) -> Result<Raised, Error> {
        let AugmentationRequest { level, document, password, .. } = request;
        let trust = self.augmentation_trust()?;
        let opening = OpenOptions {
            password: password.clone(),
            prefix: Some(document.sha256_state()),
            effort: Some(effort.clone()),
        };
        let pdf = pades::Document::open_with(document.bytes().clone(), opening)?;
        let needs = pdf.validation_needs(&trust, now)?;
        // An old signature may hold only by data that are still to be had.
        let mut gathered = Gathered::default();
        self.gather(&mut gathered, told(&needs)).await;
        // What was asked for meanwhile is younger than `now`, and would speak for no time yet.
        let now = self.clock.now();
        let judged = judge(document.bytes(), &password, &gathered.beside(&trust), now, effort)?;
        let warnings = Warning::of_augmentation(&judged);
        let judged = judged_of(&judged);
        let levels = Levels::of(&judged)?;
        let plan = levels.plan(level)?;
        let end = judged.iter().filter_map(|one| one.report.signer.as_ref()).map(|s| s.not_after);
        let end = end.min();

        let mut pdf = pdf;
        let mut time = None;
        let mut signed = None;
        if plan.time_stamp {
            let (stamped, gen_time) =
                self.stamp_pdf(&pdf, &pades::ValidationData::default()).await?;
            if let Some(not_after) = end.filter(|end| gen_time > *end) {
                let late = TokenRefusal::TooLate { gen_time, not_after };
                return Err(cades::Error::from(late).into());
            }
            time = Some(gen_time);
            if level > Level::BT {
                pdf = pades::Document::reopen(stamped)?;
            } else {
                signed = Some(stamped);
            }
        }
        let signed = match signed {
            Some(signed) => signed,
            None => {
                let data = self.evidence_for_pdf(&pdf, &trust, plan.renew).await?;
                if level == Level::BLTA {
                    let (stamped, gen_time) = self.stamp_pdf(&pdf, &data).await?;
                    time = Some(gen_time);
                    stamped
                } else {
                    pdf.append_security_store(&data)?
                }
            }
        };
        let mut sha256 = document.sha256_state();
        signed.appended().for_each(|part| sha256.update(part));
        let (whole, reached) = self.checked(&signed, &password, &trust, level, effort)?;
        Ok(Raised {
            done: AugmentationDone {
                output: sha256.finish(),
                size: whole.len() as u64,
                reached: reached.to_string(),
                signatures: levels.count(),
                renewed: plan.renew,
                time_stamp_time: time,
            },
            parts: vec![whole],
            file_name: FileName::AugmentedPdf,
            warnings,
        })
    }

    /// A document time-stamp over the document and over `data`, and its time.
    async fn stamp_pdf(
        &self,
        pdf: &pades::Document,
        data: &pades::ValidationData,
    ) -> Result<(SignedDocument, SystemTime), Error> {
        let reserved = self.time_stamping.maximum_token_length();
        let prepared = pdf.prepare_archive_time_stamp(data, TIME_STAMP_DIGEST, reserved)?;
        let (token, time) = self.time_stamp_of_now(prepared.digest()).await?;
        Ok((prepared.embed(token.as_bytes())?, time))
    }

    /// What the document needs to be validated with trust anchors alone.
    async fn evidence_for_pdf(
        &self,
        pdf: &pades::Document,
        trust: &TrustMaterial,
        renew: bool,
    ) -> Result<pades::ValidationData, Error> {
        let now = self.clock.now();
        let mut gathered = Gathered::default();
        let needs = pdf.validation_needs(trust, now)?;
        self.gather(&mut gathered, told(&needs)).await;
        if renew {
            // The data of the newest time-stamp are older than itself: newer ones show that its
            // authority was good until now.
            let newest = newest_time_stamp(pdf, trust, now)?;
            self.gather(&mut gathered, newest.iter()).await;
        }
        // What was asked for is younger than the questions.
        let now = self.clock.now();
        for one in pdf.validation_needs(&gathered.inside(trust), now)? {
            gathered.suffices(&one.needs?.revocation)?;
        }
        Ok(pades::ValidationData::from(&gathered.into_data()))
    }

    /// The document in one piece, if every signature has the level by what stands in it, and the
    /// lowest that is stated of one.
    fn checked(
        &self,
        signed: &SignedDocument,
        password: &Option<Password>,
        trust: &TrustMaterial,
        level: Level,
        effort: &Effort,
    ) -> Result<(Bytes, StatedLevel), Error> {
        let mut share = self.budget.share();
        share.grow_to(signed.length() as u64)?;
        let whole = Bytes::from(signed.to_vec());
        let judged = judge(&whole, password, trust, self.clock.now(), effort)?;
        let reached = verdict::hold(&judged_of(&judged), level)?;
        Ok((whole, reached))
    }
}

/// What the newest time-stamp of a document needs if nothing that stands there counts.
fn newest_time_stamp(
    pdf: &pades::Document,
    trust: &TrustMaterial,
    now: SystemTime,
) -> Result<Option<ValidationNeeds>, Error> {
    let signatures = pdf.signatures()?;
    let stamps = signatures.iter().filter(|one| one.is_time_stamp());
    let newest = stamps.max_by_key(|one| Token::parse(&one.cms).ok().map(|read| read.gen_time()));
    let Some(newest) = newest else { return Ok(None) };
    let mut trust = trust.clone();
    trust.certificates.extend(pdf.security_store().certificates);
    let validation =
        Validation { trust: &trust, expectation: Expectation::Pades, now, proven_time: None };
    Ok(Some(validation.needs(&newest.cms)?))
}

/// The needs that can be told.
fn told(needs: &[SignatureNeeds]) -> impl Iterator<Item = &ValidationNeeds> + Send {
    needs.iter().filter_map(|one| one.needs.as_ref().ok())
}

fn judge(
    bytes: &Bytes,
    password: &Option<Password>,
    trust: &TrustMaterial,
    now: SystemTime,
    effort: &Effort,
) -> Result<pades::validate::Validation, Error> {
    Ok(validate_within(bytes, password.as_ref(), trust, now, effort)?)
}

fn judged_of(validation: &pades::validate::Validation) -> Vec<Judged<'_>> {
    let signatures = validation.signatures.iter();
    signatures
        .map(|one| Judged {
            name: format!("the signature `{}`", one.field),
            is_time_stamp: one.sub_filter.as_deref() == Some("ETSI.RFC3161"),
            report: &one.report,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::{Request, header::AUTHORIZATION},
    };
    use seal::{EffortError, EffortLimits};
    use tower::ServiceExt;

    use super::*;
    use crate::{
        compose::sample::{API_KEY, demo},
        service::Document,
    };

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_validated_before_and_after_is_on_one_account() {
        let (application, _directory) = demo(|_| {}).await;
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/object-streams.pdf");
        let request = Request::post("/v1/seals?profile=decisions&level=B-B")
            .header("host", "localhost")
            .header(AUTHORIZATION, format!("Bearer {API_KEY}"))
            .body(Body::from(std::fs::read(path).unwrap()))
            .unwrap();
        let answer = application.public.clone().oneshot(request).await.unwrap();
        let sealed = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let service = &application.service;
        let raise = async |effort: &Effort| {
            let request = AugmentationRequest {
                level: Level::BLTA,
                document: Document::new(sealed.clone()),
                content: None,
                password: None,
            };
            service.raise_pdf(request, service.clock().now(), effort).await
        };
        let whole = Effort::default();
        let raised = raise(&whole).await.unwrap();
        let trust = service.augmentation_trust().unwrap();
        let alone = |bytes: &Bytes| {
            let effort = Effort::default();
            judge(bytes, &None, &trust, service.clock().now(), &effort).unwrap();
            (effort.steps(), effort.inflated())
        };
        let (before, after) = (alone(&sealed), alone(&raised.parts[0]));
        assert!(before.1 > 0, "something in it is compressed");
        assert!(whole.steps() > before.0 + after.0, "{whole:?}, {before:?}, {after:?}");
        assert!(whole.inflated() >= before.1 + after.1, "{whole:?}, {before:?}, {after:?}");
        // What either may take by itself is not enough for both.
        let (steps, inflated) = (before.0 + after.0 - 1, before.1 + after.1 - 1);
        for limits in [
            EffortLimits { steps, steps_per_byte: 0, ..EffortLimits::default() },
            EffortLimits { inflated, ..EffortLimits::default() },
        ] {
            let outcome = raise(&Effort::new(limits, 0)).await;
            let cause = match outcome {
                Err(Error::Document(pades::Error::Effort(cause))) => cause,
                outcome => panic!("{limits:?}: {:?}", outcome.err()),
            };
            assert!(matches!(cause, EffortError::Steps { .. } | EffortError::Inflated { .. }));
        }
        let effort = Effort::default();
        let _held = effort.hold(EffortLimits::default().memory - 256).unwrap();
        let outcome = raise(&effort).await;
        assert!(matches!(
            outcome,
            Err(Error::Document(pades::Error::Effort(EffortError::Memory { .. })))
        ));
        application.shutdown().await.unwrap();
    }
}
