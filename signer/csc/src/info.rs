//! `info`: what the service is and what it answers.

use serde::Serialize;

/// The answer to `info`.
#[derive(Clone, Debug, Serialize)]
pub struct Info {
    /// The version of the specification.
    pub specs: &'static str,
    /// The service's name.
    pub name: String,
    /// The address of a PNG or JPEG.
    pub logo: String,
    /// The country (ISO 3166-1 alpha-2).
    pub region: String,
    /// The language of the texts (RFC 5646).
    pub lang: &'static str,
    /// What the service is.
    pub description: String,
    /// How callers show who they are.
    #[serde(rename = "authType")]
    pub authentication: Vec<&'static str>,
    /// Where `oauth2/token` and `oauth2/revoke` stand.
    pub oauth2: String,
    /// Exactly what answers.
    pub methods: Vec<&'static str>,
    /// Of version 2: whether answers may come later.
    #[serde(rename = "asynchronousOperationMode", skip_serializing_if = "Option::is_none")]
    pub asynchronous: Option<bool>,
    /// Of version 2: whether revocation data can be had beside signatures.
    #[serde(rename = "validationInfo", skip_serializing_if = "Option::is_none")]
    pub validation: Option<bool>,
    /// Of version 2: what keys sign with.
    #[serde(rename = "signAlgorithms", skip_serializing_if = "Option::is_none")]
    pub algorithms: Option<SignAlgorithms>,
    /// Of version 2: the containers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature_formats: Option<SignatureFormats>,
    /// Of version 2: the levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conformance_levels: Option<Vec<&'static str>>,
    /// Of version 2.2: what hashes may be of. There are clients that do without nothing of it.
    #[serde(rename = "supportedHashTypes", skip_serializing_if = "Option::is_none")]
    pub hash_types: Option<Vec<&'static str>>,
    /// Of version 2, by ETSI TS 119 432: whether clients can keep to the security profile FAPI 2.0, with
    /// `private_key_jwt` and proofs of possession.
    #[serde(rename = "oauth2FAPIsupport", skip_serializing_if = "Option::is_none")]
    pub fapi: Option<bool>,
}

/// What keys sign with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignAlgorithms {
    /// Object identifiers.
    pub algos: Vec<&'static str>,
}

/// The containers of signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SignatureFormats {
    /// `C`, `P`.
    pub formats: Vec<&'static str>,
    /// For each of them what stands in it.
    pub envelope_properties: Vec<Vec<&'static str>>,
}
