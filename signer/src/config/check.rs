//! The checks that need more than one key, and the key where a defect stands.

use std::collections::BTreeSet;

use seal::Grantee;

use super::{Config, ConfigDefect, Device, Grant, GrantedAct, Server};
use crate::{
    administration::{READINESS_APPLICATION, RECEIPTS_APPLICATION},
    device::remote::is_confidential,
    service::check_logos,
    store::{Address, NodeName},
};

/// The longest `public_url` in bytes: it stands in certificates several times.
const MAXIMUM_PUBLIC_URL_LENGTH: usize = 200;

/// The first defect, and the key where it stands.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) key: String,
    pub(super) defect: ConfigDefect,
}

pub(super) fn check(config: &Config, own_issuers: &[&str]) -> Result<(), Finding> {
    server(&config.server)?;
    if let Some((key, defect)) = config.login.defect(&config.server) {
        return Err(Finding { key: key.to_owned(), defect });
    }
    names(config)?;
    appearances(config)?;
    for (at, each) in config.grants.iter().enumerate() {
        grant(config, own_issuers, each)
            .and_then(|()| role(&config.grants[..at], each))
            .map_err(|(field, defect)| Finding { key: format!("grant[{at}].{field}"), defect })?;
    }
    if let Some(text) = &config.data.database {
        let address = text.expose().parse::<Address>().map(drop).map_err(ConfigDefect::Database);
        address.map_err(|defect| Finding { key: "data.database".to_owned(), defect })?;
    }
    if let Some(name) = &config.data.node {
        let name = name.parse::<NodeName>().map(drop).map_err(ConfigDefect::Node);
        name.map_err(|defect| Finding { key: "data.node".to_owned(), defect })?;
    }
    device(&config.device)?;
    pairs(config)?;
    nothing_is_zero(config)
}

/// What is of no use without the other.
fn pairs(config: &Config) -> Result<(), Finding> {
    let (device, simulator) = (&config.device, &config.simulator);
    let (root, root_key) = (&simulator.root_certificate, &simulator.root_key);
    let mut pairs = vec![
        (
            "qscd".to_owned(),
            ["certificate", "key"],
            [&device.certificate, &device.key].map(is_there),
        ),
        ("simulator".to_owned(), ["root_certificate", "root_key"], [root, root_key].map(is_there)),
    ];
    for (at, tsa) in config.time_stamping.iter().enumerate() {
        let section = format!("tsa[{at}]");
        let login = [&tsa.username, &tsa.password_variable].map(is_there);
        pairs.push((section.clone(), ["username", "password_variable"], login));
        pairs.push((section, ["certificate", "key"], [&tsa.certificate, &tsa.key].map(is_there)));
    }
    for (section, [one, other], [has_one, has_other]) in pairs {
        if has_one != has_other {
            let missing = if has_one { other } else { one };
            let key = format!("{section}.{missing}");
            return Err(Finding { key, defect: ConfigDefect::Missing });
        }
    }
    Ok(())
}

fn is_there<T>(value: &Option<T>) -> bool {
    value.is_some()
}

/// What crosses to the device is hashes, evidence and signature values: never in clear.
fn device(device: &Device) -> Result<(), Finding> {
    match &device.url {
        Some(url) if !is_confidential(url) => {
            Err(Finding { key: "qscd.url".to_owned(), defect: ConfigDefect::InClear })
        }
        None | Some(_) => Ok(()),
    }
}

fn server(server: &Server) -> Result<(), Finding> {
    let finding = |field, defect| Err(Finding { key: format!("server.{field}"), defect });
    let exposed = !server.listen.ip().is_loopback();
    if exposed && server.tls.is_none() && !server.behind_proxy {
        return finding("listen", ConfigDefect::Exposed);
    }
    if !server.management.ip().is_loopback() {
        return finding("management", ConfigDefect::ManagementExposed);
    }
    if server.management == server.listen && server.listen.port() != 0 {
        return finding("management", ConfigDefect::AddressTwice);
    }
    match &server.public_url {
        None if server.listen.ip().is_unspecified() => {
            finding("public_url", ConfigDefect::NoPublicUrl)
        }
        Some(url) if !is_public_url(url) => finding("public_url", ConfigDefect::PublicUrl),
        None | Some(_) => Ok(()),
    }
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

fn names(config: &Config) -> Result<(), Finding> {
    let profiles = config.profiles.iter().map(|profile| profile.id.as_str().to_owned());
    let applications = config.applications.iter();
    let ids = applications.clone().map(|application| application.id.as_str().to_owned());
    let hashes = applications.map(|application| application.api_key_sha256.to_string());
    let issuers = config.identity_issuers.iter().map(|issuer| issuer.issuer.clone());
    unique("profile", "id", profiles)?;
    unique("application", "id", ids)?;
    unique("application", "api_key_sha256", hashes)?;
    unique("identity_issuer", "issuer", issuers)?;
    signing_clients(config)
}

/// How visible signatures look that the file's profiles name.
fn appearances(config: &Config) -> Result<(), Finding> {
    for (at, profile) in config.profiles.iter().enumerate() {
        let defect = profile.appearances.defect().map(str::to_owned);
        let defect = defect.or_else(|| check_logos(profile).err().map(|error| error.to_string()));
        if let Some(defect) = defect {
            let key = format!("profile[{at}].appearances");
            return Err(Finding { key, defect: ConfigDefect::Appearances(defect) });
        }
    }
    Ok(())
}

/// What is issued for the one must not do for the other.
fn signing_clients(config: &Config) -> Result<(), Finding> {
    for (at, issuer) in config.identity_issuers.iter().enumerate() {
        let defect = match &issuer.signing_client {
            Some(client) if client.trim().is_empty() => ConfigDefect::Empty,
            Some(client) if *client == issuer.audience => ConfigDefect::SigningClient,
            Some(client) if is_of_login(config, &issuer.issuer, client) => {
                ConfigDefect::SigningClient
            }
            None | Some(_) => continue,
        };
        return Err(Finding { key: format!("identity_issuer[{at}].signing_client"), defect });
    }
    Ok(())
}

/// Whether people log in by a client of this name at this issuer.
fn is_of_login(config: &Config, issuer: &str, client: &str) -> bool {
    let mut providers = config.login.providers.iter();
    providers.any(|provider| provider.issuer == issuer && provider.client_id == client)
}

/// Names that the service uses itself, with grants or keys of its own.
fn is_reserved(name: &str) -> bool {
    let own = [READINESS_APPLICATION, RECEIPTS_APPLICATION];
    own.contains(&name) || [super::IDENTITY_ISSUER, registry::OWN_ISSUER].contains(&name)
}

fn unique(section: &str, field: &str, names: impl Iterator<Item = String>) -> Result<(), Finding> {
    let mut seen = BTreeSet::new();
    for (at, name) in names.enumerate() {
        let finding = |defect| Err(Finding { key: format!("{section}[{at}].{field}"), defect });
        if name.trim().is_empty() {
            return finding(ConfigDefect::Empty);
        }
        if is_reserved(&name) {
            return finding(ConfigDefect::Reserved);
        }
        if !seen.insert(name.clone()) {
            return finding(ConfigDefect::Twice(name));
        }
    }
    Ok(())
}

fn grant(
    config: &Config,
    own_issuers: &[&str],
    grant: &Grant,
) -> Result<(), (&'static str, ConfigDefect)> {
    match &grant.to {
        Grantee::Application(id) => {
            if config.applications.iter().all(|known| known.id != *id) {
                return Err(("to", ConfigDefect::UnknownApplication(id.clone())));
            }
        }
        Grantee::Person(person) => {
            let mut known = config.identity_issuers.iter().map(|known| known.issuer.as_str());
            let issuer = person.issuer.as_str();
            if !own_issuers.contains(&issuer) && known.all(|known| known != issuer) {
                return Err(("to", ConfigDefect::UnknownIssuer(person.issuer.clone())));
            }
        }
    }
    if grant.acts.is_empty() {
        return Err(("acts", ConfigDefect::Empty));
    }
    let unknown = |id: &&_| config.profiles.iter().all(|profile| profile.id != **id);
    match grant.profiles.iter().flatten().find(unknown) {
        Some(id) => Err(("profiles", ConfigDefect::UnknownProfile(id.clone()))),
        None => Ok(()),
    }
}

/// A role stands with the act, and an application holds one, whatever its grants.
fn role(before: &[Grant], grant: &Grant) -> Result<(), (&'static str, ConfigDefect)> {
    let administers = grant.acts.contains(&GrantedAct::Administer);
    if administers != grant.role.is_some() {
        return Err(("role", ConfigDefect::RoleAndAct));
    }
    let another = |held: &Grant| held.to == grant.to && held.role.is_some();
    match grant.to {
        Grantee::Application(_) if administers && before.iter().any(another) => {
            Err(("role", ConfigDefect::SecondRole))
        }
        Grantee::Application(_) | Grantee::Person(_) => Ok(()),
    }
}

fn nothing_is_zero(config: &Config) -> Result<(), Finding> {
    let limits = &config.limits;
    let device = &config.device;
    let settings = [
        ("limits.maximum_document_bytes", limits.maximum_document_bytes),
        ("limits.maximum_request_s", limits.maximum_request_s),
        ("limits.maximum_header_s", limits.maximum_header_s),
        ("limits.maximum_header_bytes", limits.maximum_header_bytes as u64),
        ("limits.concurrent_requests", limits.concurrent_requests as u64),
        ("limits.maximum_bytes_in_flight", limits.maximum_bytes_in_flight),
        ("limits.maximum_document_steps", limits.maximum_document_steps),
        ("limits.maximum_inflated_bytes", limits.maximum_inflated_bytes),
        ("limits.maximum_reading_bytes", limits.maximum_reading_bytes),
        ("limits.maximum_connections", limits.maximum_connections as u64),
        ("limits.maximum_connections_per_address", limits.maximum_connections_per_address as u64),
        ("limits.maximum_idle_s", limits.maximum_idle_s),
        ("limits.maximum_stall_s", limits.maximum_stall_s),
        ("limits.minimum_bytes_per_s", limits.minimum_bytes_per_s),
        ("limits.anonymous_requests", limits.anonymous_requests as u64),
        ("limits.anonymous_bytes_in_flight", limits.anonymous_bytes_in_flight),
        ("limits.anonymous_requests_per_s", u64::from(limits.anonymous_requests_per_s)),
        (
            "limits.anonymous_requests_per_s_and_address",
            u64::from(limits.anonymous_requests_per_s_and_address),
        ),
        (
            "limits.failed_authentications_per_s_and_address",
            u64::from(limits.failed_authentications_per_s_and_address),
        ),
        ("limits.csc_requests_per_s_and_caller", u64::from(limits.csc_requests_per_s_and_caller)),
        ("qscd.timeout_s", device.timeout_s),
        ("qscd.capacity", device.capacity as u64),
        ("qscd.keys_per_requester", device.keys_per_requester as u64),
        ("qscd.cache_capacity", device.cache_capacity),
        ("qscd.sad_lifetime_s", device.sad_lifetime_s),
        ("qscd.key_lifetime_s", device.key_lifetime_s),
    ];
    match settings.into_iter().find(|(_, value)| *value == 0) {
        Some((key, _)) => Err(Finding { key: key.to_owned(), defect: ConfigDefect::Zero }),
        None => Ok(()),
    }
}
