//! Certificates that are ordered, collected and used for years: what stands in one, and who issues it.

use std::{collections::BTreeSet, fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

/// Whom or what a certificate names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateKind {
    /// A person, on behalf of the organisation.
    User,
    /// The organisation itself.
    Organisation,
    /// A system of the organisation.
    System,
}

/// What a certificate may be used for. Signing and sealing documents is never one of them: that is
/// what certificates of minutes are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Saying who one is to a web service (TLS client authentication).
    Authentication,
    /// Encrypting to the holder.
    Encryption,
    /// Secure e-mail (S/MIME).
    Email,
}

/// The kind of key that a profile asks its certificates' holders for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HolderKey {
    /// RSA with a modulus of 3,072 bits.
    Rsa3072,
    /// ECDSA and ECDH on P-256.
    P256,
}

/// Why a certificate is blocked, as people say it; what RFC 5280 §5.3.1 calls it stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockingReason {
    /// What stands in it is wrong: superseded (4).
    ContentWrong,
    /// The holder left the organisation: affiliationChanged (3).
    LeftOrganisation,
    /// Somebody else may have the key: keyCompromise (1).
    CompromiseSuspected,
    /// The key is lost or destroyed: cessationOfOperation (5).
    KeyLostOrDestroyed,
    /// It was used against the policy: privilegeWithdrawn (9).
    PolicyBroken,
    /// None is given: an entry without a reason.
    NotGiven,
}

impl BlockingReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::ContentWrong,
        Self::LeftOrganisation,
        Self::CompromiseSuspected,
        Self::KeyLostOrDestroyed,
        Self::PolicyBroken,
        Self::NotGiven,
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::ContentWrong => "content-wrong",
            Self::LeftOrganisation => "left-organisation",
            Self::CompromiseSuspected => "compromise-suspected",
            Self::KeyLostOrDestroyed => "key-lost-or-destroyed",
            Self::PolicyBroken => "policy-broken",
            Self::NotGiven => "not-given",
        }
    }
}

/// What a certificate says of its holder and its use.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateContent {
    /// Whom or what it names.
    pub kind: CertificateKind,
    /// The holder's UUID, 16 bytes, which stays when the certificate is renewed. It stands in the
    /// subject's serialNumber (`UI:DK-E:G:…` for persons, `UI:DK-O:G:…` for organisations).
    pub uuid: [u8; 16],
    /// The subject's commonName.
    pub common_name: String,
    /// The person's given name; for persons alone.
    pub given_name: Option<String>,
    /// The person's surname; for persons alone.
    pub surname: Option<String>,
    /// The organisation's registered name.
    pub organisation_name: String,
    /// The organisation's organizationIdentifier, such as `NTRDK-12345674` (EN 319 412-1 clause 5.1.4).
    pub organisation_identifier: String,
    /// The address shown, which was validated.
    pub email: Option<String>,
    /// What it may be used for: at least one purpose.
    pub purposes: BTreeSet<Purpose>,
    /// How long it lives, in days of 24 hours; 1,095 unless the profile says otherwise.
    pub lifetime_days: u16,
}

impl fmt::Debug for CertificateContent {
    // Names and addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateContent").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A certificate as it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// The certificate in DER.
    pub der: Vec<u8>,
    /// Its serial number: the content octets of the INTEGER, at most 20.
    pub serial_number: Vec<u8>,
    /// The SHA-256 of the subject's public key (the DER of its SubjectPublicKeyInfo): no key is certified twice.
    pub public_key_sha256: [u8; 32],
    /// Which of the registry's issuing keys signed it, counted from 1.
    pub issuer_generation: u32,
    /// The beginning of its validity, in whole seconds.
    pub not_before: SystemTime,
    /// The end of its validity, in whole seconds: lifetime − 1 second after the beginning.
    pub not_after: SystemTime,
}

/// Who issues the certificates of the registry.
pub trait CertificateAuthority: fmt::Debug + Send + Sync {
    /// Issues a certificate over a public key whose holder has shown that they have it.
    ///
    /// # Errors
    /// [`IssuingError`].
    fn issue(
        &self,
        content: &CertificateContent,
        public_key: &[u8],
        now: SystemTime,
    ) -> Result<IssuedCertificate, IssuingError>;

    /// The certificates from the issuing one to the root, DER, of one generation; `None` for one that there is not.
    fn chain(&self, issuer_generation: u32) -> Option<Vec<Vec<u8>>>;
}

/// Why no certificate was issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuingError {
    /// The certificate would outlive the one that issues it.
    #[error("the certificate would outlive the issuing certificate")]
    OutlivesIssuer,
    /// The content does not make a certificate of its kind.
    #[error("the content does not make a certificate of its kind: {0}")]
    Content(String),
    /// The issuing key could not be used.
    #[error("the issuing key could not be used: {0}")]
    Key(String),
}
