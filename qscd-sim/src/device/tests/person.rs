//! A person with a passkey, and the activations of a service.

use ring::{
    digest::{SHA256, digest as sha256},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use seal::{
    Act, Activation, ActivationEntry, ActivationEvidence, ActivationId, ActivationOrder, Activator,
    AuthenticatorOrder, Challenge, Credential, Digest, Means, PasskeyAssertion, PersonId,
    PersonalEvidence, ProfileId, Qscd, QscdError, SignatureValue, ToSign,
};

use super::fixture::{Bench, ISSUER, digest, person};

pub(super) const ORIGIN: &str = "https://segl.example";
pub(super) const ORGANISATION: &str = "NTRDK-12345674";

/// A passkey that a test may use as it likes.
pub(super) struct Passkey {
    key: EcdsaKeyPair,
    pub(super) id: Vec<u8>,
    pub(super) count: u32,
    pub(super) user_handle: Option<Vec<u8>>,
}

impl Passkey {
    pub(super) fn new(id: &str) -> Self {
        let (rng, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng).unwrap();
        let user_handle = Some(format!("{id}'s handle").into_bytes());
        Self { key, id: id.into(), count: 0, user_handle }
    }

    pub(super) fn means(&self) -> Means {
        let point = self.key.public_key().as_ref();
        let mut cose_key = vec![0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32];
        cose_key.extend(&point[1..33]);
        cose_key.extend([0x22, 0x58, 32]);
        cose_key.extend(&point[33..]);
        let user_handle = self.user_handle.clone().unwrap_or_default();
        Means::Passkey { credential_id: self.id.clone(), cose_key, user_handle }
    }

    pub(super) fn client_data(challenge: &Challenge) -> String {
        let challenge = challenge.base64url();
        format!(
            r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"{ORIGIN}","crossOrigin":false}}"#
        )
    }

    /// Signs whatever it is given.
    pub(super) fn sign(&self, client_data: &str, rp_id: &str) -> PasskeyAssertion {
        self.sign_with_flags(0x05, client_data, rp_id)
    }

    pub(super) fn sign_with_flags(
        &self,
        flags: u8,
        client_data: &str,
        rp_id: &str,
    ) -> PasskeyAssertion {
        let hash = sha256(&SHA256, rp_id.as_bytes());
        let authenticator_data = [hash.as_ref(), &[flags], &self.count.to_be_bytes()].concat();
        let hash = sha256(&SHA256, client_data.as_bytes());
        let message = [authenticator_data.as_slice(), hash.as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &message).unwrap();
        PasskeyAssertion {
            credential_id: self.id.clone(),
            client_data: client_data.into(),
            authenticator_data,
            signature: signature.as_ref().to_vec(),
            user_handle: self.user_handle.clone(),
        }
    }

    /// What an honest browser and authenticator make of a challenge.
    pub(super) fn answer(&self, challenge: &Challenge) -> PersonalEvidence {
        PersonalEvidence::Passkey(self.sign(&Self::client_data(challenge), "segl.example"))
    }
}

pub(super) fn karen() -> PersonId {
    PersonId { issuer: ISSUER.into(), subject: "karen".into() }
}

pub(super) fn order_for(
    person: PersonId,
    given: &str,
    surname: &str,
    means: Means,
) -> AuthenticatorOrder {
    AuthenticatorOrder {
        organization_identifier: ORGANISATION.into(),
        person,
        given_name: given.into(),
        surname: surname.into(),
        administrator: false,
        means,
    }
}

/// Karen's means of login, under the name of her certificates.
pub(super) fn karens(means: Means) -> AuthenticatorOrder {
    order_for(karen(), "Karen", "Ågård", means)
}

pub(super) fn mads(means: Means) -> AuthenticatorOrder {
    order_for(PersonId { subject: "mads".into(), ..karen() }, "Mads", "Bæk", means)
}

/// The form in which a document is prepared.
pub(super) fn prepared(document: &str) -> Digest {
    digest(&format!("{document}, prepared"))
}

pub(super) fn entry(document: &str) -> ActivationEntry {
    ActivationEntry::of_document(&digest(document), &prepared(document))
}

pub(super) fn activation_order(entries: Vec<ActivationEntry>) -> ActivationOrder {
    ActivationOrder {
        organization_identifier: ORGANISATION.into(),
        person: karen(),
        profile: ProfileId::new("decisions"),
        act: Act::Sign,
        entries,
        requester: "karen's browser".into(),
    }
}

/// What a key is asked to sign that does not exist yet.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// The signed attributes over an imprint, as a service writes them.
    Attributes(Digest),
    /// As it is.
    AsItIs(ToSign),
}

impl Wanted {
    fn to_sign(&self, credential: &Credential) -> ToSign {
        match self {
            Self::Attributes(imprint) => ToSign::Attributes(written(credential, imprint)),
            Self::AsItIs(to_sign) => to_sign.clone(),
        }
    }
}

impl From<ToSign> for Wanted {
    fn from(to_sign: ToSign) -> Self {
        Self::AsItIs(to_sign)
    }
}

/// The signed attributes over an imprint.
pub(super) fn attributes(imprint: &Digest) -> Wanted {
    Wanted::Attributes(*imprint)
}

/// The signed attributes of a PDF's signature with this certificate.
pub(super) fn written(credential: &Credential, imprint: &Digest) -> Vec<u8> {
    written_as(credential, imprint, cades::SignatureKind::Pades)
}

pub(super) fn written_as(
    credential: &Credential,
    imprint: &Digest,
    kind: cades::SignatureKind,
) -> Vec<u8> {
    let (chain, suite) = (credential.chain.clone(), credential.algorithm);
    cades::ToBeSigned::new(imprint, chain, suite, kind).unwrap().message().to_vec()
}

impl Bench {
    /// A device that knows Karen's passkey, on the operator's word.
    pub(super) fn with_passkey() -> (Self, Passkey) {
        let (bench, passkey) = (Self::new(), Passkey::new("karen's passkey"));
        bench.device.register_by_operator(&karens(passkey.means())).unwrap();
        (bench, passkey)
    }

    pub(super) async fn begin(&self, documents: &[&str]) -> Activation {
        let entries = documents.iter().map(|one| entry(one)).collect();
        self.device.begin_activation(activation_order(entries)).await.unwrap()
    }

    /// Has a new key of Karen's sign by an activation.
    pub(super) async fn sign_by(
        &self,
        activation: &ActivationId,
        to_sign: &[Wanted],
    ) -> Result<Vec<SignatureValue>, QscdError> {
        let signatures = u32::try_from(to_sign.len()).unwrap();
        let request = seal::EnrolmentRequest { signatures, ..self.request(person()) };
        let credential = self.device.enrol(request).await.unwrap();
        self.sign_with(&credential, activation, to_sign).await
    }

    pub(super) async fn sign_with(
        &self,
        credential: &Credential,
        activation: &ActivationId,
        to_sign: &[Wanted],
    ) -> Result<Vec<SignatureValue>, QscdError> {
        let evidence = ActivationEvidence::Activation(activation.clone());
        let to_sign: Vec<_> = to_sign.iter().map(|one| one.to_sign(credential)).collect();
        self.device.activate(&credential.id, &to_sign, &evidence).await
    }
}
