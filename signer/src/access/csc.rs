//! The API of the Cloud Signature Consortium as the service answers it: seals by hash, with credentials
//! that live for a session.
//!
//! Credentials and activation data stand in this process's memory and nowhere else: both end with it.

mod authorise;
mod consent;
mod create;
mod document;
mod failure;
mod list;
mod revoke;
mod sads;
mod shown;
mod sign;
mod wallets;

use std::sync::Arc;

use csc::{ApiVersion, Info, SignAlgorithms, SignatureFormats};
use seal::SignatureAlgorithm;

pub(crate) use self::consent::Unconsentable;
pub use self::failure::Failure;
use self::{sads::Sads, wallets::Wallets};
use crate::{authentication::Authenticated, service::Service};

/// How long the hash of a bearer value is, in bytes.
const BEARER_HASH_LENGTH: usize = 32;

/// The SHA-256 of what a caller showed: what is authorised for one bearer value is for no other.
pub type BearerHash = [u8; BEARER_HASH_LENGTH];

/// What answers in version 1, in the order of the specification.
const METHODS_1: [&str; 12] = [
    "info",
    "oauth2/authorize",
    "oauth2/pushed_authorize",
    "oauth2/token",
    "oauth2/revoke",
    "auth/revoke",
    "credentials/list",
    "credentials/info",
    "credentials/authorize",
    "credentials/extendTransaction",
    "signatures/signHash",
    "signatures/timestamp",
];

/// What answers in version 2.
const METHODS_2: [&str; 15] = [
    "info",
    "oauth2/authorize",
    "oauth2/pushed_authorize",
    "oauth2/token",
    "oauth2/revoke",
    "auth/revoke",
    "credentials/create",
    "credentials/delete",
    "credentials/list",
    "credentials/info",
    "credentials/authorize",
    "credentials/extendTransaction",
    "signatures/signHash",
    "signatures/signDoc",
    "signatures/timestamp",
];

/// The API, and what it holds in memory.
#[derive(Debug)]
pub struct Csc {
    service: Arc<Service>,
    wallets: Wallets,
    sads: Sads,
    /// Where the service is reached, and its authorisation server with it.
    public_url: String,
}

/// Somebody who asks, and what they showed.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Who.
    pub caller: Authenticated,
    /// By what.
    pub bearer: BearerHash,
}

impl Asker {
    /// Whether a person agrees to each seal: whoever asks bears what they agreed to.
    fn agrees(&self) -> bool {
        self.caller.access.as_ref().is_some_and(|access| access.is_of_person())
    }
}

impl Csc {
    /// Serves what `service` does; `public_url` is where it is reached.
    pub fn new(service: Arc<Service>, public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        Self { service, wallets: Wallets::default(), sads: Sads::default(), public_url }
    }

    /// `info`: the language that is asked for, if it is spoken, else English.
    pub fn info(&self, version: ApiVersion, language: Option<&str>) -> Info {
        let is_danish = language.is_some_and(|language| {
            let primary = language.split(['-', '_']).next().unwrap_or_default();
            primary.eq_ignore_ascii_case("da")
        });
        let (lang, description) = match is_danish {
            true => ("da", "Segl: segl til dokumenter. SIMULATOR - IKKE KVALIFICERET."),
            false => ("en", "Segl: seals for documents. SIMULATOR - NOT QUALIFIED."),
        };
        let of_version_2 = version == ApiVersion::V2;
        Info {
            specs: version.specification(),
            name: "Segl".to_owned(),
            logo: format!("{}/csc/logo.png", self.public_url),
            region: "DK".to_owned(),
            lang,
            description: description.to_owned(),
            authentication: vec!["external", "oauth2client", "oauth2code"],
            oauth2: self.public_url.clone(),
            methods: match version {
                ApiVersion::V1 => METHODS_1.into(),
                ApiVersion::V2 => METHODS_2.into(),
            },
            asynchronous: of_version_2.then_some(false),
            validation: of_version_2.then_some(false),
            algorithms: of_version_2.then(|| SignAlgorithms { algos: algorithms() }),
            signature_formats: of_version_2.then(|| SignatureFormats {
                formats: vec!["C", "P"],
                envelope_properties: vec![
                    vec!["Attached", "Detached"],
                    vec!["Certification", "Revision"],
                ],
            }),
            conformance_levels: of_version_2
                .then(|| vec!["Ades-B-B", "Ades-B-T", "Ades-B-LT", "Ades-B-LTA"]),
            hash_types: of_version_2.then(|| vec!["dtbsr", "sdr"]),
        }
    }
}

/// Every algorithm that a key may be asked for, once.
fn algorithms() -> Vec<&'static str> {
    let suites = SignatureAlgorithm::ALL.into_iter().filter(|suite| csc::offers(*suite));
    let mut all: Vec<&'static str> = suites.flat_map(csc::key_algorithms).collect();
    all.sort_unstable();
    all.dedup();
    all
}
