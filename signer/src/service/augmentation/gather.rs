//! Revocation data for what stands in a document: from those who know our own certificates, and
//! from nobody whose address only a certificate names.

use cades::{
    Certificate, OcspResponse, RevocationList, RevocationNeed, TrustMaterial, ValidationData,
    ValidationNeeds,
};
use seal::CertificateDer;

use super::AugmentationError;
use crate::service::{RevocationData, RevocationError, Service};

/// What was found, and what was not.
#[derive(Debug, Default)]
pub(in crate::service) struct Gathered {
    data: ValidationData,
    asked: Vec<CertificateDer>,
    /// Who may have answers, but does not answer at present.
    unavailable: Vec<CertificateDer>,
}

impl Gathered {
    /// Whether nothing was found.
    pub(in crate::service) fn is_empty(&self) -> bool {
        self.data.revocation_lists.is_empty() && self.data.ocsp_responses.is_empty()
    }

    /// The trust material with what was found beside it, known to the verifier alone.
    pub(in crate::service) fn beside(&self, trust: &TrustMaterial) -> TrustMaterial {
        let mut trust = trust.clone();
        trust.revocation_lists.extend_from_slice(&self.data.revocation_lists);
        trust.ocsp_responses.extend_from_slice(&self.data.ocsp_responses);
        trust
    }

    /// The trust material as if what was found stood in the document.
    pub(super) fn inside(&self, trust: &TrustMaterial) -> TrustMaterial {
        let mut trust = trust.clone();
        trust.embedded.revocation_lists.extend_from_slice(&self.data.revocation_lists);
        trust.embedded.ocsp_responses.extend_from_slice(&self.data.ocsp_responses);
        trust
    }

    /// What is to stand in the document.
    pub(super) fn into_data(self) -> ValidationData {
        self.data
    }

    /// Refuses when something is still missing.
    ///
    /// # Errors
    /// [`AugmentationError::RevocationUnavailable`] when it may be had later, else
    /// [`AugmentationError::RevocationUnknown`]; each names the certificates.
    pub(super) fn suffices(&self, missing: &[RevocationNeed]) -> Result<(), AugmentationError> {
        let is_unavailable =
            |need: &&RevocationNeed| self.unavailable.contains(need.certificate.der());
        let unavailable = subjects(missing.iter().filter(is_unavailable));
        if !unavailable.is_empty() {
            return Err(AugmentationError::RevocationUnavailable { certificates: unavailable });
        }
        match subjects(missing.iter()) {
            certificates if certificates.is_empty() => Ok(()),
            certificates => Err(AugmentationError::RevocationUnknown { certificates }),
        }
    }
}

impl Service {
    /// Adds what `needs` name, as far as it can be had; each certificate is asked about once.
    pub(super) async fn gather<'a>(
        &self,
        gathered: &mut Gathered,
        needs: impl Iterator<Item = &'a ValidationNeeds> + Send,
    ) {
        for needs in needs {
            for certificate in &needs.certificates {
                if !gathered.data.certificates.contains(certificate) {
                    gathered.data.certificates.push(certificate.clone());
                }
            }
            for need in &needs.revocation {
                self.ask(gathered, &need.certificate).await;
            }
        }
    }

    /// Asks those who know our own certificates, and the operator's lists, about one; once.
    pub(in crate::service) async fn ask(&self, gathered: &mut Gathered, certificate: &Certificate) {
        let der = certificate.der();
        if gathered.asked.contains(der) {
            return;
        }
        gathered.asked.push(der.clone());
        let data = &mut gathered.data;
        match self.revocation.revocation_data(der).await {
            Ok(RevocationData::NotNeeded) => {}
            Ok(RevocationData::List(list)) => {
                if !data.revocation_lists.iter().any(|known| *known.der() == list) {
                    data.revocation_lists.extend(RevocationList::parse(list));
                }
            }
            Ok(RevocationData::OcspResponse(response)) => {
                data.ocsp_responses.extend(OcspResponse::parse(response));
            }
            Err(RevocationError::Unavailable(cause)) => {
                tracing::warn!(cause, "revocation data cannot be had");
                gathered.unavailable.push(der.clone());
            }
            // Whether the signature was made before is for the validator to say.
            Err(RevocationError::Revoked | RevocationError::Unknown) => {}
        }
    }
}

fn subjects<'a>(needs: impl Iterator<Item = &'a RevocationNeed>) -> Vec<String> {
    needs.map(|need| need.certificate.subject_name().to_string()).collect()
}
