//! The checks that need more than one key: the first defect, and the key where it stands.

use std::collections::BTreeSet;

use seal::{Grant, Grantee};

use super::{Config, ConfigDefect, Limits, Server};

/// The longest `public_url` in bytes: it stands in certificates several times.
const MAXIMUM_PUBLIC_URL_LENGTH: usize = 200;

type Defect = (String, ConfigDefect);

pub(super) fn first_defect(config: &Config, own_issuers: &[&str]) -> Option<Defect> {
    server(&config.server)
        .or_else(|| names(config))
        .or_else(|| {
            let mut grants = config.grants.iter().enumerate();
            grants.find_map(|(at, each)| grant(config, own_issuers, at, each))
        })
        .or_else(|| limits(&config.limits))
        .or_else(|| {
            zero("qscd.capacity", config.device.capacity)
                .or_else(|| zero("qscd.keys_per_requester", config.device.keys_per_requester))
                .or_else(|| zero("qscd.key_lifetime_s", config.device.key_lifetime_s))
        })
}

fn server(server: &Server) -> Option<Defect> {
    let exposed = !server.listen.ip().is_loopback();
    if exposed && server.tls.is_none() && !server.behind_proxy {
        return Some(("server.listen".into(), ConfigDefect::Exposed));
    }
    if !server.management.ip().is_loopback() {
        return Some(("server.management".into(), ConfigDefect::ManagementExposed));
    }
    if server.management == server.listen && server.listen.port() != 0 {
        return Some(("server.management".into(), ConfigDefect::AddressTwice));
    }
    let defect = match &server.public_url {
        None if server.listen.ip().is_unspecified() => ConfigDefect::NoPublicUrl,
        Some(url) if !is_public_url(url) => ConfigDefect::PublicUrl,
        None | Some(_) => return None,
    };
    Some(("server.public_url".into(), defect))
}

fn is_public_url(text: &str) -> bool {
    text.len() <= MAXIMUM_PUBLIC_URL_LENGTH
        && text.is_ascii()
        && reqwest::Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        })
}

fn names(config: &Config) -> Option<Defect> {
    let profiles = config.profiles.iter().map(|profile| profile.id.as_str());
    let applications = config.applications.iter().map(|application| application.id.as_str());
    let issuers = config.identity_issuers.iter().map(|issuer| issuer.issuer.as_str());
    let hashes = config.applications.iter().map(|application| application.api_key_sha256);
    let hashes: Vec<String> = hashes.map(|hash| hash.to_string()).collect();
    unique("profile", "id", profiles)
        .or_else(|| unique("application", "id", applications))
        .or_else(|| unique("application", "api_key_sha256", hashes.iter().map(String::as_str)))
        .or_else(|| unique("identity_issuer", "issuer", issuers))
}

fn unique<'a>(section: &str, field: &str, names: impl Iterator<Item = &'a str>) -> Option<Defect> {
    let mut seen = BTreeSet::new();
    names.enumerate().find_map(|(at, name)| {
        let defect = match name {
            _ if name.trim().is_empty() => ConfigDefect::Empty,
            _ if !seen.insert(name) => ConfigDefect::Twice(name.to_owned()),
            _ => return None,
        };
        Some((format!("{section}[{at}].{field}"), defect))
    })
}

fn grant(config: &Config, own_issuers: &[&str], at: usize, grant: &Grant) -> Option<Defect> {
    let key = |field| format!("grant[{at}].{field}");
    let known = |name: &str| config.identity_issuers.iter().any(|issuer| issuer.issuer == name);
    match &grant.to {
        Grantee::Application(id) if config.applications.iter().all(|known| known.id != *id) => {
            return Some((key("to"), ConfigDefect::UnknownApplication(id.clone())));
        }
        Grantee::Person(person)
            if !known(&person.issuer) && !own_issuers.contains(&person.issuer.as_str()) =>
        {
            return Some((key("to"), ConfigDefect::UnknownIssuer(person.issuer.clone())));
        }
        Grantee::Application(_) | Grantee::Person(_) => {}
    }
    if grant.acts.is_empty() {
        return Some((key("acts"), ConfigDefect::Empty));
    }
    let unknown = |id: &&_| config.profiles.iter().all(|profile| profile.id != **id);
    let id = grant.profiles.iter().flatten().find(unknown)?;
    Some((key("profiles"), ConfigDefect::UnknownProfile(id.clone())))
}

fn limits(limits: &Limits) -> Option<Defect> {
    [
        ("limits.maximum_document_bytes", limits.maximum_document_bytes),
        ("limits.maximum_request_s", limits.maximum_request_s),
        ("limits.maximum_header_s", limits.maximum_header_s),
        ("limits.maximum_header_bytes", limits.maximum_header_bytes as u64),
        ("limits.concurrent_requests", limits.concurrent_requests as u64),
        ("limits.maximum_bytes_in_flight", limits.maximum_bytes_in_flight),
    ]
    .into_iter()
    .find_map(|(key, value)| zero(key, value))
}

fn zero(key: &str, value: u64) -> Option<Defect> {
    (value == 0).then(|| (key.to_owned(), ConfigDefect::Zero))
}
