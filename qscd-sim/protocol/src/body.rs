//! What stands in the calls that enrol, authorise, sign and describe.

use std::{collections::BTreeMap, time::SystemTime};

use seal::{
    ActivationEvidence, ActivationId, CertificateDer, Chain, Credential, CredentialId, Digest,
    DigestAlgorithm, EnrolmentRequest, IdentityToken, MandateId, SignatureAlgorithm,
    SignatureValue, Subject, ToSign,
};
use serde::{Deserialize, Serialize};

use crate::{Base64, SecretText, ToldPage};

/// The longest body of a request or an answer, in bytes.
pub const MAXIMUM_BODY_LENGTH: usize = 256 * 1024;

/// The most issuing CAs that one run of the device publishes: `/pki/issuing-ca.cer`, then
/// `/pki/issuing-ca-2.cer` and so on.
pub const MAXIMUM_GENERATIONS: usize = 64;

/// `GET /qscd/v1/device`: what a client must know of the device, the same for a whole run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeviceDescription {
    /// What it is: `SIMULATOR - NOT QUALIFIED`.
    pub simulator: String,
    /// Tells this run's keys and certificates from those of other runs.
    pub run_id: String,
    /// Where `/pki/*` and `/tsa` answer.
    pub public_url: String,
    /// The root certificate.
    pub trust_anchor: Base64,
    /// The key that signs for destroyed keys: P-256, an uncompressed point of 65 bytes.
    pub event_key: Base64,
    /// The time-stamping unit's certificate.
    pub time_stamping_unit: Base64,
    /// An upper bound in bytes on the unit's tokens.
    pub maximum_token_length: usize,
    /// For each suite an upper bound in bytes on the chain, without the texts of the subject.
    pub maximum_chain_length: BTreeMap<String, usize>,
    /// `iss` of the simulator's own tokens.
    pub identity_issuer: String,
    /// `aud` of the simulator's own tokens.
    pub identity_audience: String,
    /// The key set of the simulator's own tokens (RFC 7517).
    pub identity_keys: serde_json::Value,
    /// The device's own page, where it asks persons itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation_page: Option<ToldPage>,
}

/// `POST /qscd/v1/credentials`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentOrder {
    /// Chosen by the client, 1 to 64 letters, digits and hyphens. Sent again, the same name gives
    /// the same credential: an enrolment whose answer was lost can be asked for again.
    pub request_id: String,
    /// What is to be made.
    pub enrolment: EnrolmentRequest,
}

/// The answer to an [`EnrolmentOrder`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EnrolledCredential {
    /// The run that the credential belongs to.
    pub run_id: String,
    /// The key's name.
    pub id: String,
    /// The certificate, then its issuers upwards, without the trust anchor.
    pub certificates: Vec<Base64>,
    /// The suite.
    pub algorithm: SignatureAlgorithm,
    /// How many signatures the key may make.
    pub signatures: u32,
    /// When the device destroys the key.
    pub deadline: SystemTime,
}

/// What is to be signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum SignedInput {
    /// A digest.
    Digest {
        /// Its algorithm.
        algorithm: DigestAlgorithm,
        /// Its value.
        value: Base64,
    },
    /// The same, for RSASSA-PSS with the longest salt that the key has room for.
    Salted {
        /// Its algorithm.
        algorithm: DigestAlgorithm,
        /// Its value.
        value: Base64,
    },
    /// A whole message, for Ed25519.
    Message {
        /// The message.
        value: Base64,
    },
    /// The signed attributes of a CMS signature in DER, which the device hashes itself.
    Attributes {
        /// The DER.
        value: Base64,
    },
}

/// The evidence that the signature activation module checks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Evidence {
    /// A person's token.
    Person {
        /// The compact serialisation.
        token: SecretText,
        /// SHA-256 of each document, in the order of the hashes.
        documents: Vec<Base64>,
    },
    /// A standing mandate.
    Mandate {
        /// Its name.
        id: String,
    },
    /// An activation for which a person gave evidence.
    Activation {
        /// Its name.
        id: String,
    },
}

/// `POST /qscd/v1/credentials/{id}/authorisations` and `/activations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorisationOrder {
    /// The hashes.
    pub to_sign: Vec<SignedInput>,
    /// The evidence.
    pub evidence: Evidence,
}

/// The answer to an [`AuthorisationOrder`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authorisation {
    /// The signature activation data: a secret.
    pub sad: SecretText,
}

/// `POST /qscd/v1/credentials/{id}/signatures`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureOrder {
    /// The signature activation data, spent by this call.
    pub sad: SecretText,
    /// Exactly what was authorised.
    pub to_sign: Vec<SignedInput>,
}

/// The answer to a [`SignatureOrder`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Signatures {
    /// One value for each hash, in their order.
    pub signatures: Vec<Base64>,
}

impl DeviceDescription {
    /// The upper bound on the chain that a request would get; `None` for a suite that the device
    /// does not name.
    pub fn maximum_chain_length(&self, request: &EnrolmentRequest) -> Option<usize> {
        let base = self.maximum_chain_length.get(request.algorithm.name())?;
        Some(base + subject_length(&request.subject))
    }
}

impl EnrolledCredential {
    /// The credential for the wire.
    pub fn new(run_id: &str, credential: &Credential) -> Self {
        Self {
            run_id: run_id.to_owned(),
            id: credential.id.as_str().to_owned(),
            certificates: credential.chain.iter().map(|one| one.as_bytes().into()).collect(),
            algorithm: credential.algorithm,
            signatures: credential.signatures,
            deadline: credential.deadline,
        }
    }

    /// The credential behind it; `None` when there is no certificate.
    pub fn into_credential(self) -> Option<Credential> {
        let mut certificates =
            self.certificates.into_iter().map(|one| CertificateDer::new(one.into_bytes()));
        let chain = Chain::new(certificates.next()?, certificates.collect());
        Some(Credential {
            id: CredentialId::new(self.id),
            chain,
            algorithm: self.algorithm,
            signatures: self.signatures,
            deadline: self.deadline,
        })
    }
}

impl From<&ToSign> for SignedInput {
    fn from(to_sign: &ToSign) -> Self {
        match to_sign {
            ToSign::Digest(digest) => {
                Self::Digest { algorithm: digest.algorithm(), value: digest.as_bytes().into() }
            }
            ToSign::Salted(digest) => {
                Self::Salted { algorithm: digest.algorithm(), value: digest.as_bytes().into() }
            }
            ToSign::Message(message) => Self::Message { value: message.as_slice().into() },
            ToSign::Attributes(der) => Self::Attributes { value: der.as_slice().into() },
        }
    }
}

impl SignedInput {
    /// What is to be signed; `None` when a digest's length is not its algorithm's.
    pub fn into_to_sign(self) -> Option<ToSign> {
        match self {
            Self::Digest { algorithm, value } => {
                Digest::from_bytes(algorithm, value.as_bytes()).ok().map(ToSign::Digest)
            }
            Self::Salted { algorithm, value } => {
                Digest::from_bytes(algorithm, value.as_bytes()).ok().map(ToSign::Salted)
            }
            Self::Message { value } => Some(ToSign::Message(value.into_bytes())),
            Self::Attributes { value } => Some(ToSign::Attributes(value.into_bytes())),
        }
    }
}

impl From<&ActivationEvidence> for Evidence {
    fn from(evidence: &ActivationEvidence) -> Self {
        match evidence {
            ActivationEvidence::Person { token, documents } => Self::Person {
                token: SecretText::new(token.expose()),
                documents: documents.iter().map(|one| one.as_bytes().into()).collect(),
            },
            ActivationEvidence::Mandate(id) => Self::Mandate { id: id.as_str().to_owned() },
            ActivationEvidence::Activation(id) => Self::Activation { id: id.as_str().to_owned() },
        }
    }
}

impl Evidence {
    /// The evidence; `None` when a document's hash is no SHA-256 value.
    pub fn into_evidence(self) -> Option<ActivationEvidence> {
        match self {
            Self::Person { token, documents } => {
                let sha256 =
                    |one: Base64| Digest::from_bytes(DigestAlgorithm::Sha256, one.as_bytes());
                let documents: Result<Vec<Digest>, _> = documents.into_iter().map(sha256).collect();
                let token = IdentityToken::new(token.expose().to_owned());
                Some(ActivationEvidence::Person { token, documents: documents.ok()? })
            }
            Self::Mandate { id } => Some(ActivationEvidence::Mandate(MandateId::new(id))),
            Self::Activation { id } => Some(ActivationEvidence::Activation(ActivationId::new(id))),
        }
    }
}

impl AuthorisationOrder {
    /// An order for the wire.
    pub fn new(to_sign: &[ToSign], evidence: &ActivationEvidence) -> Self {
        Self {
            to_sign: to_sign.iter().map(SignedInput::from).collect(),
            evidence: Evidence::from(evidence),
        }
    }
}

impl Signatures {
    /// The values.
    pub fn into_values(self) -> Vec<SignatureValue> {
        self.signatures.into_iter().map(|one| SignatureValue::new(one.into_bytes())).collect()
    }
}

impl From<Vec<SignatureValue>> for Signatures {
    fn from(values: Vec<SignatureValue>) -> Self {
        Self { signatures: values.iter().map(|value| value.as_bytes().into()).collect() }
    }
}

/// The texts of a subject, in bytes.
fn subject_length(subject: &Subject) -> usize {
    match subject {
        Subject::Organisation(subject) => {
            subject.organization_name.len()
                + subject.organization_identifier.len()
                + subject.common_name.len()
                + subject.serial_number.len()
        }
        Subject::Person(subject) => {
            let name = match &subject.name {
                seal::PersonName::Named { given_name, surname } => given_name.len() + surname.len(),
                seal::PersonName::Pseudonym(pseudonym) => pseudonym.len(),
            };
            let optional =
                [&subject.email, &subject.organization_name, &subject.organization_identifier];
            let optional: usize =
                optional.iter().map(|one| one.as_ref().map_or(0, String::len)).sum();
            name + optional + subject.common_name.len() + subject.serial_number.len()
        }
    }
}

#[cfg(test)]
mod tests;
