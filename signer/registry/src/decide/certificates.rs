//! The terms of certificates, and what the organisation allows of them.

use std::collections::BTreeSet;

use seal::has_hidden;

use super::change;
use crate::{
    Actor, CertificateKind, CertificateSettings, CertificateTerms, Change, Entry, LIFETIME_DAYS,
    MAXIMUM_OVERLAP_DAYS, Moment, Purpose, Register, RegistryRefusal, Version, WantedTerms, folded,
    register::Kept,
};

/// How many terms a register keeps; each stands beside a profile.
const MAXIMUM_TERMS: usize = 1000;

/// The longest commonName (RFC 5280 appendix A.1, ub-common-name).
const MAXIMUM_NAME: usize = 64;

/// The longest e-mail address (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const MAXIMUM_EMAIL: usize = 254;

/// How many services are listed, and how long the name of one is, in characters.
const MAXIMUM_SERVICES: usize = 30;
const MAXIMUM_SERVICE: usize = 100;

impl Register {
    pub(super) fn set_certificate_settings(
        &self,
        settings: CertificateSettings,
        expected: Version,
    ) -> Result<Change, RegistryRefusal> {
        let Kept { value: before, version } = self.certificate_settings;
        if version != expected {
            return Err(RegistryRefusal::VersionPassed { expected, present: version });
        }
        let (before, after) =
            (Entry::CertificateSettings(before), Entry::CertificateSettings(settings));
        Ok(change("certificate-settings-changed", before, after))
    }

    pub(super) fn set_certificate_terms(
        &self,
        wanted: WantedTerms,
        by: &Actor,
        now: Moment,
    ) -> Result<Change, RegistryRefusal> {
        let present = self.certificate_terms.get(&wanted.profile);
        match (wanted.expected, present) {
            (None, None) if self.certificate_terms.len() >= MAXIMUM_TERMS => {
                return Err(RegistryRefusal::Full { what: "terms", most: MAXIMUM_TERMS });
            }
            (None, None) => {}
            (None, Some(_)) => return Err(RegistryRefusal::TermsExist(wanted.profile)),
            (Some(_), None) => return Err(RegistryRefusal::TermsUnknown(wanted.profile)),
            (Some(expected), Some(kept)) if expected != kept.version => {
                return Err(RegistryRefusal::VersionPassed { expected, present: kept.version });
            }
            (Some(_), Some(_)) => {}
        }
        self.known(Some(std::slice::from_ref(&wanted.profile)))?;
        let terms = written(wanted, present.map(|kept| &kept.value), by, now)?;
        let name = folded(&terms.name);
        let taken = |kept: &&Kept<CertificateTerms>| {
            kept.value.profile != terms.profile && folded(&kept.value.name) == name
        };
        if let Some(kept) = self.certificate_terms.values().find(taken) {
            return Err(RegistryRefusal::CertificateNameTaken(kept.value.profile.clone()));
        }
        let after = Entry::CertificateTerms(terms.into());
        Ok(match present {
            None => Change::made("certificate-terms-made", after),
            Some(kept) => {
                let before = Entry::CertificateTerms(kept.value.clone().into());
                change("certificate-terms-changed", before, after)
            }
        })
    }
}

/// The terms, if they are as they must be.
fn written(
    wanted: WantedTerms,
    before: Option<&CertificateTerms>,
    by: &Actor,
    now: Moment,
) -> Result<CertificateTerms, RegistryRefusal> {
    let invalid = |field, cause| Err(RegistryRefusal::Invalid { field, cause });
    let WantedTerms {
        profile,
        kind,
        uuid,
        name,
        purposes,
        key,
        email,
        show_email,
        published,
        relying_services,
        lifetime_days,
        overlap_days,
        expected: _,
    } = wanted;
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > MAXIMUM_NAME || has_hidden(&name) {
        return invalid(
            "name",
            "1 to 64 characters, none of them a control character or one that turns the direction of writing",
        );
    }
    if purposes.is_empty() {
        return invalid(
            "purposes",
            "\"authentication\", \"encryption\", \"email\", or several of them",
        );
    }
    if !(1..=LIFETIME_DAYS).contains(&lifetime_days) {
        return invalid("lifetime_days", "1 to 1,095");
    }
    let overlaps = (1..=MAXIMUM_OVERLAP_DAYS).contains(&overlap_days);
    if !overlaps || overlap_days >= lifetime_days {
        return invalid("overlap_days", "1 to 180, and less than the certificate lives");
    }
    match kind {
        CertificateKind::User if email.is_some() => {
            return invalid(
                "email",
                "a person's certificate shows the person's own address, or none",
            );
        }
        CertificateKind::Organisation | CertificateKind::System if show_email => {
            return invalid(
                "show_email",
                "of people's certificates alone: name the address in email",
            );
        }
        CertificateKind::User | CertificateKind::Organisation | CertificateKind::System => {}
    }
    if purposes.contains(&Purpose::Email) && email.is_none() && !show_email {
        return invalid("purposes", "\"email\" needs an address in the certificate");
    }
    if published && email.is_none() && !show_email {
        return invalid("published", "a certificate that shows no address is found by nobody");
    }
    if email.as_deref().is_some_and(|email| !is_address(email)) {
        return invalid("email", "an address such as post@example.com, of at most 254 bytes");
    }
    let relying_services: Vec<_> =
        relying_services.iter().map(|service| service.trim().to_owned()).collect();
    if !are_services(&relying_services) {
        return invalid(
            "relying_services",
            "30 names at most, each of 1 to 100 characters without control characters, none twice",
        );
    }
    // What stands in certificates that are there stays the same in those that take their places.
    let (uuid, made, made_by) = match before {
        None => (uuid, now, by.clone()),
        Some(before) => (before.uuid.clone(), before.made, before.made_by.clone()),
    };
    Ok(CertificateTerms {
        profile,
        kind,
        name,
        uuid,
        purposes,
        key,
        lifetime_days,
        overlap_days,
        email,
        show_email,
        published,
        relying_services,
        made,
        made_by,
    })
}

/// Whether people can tell so many services by these names.
fn are_services(names: &[String]) -> bool {
    let is_name =
        |name: &String| (1..=MAXIMUM_SERVICE).contains(&name.chars().count()) && !has_hidden(name);
    let different: BTreeSet<_> = names.iter().collect();
    names.len() <= MAXIMUM_SERVICES && different.len() == names.len() && names.iter().all(is_name)
}

/// Whether this may be an address: a local part without quotes, and a name of at least two labels.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !"\"(),:;<>@[\\]".contains(c);
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= MAXIMUM_EMAIL
        && (1..=64).contains(&local.len())
        && !has_hidden(text)
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(plain))
        && domain.contains('.')
        && domain.split('.').all(label)
        && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

#[cfg(test)]
mod tests;
