//! What stands in the calls by which persons activate keys, and by which their passkeys and logins are
//! registered.

use std::time::SystemTime;

use seal::{
    Act, Activation, ActivationEntry, ActivationId, ActivationOrder, AuthenticatorOrder, Backup,
    Challenge, EvidenceKind, GivenEvidence, IdentityToken, Means, PasskeyAssertion,
    PendingRegistration, PersonId, PersonalEvidence, ProfileId, RegistrationGround,
};
use serde::{Deserialize, Serialize};

use crate::{Base64, SecretText};

/// `POST /qscd/v1/activations`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivationRequest {
    /// The organisation, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// Who is asked.
    pub person: PersonId,
    /// The profile of the certificate.
    pub profile: ProfileId,
    /// The act.
    pub act: Act,
    /// What is signed, each entry once.
    pub entries: Vec<ListedDocument>,
    /// An opaque name for whoever asks.
    pub requester: String,
}

/// One entry of an [`ActivationRequest`].
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListedDocument {
    /// SHA-256 of the document; none for a hash alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Base64>,
    /// The message digest, or the hash.
    pub imprint: Base64,
}

/// The answer to an [`ActivationRequest`], and to a [`MeansRequest`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// The run that it belongs to: the device's name in the challenge.
    pub run_id: String,
    /// Its name.
    pub id: String,
    /// The device's random bytes.
    pub nonce: Base64,
    /// What the evidence has to be over.
    pub challenge: Base64,
    /// When it ends.
    pub ends: SystemTime,
}

/// `POST /qscd/v1/activations/{id}/evidence`; as `evidence` of a [`MeansEvidence`], too.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum GivenByPerson {
    /// A passkey's assertion.
    Passkey {
        /// The credential's id.
        credential_id: Base64,
        /// clientDataJSON as it came.
        client_data: Base64,
        /// authenticatorData as it came.
        authenticator_data: Base64,
        /// The signature over both.
        signature: Base64,
        /// userHandle, if one came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_handle: Option<Base64>,
    },
    /// An ID token.
    IdToken {
        /// The compact serialisation.
        token: SecretText,
    },
}

/// The answer to evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Accepted {
    /// What was given.
    pub kind: EvidenceKind,
    /// Of a passkey: where it may be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
}

/// The answer to `GET /qscd/v1/activations/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ActivationState {
    /// What was given for it; nothing yet.
    pub evidence: Option<Accepted>,
}

/// `POST /qscd/v1/authenticators` and `/qscd/v1/authenticators/removals`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeansRequest {
    /// The organisation, as `NTRDK-12345674`.
    pub organization_identifier: String,
    /// The person.
    pub person: PersonId,
    /// givenName of the person's certificates.
    pub given_name: String,
    /// surname of the person's certificates.
    pub surname: String,
    /// Whether the person may speak for others' means.
    #[serde(default)]
    pub administrator: bool,
    /// By what the person is known.
    pub means: PersonalMeans,
}

/// A passkey or a linked login.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum PersonalMeans {
    /// A passkey.
    Passkey {
        /// The credential's id.
        credential_id: Base64,
        /// Its COSE key.
        cose_key: Base64,
        /// The user handle that it was made for.
        user_handle: Base64,
    },
    /// A linked login.
    Login {
        /// `iss`.
        issuer: String,
        /// `sub`.
        subject: String,
    },
}

/// `POST /qscd/v1/authenticators/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeansEvidence {
    /// Who speaks for it; nobody for an organisation's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<GivenByPerson>,
}

/// The answer to `POST /qscd/v1/authenticators/queries`, whose body is a [`MeansRequest`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeansState {
    /// Whether it is registered for this person and organisation.
    pub registered: bool,
}

/// The answer to a [`MeansEvidence`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeansRegistered {
    /// On whose word.
    pub ground: RegistrationGround,
}

impl From<&ActivationOrder> for ActivationRequest {
    fn from(order: &ActivationOrder) -> Self {
        let entry = |entry: &ActivationEntry| ListedDocument {
            document: entry.document.as_deref().map(Base64::from),
            imprint: entry.imprint.as_slice().into(),
        };
        Self {
            organization_identifier: order.organization_identifier.clone(),
            person: order.person.clone(),
            profile: order.profile.clone(),
            act: order.act,
            entries: order.entries.iter().map(entry).collect(),
            requester: order.requester.clone(),
        }
    }
}

impl From<ActivationRequest> for ActivationOrder {
    fn from(request: ActivationRequest) -> Self {
        let entry = |listed: ListedDocument| ActivationEntry {
            document: listed.document.map(Base64::into_bytes),
            imprint: listed.imprint.into_bytes(),
        };
        Self {
            organization_identifier: request.organization_identifier,
            person: request.person,
            profile: request.profile,
            act: request.act,
            entries: request.entries.into_iter().map(entry).collect(),
            requester: request.requester,
        }
    }
}

impl From<&Activation> for Waiting {
    fn from(activation: &Activation) -> Self {
        Self {
            run_id: activation.device.clone(),
            id: activation.id.as_str().to_owned(),
            nonce: activation.nonce.as_slice().into(),
            challenge: activation.challenge.as_bytes().as_slice().into(),
            ends: activation.ends,
        }
    }
}

impl Waiting {
    /// A registration for the wire.
    pub fn of_registration(run_id: &str, pending: &PendingRegistration) -> Self {
        Self {
            run_id: run_id.to_owned(),
            id: pending.id.as_str().to_owned(),
            nonce: pending.nonce.as_slice().into(),
            challenge: pending.challenge.as_bytes().as_slice().into(),
            ends: pending.ends,
        }
    }

    /// The activation of this order; `None` unless the challenge is the order's.
    pub fn into_activation(self, order: &ActivationOrder) -> Option<Activation> {
        let nonce = self.nonce.as_bytes().try_into().ok()?;
        let challenge = Challenge::of_activation(order, &self.run_id, &nonce);
        (self.challenge.as_bytes() == challenge.as_bytes()).then(|| Activation {
            id: ActivationId::new(self.id),
            device: self.run_id,
            nonce,
            challenge,
            ends: self.ends,
        })
    }

    /// The registration of this order; `None` unless the challenge is the order's.
    pub fn into_registration(self, order: &AuthenticatorOrder) -> Option<PendingRegistration> {
        let nonce = self.nonce.as_bytes().try_into().ok()?;
        let challenge = Challenge::of_registration(order, &nonce);
        (self.challenge.as_bytes() == challenge.as_bytes()).then(|| PendingRegistration {
            id: ActivationId::new(self.id),
            nonce,
            challenge,
            ends: self.ends,
        })
    }
}

impl From<&PersonalEvidence> for GivenByPerson {
    fn from(evidence: &PersonalEvidence) -> Self {
        match evidence {
            PersonalEvidence::Passkey(assertion) => Self::Passkey {
                credential_id: assertion.credential_id.as_slice().into(),
                client_data: assertion.client_data.as_slice().into(),
                authenticator_data: assertion.authenticator_data.as_slice().into(),
                signature: assertion.signature.as_slice().into(),
                user_handle: assertion.user_handle.as_deref().map(Base64::from),
            },
            PersonalEvidence::IdToken(token) => {
                Self::IdToken { token: SecretText::new(token.expose()) }
            }
        }
    }
}

impl From<GivenByPerson> for PersonalEvidence {
    fn from(given: GivenByPerson) -> Self {
        match given {
            GivenByPerson::Passkey {
                credential_id,
                client_data,
                authenticator_data,
                signature,
                user_handle,
            } => Self::Passkey(PasskeyAssertion {
                credential_id: credential_id.into_bytes(),
                client_data: client_data.into_bytes(),
                authenticator_data: authenticator_data.into_bytes(),
                signature: signature.into_bytes(),
                user_handle: user_handle.map(Base64::into_bytes),
            }),
            GivenByPerson::IdToken { token } => {
                Self::IdToken(IdentityToken::new(token.expose().to_owned()))
            }
        }
    }
}

impl From<GivenEvidence> for Accepted {
    fn from(GivenEvidence { kind, backup }: GivenEvidence) -> Self {
        Self { kind, backup }
    }
}

impl From<Accepted> for GivenEvidence {
    fn from(Accepted { kind, backup }: Accepted) -> Self {
        Self { kind, backup }
    }
}

impl From<&AuthenticatorOrder> for MeansRequest {
    fn from(order: &AuthenticatorOrder) -> Self {
        let means = match &order.means {
            Means::Passkey { credential_id, cose_key, user_handle } => PersonalMeans::Passkey {
                credential_id: credential_id.as_slice().into(),
                cose_key: cose_key.as_slice().into(),
                user_handle: user_handle.as_slice().into(),
            },
            Means::Login { issuer, subject } => {
                PersonalMeans::Login { issuer: issuer.clone(), subject: subject.clone() }
            }
        };
        Self {
            organization_identifier: order.organization_identifier.clone(),
            person: order.person.clone(),
            given_name: order.given_name.clone(),
            surname: order.surname.clone(),
            administrator: order.administrator,
            means,
        }
    }
}

impl From<MeansRequest> for AuthenticatorOrder {
    fn from(request: MeansRequest) -> Self {
        let means = match request.means {
            PersonalMeans::Passkey { credential_id, cose_key, user_handle } => Means::Passkey {
                credential_id: credential_id.into_bytes(),
                cose_key: cose_key.into_bytes(),
                user_handle: user_handle.into_bytes(),
            },
            PersonalMeans::Login { issuer, subject } => Means::Login { issuer, subject },
        };
        Self {
            organization_identifier: request.organization_identifier,
            person: request.person,
            given_name: request.given_name,
            surname: request.surname,
            administrator: request.administrator,
            means,
        }
    }
}

#[cfg(test)]
mod tests;
