//! A credential as it is shown.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::STANDARD};
use csc::{
    ApiVersion, Authentication, CertificateFacts, CertificateStatus, Certificates, CredentialInfo,
    Depth, KeyFacts, KeyStatus, generalized,
};
use seal::SignatureAlgorithm;

use super::{Csc, Failure, document::qualifier, wallets::can_sign};
use crate::{audit::hex, service::SessionCredential};

impl Csc {
    /// `credentials/info`: a credential of whoever asks.
    ///
    /// # Errors
    /// [`Failure`] for any other's as for none.
    pub fn credential(
        &self,
        version: ApiVersion,
        asker: &super::Asker,
        (id, depth): (&str, Depth),
    ) -> Result<CredentialInfo, Failure> {
        let access = asker.caller.access.as_ref();
        if access.and_then(|access| access.consent.as_ref()).is_some_and(|one| one.credential != id)
        {
            return Err(csc::Error::invalid("credentialID").into());
        }
        let credential = self.wallets.credential(asker, id)?;
        Ok(shown((version, asker), None, &credential, depth, self.service.clock().now()))
    }
}

/// What is told of a credential.
pub(super) fn shown(
    (version, asker): (ApiVersion, &super::Asker),
    id: Option<String>,
    credential: &SessionCredential,
    depth: Depth,
    now: SystemTime,
) -> CredentialInfo {
    let certificate = credential.certificate();
    let chain = credential.chain();
    let encoded = |one: &seal::CertificateDer| STANDARD.encode(one.as_bytes());
    let certificates = match depth.certificates {
        Certificates::None => None,
        Certificates::Single => Some(vec![encoded(chain.end_entity())]),
        Certificates::Chain => Some(chain.iter().map(encoded).collect()),
    };
    let told = |text: &dyn Fn() -> String| depth.certificate_facts.then(text);
    let valid_to = certificate.not_after().min(credential.ends());
    let (len, curve) = key_of(credential.algorithm());
    CredentialInfo {
        id,
        description: Some(credential.display_name().to_owned()),
        qualifier: match version {
            ApiVersion::V1 => None,
            ApiVersion::V2 => Some(qualifier(credential.profile())),
        },
        key: KeyFacts {
            status: match can_sign(credential, now) {
                true => KeyStatus::Enabled,
                false => KeyStatus::Disabled,
            },
            algo: csc::key_algorithms(credential.algorithm()),
            len,
            curve,
        },
        cert: CertificateFacts {
            status: match credential.is_live_at(now) {
                true => CertificateStatus::Valid,
                false => CertificateStatus::Expired,
            },
            certificates,
            issuer: told(&|| certificate.issuer_text()),
            serial_number: told(&|| hex(certificate.serial_number())),
            subject: told(&|| certificate.subject_text()),
            valid_from: told(&|| generalized(certificate.not_before())),
            valid_to: told(&|| generalized(valid_to)),
        },
        authentication: match asker.agrees() {
            true => Authentication::by_code(version),
            false => Authentication::automatic(version),
        },
        scal: "2",
        // One at least, as the specification has it; what is disabled allows none.
        multisign: credential.left().max(1),
        lang: "en",
    }
}

/// The length of a suite's keys in bits, and their curve.
fn key_of(suite: SignatureAlgorithm) -> (usize, Option<&'static str>) {
    match suite {
        SignatureAlgorithm::EcdsaP256Sha256 => (256, Some("1.2.840.10045.3.1.7")),
        SignatureAlgorithm::EcdsaP384Sha384 => (384, Some("1.3.132.0.34")),
        SignatureAlgorithm::EcdsaP521Sha512 => (521, Some("1.3.132.0.35")),
        SignatureAlgorithm::RsaPssSha256(length) | SignatureAlgorithm::RsaPkcs1Sha256(length) => {
            (length.bits(), None)
        }
        SignatureAlgorithm::Ed25519 => (256, Some("1.3.101.112")),
    }
}
