//! The permission to act, and what it promises.

use std::time::SystemTime;

use ring::digest::{SHA256, digest};

use super::{CertificateMismatch, confirm, judge::Case};
use crate::{
    Act, ActRequest, Caller, CertificateDer, CertificateProfile, Certification, Counted,
    EnrolmentRequest, Format, Level, OnTimestampFailure, Organisation, OrganisationSubject,
    PersonId, PersonName, PersonSubject, ProfileId, SignatureAlgorithm, Subject,
    identity::IdentityClaims,
};

/// The permission to do one act. Only [`SealPolicy::evaluate`](super::SealPolicy::evaluate) makes
/// one.
///
/// ```compile_fail
/// let forged = seal::policy::Approval { .. }; // no field can be named outside the policy
/// ```
#[derive(Debug)]
pub struct Approval {
    act: Act,
    format: Format,
    level: Level,
    certification: Certification,
    enrolment: EnrolmentRequest,
    counted: Option<Counted>,
    degrades: bool,
}

impl Approval {
    pub(super) fn new(case: &Case<'_>) -> Self {
        let Case { policy, request, profile, caller, now } = *case;
        let ActRequest { act, format, level, certification, .. } = *request;
        Self {
            act,
            format,
            level,
            certification,
            degrades: profile.on_timestamp_failure == OnTimestampFailure::Degrade
                && profile.levels.contains(&Level::BB),
            counted: case.grant().and_then(|grant| grant.counted.clone()),
            enrolment: enrolment(policy.organisation(), profile, request, caller, now),
        }
    }

    /// Signature or seal.
    pub fn act(&self) -> Act {
        self.act
    }

    /// The container.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// What the signature makes of a PDF.
    pub fn certification(&self) -> Certification {
        self.certification
    }

    /// The profile.
    pub fn profile(&self) -> &ProfileId {
        &self.enrolment.profile
    }

    /// The suite.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.enrolment.algorithm
    }

    /// What the device is to make.
    pub fn enrolment(&self) -> &EnrolmentRequest {
        &self.enrolment
    }

    /// The mandate that the act counts against, if it gives only so many.
    pub fn counted(&self) -> Option<&Counted> {
        self.counted.as_ref()
    }

    /// Whether the profile lets it end with level B-B when no time-stamp can be had.
    pub fn degrades(&self) -> bool {
        self.degrades
    }

    /// Holds the certificate that was issued against what was approved.
    ///
    /// # Errors
    /// [`CertificateMismatch`] names the first difference; the key must then be destroyed.
    pub fn confirm(&self, certificate: &CertificateDer) -> Result<(), CertificateMismatch> {
        confirm::confirm(&self.enrolment, certificate)
    }
}

fn enrolment(
    organisation: &Organisation,
    profile: &CertificateProfile,
    request: &ActRequest,
    caller: &Caller,
    now: SystemTime,
) -> EnrolmentRequest {
    // A seal's subject is made without a look at the caller.
    let subject = match (profile.kind, caller.person()) {
        (crate::ProfileKind::User, Some(person)) => {
            let subject = person_subject(organisation, profile, person);
            Subject::Person(if request.activated { known_to_device(subject) } else { subject })
        }
        _ => Subject::Organisation(organisation_subject(organisation, profile)),
    };
    EnrolmentRequest {
        profile: profile.id.clone(),
        subject,
        algorithm: profile.algorithm,
        assurance: profile.assurance,
        at: now,
        back_dating: std::time::Duration::from_secs(profile.back_dating_s),
        lifetime: std::time::Duration::from_secs(profile.lifetime_s),
        signatures: profile.signatures_per_credential,
        requester: requester(organisation, caller),
    }
}

/// An opaque name for the caller: the device counts by it and learns nothing from it.
fn requester(organisation: &Organisation, caller: &Caller) -> String {
    let number = organisation.cvr.as_str();
    match caller {
        Caller::Application(id) => uuid("requester", &[number, "application", id.as_str()]),
        Caller::Person(claims) => {
            uuid("requester", &[number, "person", &claims.person.issuer, &claims.person.subject])
        }
    }
}

fn organisation_subject(
    organisation: &Organisation,
    profile: &CertificateProfile,
) -> OrganisationSubject {
    let reference = uuid("organisation", &[&organisation.cvr, profile.id.as_str()]);
    OrganisationSubject {
        organization_name: organisation.registered_name.clone(),
        organization_identifier: organisation.organization_identifier(),
        common_name: profile.common_name_for(organisation),
        serial_number: format!("UI:{}-O:G:{reference}", organisation.country),
    }
}

fn person_subject(
    organisation: &Organisation,
    profile: &CertificateProfile,
    claims: &IdentityClaims,
) -> PersonSubject {
    let IdentityClaims { person, name, given_name, family_name, email, .. } = claims;
    let country = organisation.country.to_string();
    PersonSubject {
        common_name: name.clone(),
        name: PersonName::Named { given_name: given_name.clone(), surname: family_name.clone() },
        serial_number: employee_number(&country, &organisation.cvr, person),
        email: email.clone().filter(|_| profile.show_email && profile.email_validated),
        organization_name: Some(organisation.registered_name.clone()),
        organization_identifier: Some(organisation.organization_identifier()),
        holder: person.clone(),
    }
}

/// The same subject with nothing in it that a device cannot hold against what it knows of the person by
/// itself: the common name is the given name and the surname, and there is no e-mail address.
fn known_to_device(subject: PersonSubject) -> PersonSubject {
    match &subject.name {
        PersonName::Named { given_name, surname } => {
            PersonSubject { common_name: format!("{given_name} {surname}"), email: None, ..subject }
        }
        PersonName::Pseudonym(_) => PersonSubject { email: None, ..subject },
    }
}

/// serialNumber of a person who acts for an organisation, as `UI:DK-E:G:<uuid>`: the same in each of
/// their certificates. `None` for an identifier that is not as `NTRDK-12345674` (EN 319 412-1 clause
/// 5.1.4).
pub fn employee_serial_number(organization_identifier: &str, person: &PersonId) -> Option<String> {
    let (country, number) = organization_identifier.strip_prefix("NTR")?.split_once('-')?;
    Some(employee_number(country, number, person))
}

fn employee_number(country: &str, number: &str, person: &PersonId) -> String {
    let reference = uuid("employee", &[number, &person.issuer, &person.subject]);
    format!("UI:{country}-E:G:{reference}")
}

/// A UUID (RFC 9562 version 8) that is always the same for the same parts: the certificates of
/// one holder carry one serialNumber, and nobody has to keep a table.
fn uuid(purpose: &str, parts: &[&str]) -> String {
    let mut message = format!("segl:{purpose}");
    for part in parts {
        message.push_str(&format!(":{}:{part}", part.len()));
    }
    let hash = digest(&SHA256, message.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
