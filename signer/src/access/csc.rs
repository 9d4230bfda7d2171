//! The API of the Cloud Signature Consortium as the service answers it: seals by hash, with credentials
//! that live for a session.
//!
//! Credentials and activation data stand in this process's memory and nowhere else: both end with it.

mod authorise;
mod bearer;
mod consent;
mod create;
mod document;
mod failure;
mod later;
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
pub use self::{
    bearer::{BearerHash, bearer_hash},
    failure::Failure,
    later::{Answered, Outcome},
    sads::is_sad,
};
use self::{later::Later, sads::Sads, wallets::Wallets};
use crate::{
    authentication::Authenticated,
    service::{Rates, Service},
};

/// How many requests of all callers together are answered in a second, for each that one may send.
const CALLERS_AT_ONCE: u32 = 20;

/// What answers where it is configured.
const LOGIN: &str = "auth/login";

/// What answers in version 1, in the order of the specification.
const METHODS_1: [&str; 13] = [
    "info",
    "oauth2/authorize",
    "oauth2/pushed_authorize",
    "oauth2/token",
    "oauth2/revoke",
    LOGIN,
    "auth/revoke",
    "credentials/list",
    "credentials/info",
    "credentials/authorize",
    "credentials/extendTransaction",
    "signatures/signHash",
    "signatures/timestamp",
];

/// What answers in version 2.
const METHODS_2: [&str; 18] = [
    "info",
    "oauth2/authorize",
    "oauth2/pushed_authorize",
    "oauth2/token",
    "oauth2/revoke",
    LOGIN,
    "auth/revoke",
    "credentials/create",
    "credentials/delete",
    "credentials/list",
    "credentials/info",
    "credentials/authorize",
    "credentials/authorizeCheck",
    "credentials/extendTransaction",
    "signatures/signHash",
    "signatures/signDoc",
    "signatures/signPolling",
    "signatures/timestamp",
];

/// The API, and what it holds in memory.
#[derive(Debug)]
pub struct Csc {
    service: Arc<Service>,
    wallets: Wallets,
    sads: Sads,
    later: Later,
    rates: Rates<String>,
    settings: CscSettings,
    /// Where the service is reached, and its authorisation server with it.
    public_url: String,
}

/// What is configured of the API.
#[derive(Clone, Copy, Debug)]
pub struct CscSettings {
    /// Whether `auth/login` answers.
    pub login: bool,
    /// How many requests of one caller are answered in a second.
    pub requests_per_second: u32,
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
    pub fn new(service: Arc<Service>, public_url: &str, settings: CscSettings) -> Self {
        let public_url = public_url.trim_end_matches('/').to_owned();
        let of_one = settings.requests_per_second;
        Self {
            service,
            wallets: Wallets::default(),
            sads: Sads::default(),
            later: Later::default(),
            rates: Rates::new(of_one.saturating_mul(CALLERS_AT_ONCE), of_one),
            settings,
            public_url,
        }
    }

    /// Whether `auth/login` answers.
    pub fn has_login(&self) -> bool {
        self.settings.login
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
        let methods: &[&str] = match version {
            ApiVersion::V1 => &METHODS_1,
            ApiVersion::V2 => &METHODS_2,
        };
        let answers = |method: &&str| *method != LOGIN || self.settings.login;
        let mut authentication = vec!["external", "oauth2client", "oauth2code"];
        authentication.extend(self.settings.login.then_some("basic"));
        Info {
            specs: version.specification(),
            name: "Segl".to_owned(),
            logo: format!("{}/csc/logo.png", self.public_url),
            region: "DK".to_owned(),
            lang,
            description: description.to_owned(),
            authentication,
            oauth2: self.public_url.clone(),
            methods: methods.iter().copied().filter(answers).collect(),
            asynchronous: of_version_2.then_some(true),
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
            hash_types: of_version_2.then(|| vec!["dtbsr", "sdr", "sodr"]),
            fapi: of_version_2.then_some(true),
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
