//! Validating what was signed or sealed, by us or by others.

use std::sync::Arc;

use cades::{
    Expectation, RevocationList, SignedContent, TrustAnchors, TrustMaterial,
    report::{Indication, SignatureReport},
};
use pades::{Password, validate::validate_within};
use seal::Effort;
use serde::Serialize;

use super::{Document, Service};
use crate::{Error, error::RequestError};

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
}

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
        Self { document, content: None, trust: None, password: None }
    }
}

impl ValidationReport {
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

impl Service {
    /// Validates a signed document on the blocking pool.
    ///
    /// # Errors
    /// [`Error::Document`] for a PDF that cannot be read without repair; a bad signature is no
    /// error. [`RequestError::Malformed`] for trust anchors that are none.
    pub async fn validate(
        self: &Arc<Self>,
        request: ValidationRequest,
    ) -> Result<ValidationReport, Error> {
        let service = Arc::clone(self);
        let effort = self.effort(&request.document);
        let account = effort.clone();
        self.flights.validate(&effort, move || service.validate_now(&request, &account)).await
    }

    /// The same for one who showed no key, on the strangers' account.
    ///
    /// # Errors
    /// As [`Service::validate`].
    pub(crate) async fn validate_for_stranger(
        self: &Arc<Self>,
        request: ValidationRequest,
    ) -> Result<ValidationReport, Error> {
        let service = Arc::clone(self);
        let effort = self.effort(&request.document);
        let account = effort.clone();
        let work = move || service.validate_now(&request, &account);
        self.strangers.work().validate_beside(&self.flights, &effort, work).await
    }

    fn validate_now(
        &self,
        request: &ValidationRequest,
        effort: &Effort,
    ) -> Result<ValidationReport, Error> {
        let ValidationRequest { document, content, trust, password } = request;
        let mut trust = self.trust_material(trust.as_ref())?;
        trust.effort = Some(effort.clone());
        let now = self.clock.now();
        if document.looks_like_pdf() {
            let (bytes, password) = (document.bytes(), password.as_ref());
            let validation = validate_within(bytes, password, &trust, now, effort)?;
            return Ok(ValidationReport::Pdf(Box::new(validation)));
        }
        let validation = cades::Validation {
            trust: &trust,
            expectation: Expectation::Cades,
            now,
            proven_time: None,
        };
        let signatures = with_content(content.as_ref(), |signed| {
            validation.validate_all(document.bytes(), signed)
        });
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
        // Our own root's list serves whichever anchors are asked for: it convinces by signature.
        let list = self.trust.revocation_list().and_then(|der| RevocationList::parse(der).ok());
        Ok(TrustMaterial {
            anchors,
            revocation_lists: list.into_iter().collect(),
            ..TrustMaterial::default()
        })
    }
}

/// What a CMS is over.
pub(super) fn with_content<T>(
    content: Option<&Document>,
    use_it: impl FnOnce(SignedContent<'_>) -> T,
) -> T {
    match content {
        None => use_it(SignedContent::Attached),
        // An archive-time-stamp-v2 is over the content itself, so that no hash is enough.
        Some(content) => use_it(SignedContent::Bytes(content.bytes())),
    }
}
