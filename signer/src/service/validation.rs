//! Validating what was signed or sealed, by us or by others.

use std::sync::Arc;

use cades::{
    Expectation, RevocationNeed, RevocationPolicy, TrustAnchors, TrustMaterial,
    report::{Indication, SignatureReport, code},
};
use pades::{OpenOptions, Password, validate::validate_within};
use seal::Effort;
use serde::Serialize;

use super::{
    Document, Error, RequestError, Service,
    augmentation::Gathered,
    document::{NEITHER, with_content},
};

/// What is to be validated.
#[derive(Clone, Debug)]
pub struct ValidationRequest {
    /// A signed PDF, or a CMS in DER.
    pub document: Document,
    /// The content that a detached CMS belongs to.
    pub content: Option<Document>,
    /// Trust anchors in PEM or DER, in place of the service's own.
    pub trust: Option<Document>,
    /// The password of an encrypted PDF; the empty one is tried too.
    pub password: Option<Password>,
    /// For which certificates revocation data must be at hand; the service's own policy when left
    /// out.
    pub revocation: Option<RevocationPolicy>,
}

/// The most certificates that one validation asks revocation data for.
const MAXIMUM_QUESTIONS: usize = 16;

/// What a validation answers: facts first, then the judgement on each signature.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ValidationReport {
    /// Of a PDF.
    Pdf(Box<pades::validate::Validation>),
    /// Of a CMS.
    Cms(CmsValidation),
}

/// The report on a CMS, in the shape of a PDF's.
#[derive(Debug, Serialize)]
pub struct CmsValidation {
    /// The container.
    pub document: CmsFacts,
    /// Its signatures, in its order.
    pub signatures: Vec<SignatureReport>,
    /// A CMS has no revisions: always empty.
    pub modifications: Vec<pades::validate::Finding>,
}

/// Facts of a CMS that was validated.
#[derive(Debug, Serialize)]
pub struct CmsFacts {
    /// Its length in bytes.
    pub size: usize,
}

impl ValidationRequest {
    /// Asks for a document that carries its own signatures, judged by the service's anchors.
    pub fn new(document: Document) -> Self {
        Self { document, content: None, trust: None, password: None, revocation: None }
    }
}

impl ValidationReport {
    /// Whether the revocation of a certificate was not checked for want of data.
    fn lacks_revocation_data(&self) -> bool {
        let lacks = |report: &SignatureReport| {
            report.findings.iter().any(|finding| finding.code == code::REVOCATION_NOT_CHECKED)
        };
        match self {
            Self::Pdf(validation) => validation.signatures.iter().any(|one| lacks(&one.report)),
            Self::Cms(validation) => validation.signatures.iter().any(lacks),
        }
    }

    /// Whether there is a signature, and every one is TOTAL-PASSED.
    pub fn passed(&self) -> bool {
        let passed = |report: &SignatureReport| report.indication == Indication::TotalPassed;
        match self {
            Self::Pdf(validation) => {
                let mut signatures = validation.signatures.iter().peekable();
                signatures.peek().is_some() && signatures.all(|one| passed(&one.report))
            }
            Self::Cms(validation) => {
                !validation.signatures.is_empty() && validation.signatures.iter().all(passed)
            }
        }
    }
}

/// On whose account work is done.
#[derive(Clone, Copy)]
enum Asker {
    Known,
    Stranger,
}

/// A report, and what might still be had for it.
struct Validated {
    report: ValidationReport,
    missing: Vec<RevocationNeed>,
}

impl Service {
    /// Validates a signed document on the blocking pool. Where revocation data are missing that
    /// our own authority or the operator's lists have, it is judged with them.
    ///
    /// # Errors
    /// [`Error::Document`] for a PDF that cannot be read without repair; a bad signature is no
    /// error. [`RequestError::Malformed`] for trust anchors that are none.
    pub async fn validate(
        self: &Arc<Self>,
        request: ValidationRequest,
    ) -> Result<ValidationReport, Error> {
        self.validate_as(Asker::Known, request).await
    }

    async fn validate_as(
        self: &Arc<Self>,
        asker: Asker,
        request: ValidationRequest,
    ) -> Result<ValidationReport, Error> {
        let request = Arc::new(request);
        // One account for both times that it is judged.
        let effort = self.effort_with(&request.document, request.content.as_ref());
        let first = self.validate_with(asker, &request, Gathered::default(), &effort).await?;
        if first.missing.is_empty() {
            return Ok(first.report);
        }
        let mut gathered = Gathered::default();
        for need in first.missing.iter().take(MAXIMUM_QUESTIONS) {
            self.ask(&mut gathered, &need.certificate).await;
        }
        if gathered.is_empty() {
            return Ok(first.report);
        }
        let second = self.validate_with(asker, &request, gathered, &effort).await;
        // When too little is left for that, the first one stands: it says what was not checked.
        if effort.check().is_err() { Ok(first.report) } else { Ok(second?.report) }
    }

    async fn validate_with(
        self: &Arc<Self>,
        asker: Asker,
        request: &Arc<ValidationRequest>,
        gathered: Gathered,
        effort: &Effort,
    ) -> Result<Validated, Error> {
        let (service, request) = (Arc::clone(self), Arc::clone(request));
        let account = effort.clone();
        let work = move || service.validate_now(&request, &gathered, &account);
        match asker {
            Asker::Known => self.flights.validate(effort, work).await,
            Asker::Stranger => {
                self.strangers.work().validate_beside(&self.flights, effort, work).await
            }
        }
    }

    /// The same for one who showed a key, in a place of its organisation.
    ///
    /// # Errors
    /// As [`Service::validate`]; [`RequestError::Busy`].
    pub(crate) async fn validate_for(
        self: &Arc<Self>,
        caller: &crate::authentication::Authenticated,
        request: ValidationRequest,
    ) -> Result<ValidationReport, Error> {
        let _place = self.place_of(caller)?;
        self.validate(request).await
    }

    /// The same for one who showed no key, on the strangers' account.
    ///
    /// # Errors
    /// As [`Service::validate`].
    pub(crate) async fn validate_for_stranger(
        self: &Arc<Self>,
        request: ValidationRequest,
    ) -> Result<ValidationReport, Error> {
        self.validate_as(Asker::Stranger, request).await
    }

    fn validate_now(
        &self,
        request: &ValidationRequest,
        gathered: &Gathered,
        effort: &Effort,
    ) -> Result<Validated, Error> {
        let mut trust = gathered.beside(&self.trust_material(request.trust.as_ref())?);
        trust.revocation_policy = request.revocation.unwrap_or(trust.revocation_policy);
        trust.effort = Some(effort.clone());
        let report = self.report_on(request, &trust, effort)?;
        let missing = if gathered.is_empty() && report.lacks_revocation_data() {
            self.missing_revocation(request, &trust, effort)
        } else {
            Vec::new()
        };
        Ok(Validated { report, missing })
    }

    /// For which certificates of the document revocation data are missing.
    fn missing_revocation(
        &self,
        request: &ValidationRequest,
        trust: &TrustMaterial,
        effort: &Effort,
    ) -> Vec<RevocationNeed> {
        let ValidationRequest { document, password, .. } = request;
        let now = self.clock.now();
        if document.looks_like_pdf() {
            let opening = OpenOptions {
                password: password.clone(),
                effort: Some(effort.clone()),
                ..OpenOptions::default()
            };
            let opened = pades::Document::open_with(document.bytes().clone(), opening);
            let needs = opened.and_then(|pdf| pdf.validation_needs(trust, now)).unwrap_or_default();
            let needs = needs.into_iter().filter_map(|one| one.needs.ok());
            return needs.flat_map(|needs| needs.revocation).collect();
        }
        let expectation = Expectation::Cades;
        let validation = cades::Validation { trust, expectation, now, proven_time: None };
        validation.needs(document.bytes()).map(|needs| needs.revocation).unwrap_or_default()
    }

    fn report_on(
        &self,
        request: &ValidationRequest,
        trust: &TrustMaterial,
        effort: &Effort,
    ) -> Result<ValidationReport, Error> {
        let ValidationRequest { document, content, password, .. } = request;
        let now = self.clock.now();
        if document.looks_like_pdf() {
            let (bytes, password) = (document.bytes(), password.as_ref());
            let validation = validate_within(bytes, password, trust, now, effort)?;
            return Ok(ValidationReport::Pdf(Box::new(validation)));
        }
        let validation =
            cades::Validation { trust, expectation: Expectation::Cades, now, proven_time: None };
        let mut signatures = with_content(content.as_ref(), |signed| {
            validation.validate_all(document.bytes(), signed)
        });
        if document.is_neither() {
            // What a reader of ASN.1 stumbles on would lead whoever sent it astray.
            let findings = signatures.iter_mut().flat_map(|signature| &mut signature.findings);
            for finding in findings.filter(|finding| finding.code == code::MALFORMED) {
                NEITHER.clone_into(&mut finding.explanation);
            }
        }
        effort.check().map_err(pades::Error::from)?;
        Ok(ValidationReport::Cms(CmsValidation {
            document: CmsFacts { size: document.bytes().len() },
            signatures,
            modifications: Vec::new(),
        }))
    }

    pub(super) fn trust_material(&self, given: Option<&Document>) -> Result<TrustMaterial, Error> {
        let anchors = match given {
            None => TrustAnchors::clone(&self.trust.anchors()),
            Some(pem) => TrustAnchors::parse(pem.bytes())
                .map_err(|error| RequestError::Malformed(format!("trust: {error}")))?,
        };
        // Our own roots' lists serve whichever anchors are asked for: they convince by signature.
        Ok(TrustMaterial {
            anchors,
            revocation_lists: self.trust.revocation_lists(),
            revocation_policy: self.limits.revocation,
            ..TrustMaterial::default()
        })
    }
}
