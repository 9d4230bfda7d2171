//! A credential as it is shown.

use serde::Serialize;

use crate::ApiVersion;

/// The answer to `credentials/info`, and an item of `credentialInfos`.
#[derive(Clone, Debug, Serialize)]
pub struct CredentialInfo {
    /// Its name, in lists.
    #[serde(rename = "credentialID", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of version 2: by what documents are signed with a key of the same profile.
    #[serde(rename = "signatureQualifier", skip_serializing_if = "Option::is_none")]
    pub qualifier: Option<String>,
    /// The key.
    pub key: KeyFacts,
    /// The certificate.
    pub cert: CertificateFacts,
    /// How its use is authorised.
    #[serde(flatten)]
    pub authentication: Authentication,
    /// The level of assurance of its activation: "2", hashes are authorised one by one.
    #[serde(rename = "SCAL")]
    pub scal: &'static str,
    /// How many signatures one authorisation may allow now.
    pub multisign: u32,
    /// The language of the texts.
    pub lang: &'static str,
}

/// The key.
#[derive(Clone, Debug, Serialize)]
pub struct KeyFacts {
    /// Whether it can be used.
    pub status: KeyStatus,
    /// What it may be asked for.
    pub algo: Vec<&'static str>,
    /// Its length in bits.
    pub len: usize,
    /// The curve's object identifier, of a key on one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub curve: Option<&'static str>,
}

/// Whether a key can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStatus {
    /// It can.
    Enabled,
    /// It has made all its signatures, or its session is over.
    Disabled,
}

/// The certificate.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateFacts {
    /// Whether it is valid.
    pub status: CertificateStatus,
    /// In base64, the signer's first; as many as were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Vec<String>>,
    /// What follows is told where it was asked for (`certInfo`).
    #[serde(rename = "issuerDN", skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// In hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<String>,
    /// RFC 4514.
    #[serde(rename = "subjectDN", skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// notBefore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// The end of the session, or notAfter if that is sooner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}

/// Whether a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificateStatus {
    /// It is.
    Valid,
    /// Its time, or its session, is over.
    Expired,
}

/// How a credential's use is authorised: by nothing that a person would have to give.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Authentication {
    /// Version 1.
    #[serde(rename = "authMode", skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    /// Version 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<AuthenticationObjects>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct AuthenticationObjects {
    mode: &'static str,
    objects: [(); 0],
}

impl Authentication {
    /// What version 1 calls implicit, and version 2 explicit without objects.
    pub fn automatic(version: ApiVersion) -> Self {
        match version {
            ApiVersion::V1 => Self { mode: Some("implicit"), auth: None },
            ApiVersion::V2 => Self {
                mode: None,
                auth: Some(AuthenticationObjects { mode: "explicit", objects: [] }),
            },
        }
    }

    /// By a person's consent, which an access token of scope `credential` stands for.
    pub fn by_code(version: ApiVersion) -> Self {
        const MODE: &str = "oauth2code";
        match version {
            ApiVersion::V1 => Self { mode: Some(MODE), auth: None },
            ApiVersion::V2 => {
                Self { mode: None, auth: Some(AuthenticationObjects { mode: MODE, objects: [] }) }
            }
        }
    }
}
