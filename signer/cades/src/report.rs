//! What a validation answers (EN 319 102-1), as data that serialise to JSON.

mod finding;
mod indication;
mod level;

use std::time::SystemTime;

use seal::{Digest, DigestAlgorithm};
use serde::{Serialize, Serializer};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

pub use finding::{Finding, code};
pub use indication::{Indication, SubIndication};
pub use level::{Baseline, StatedLevel};

use crate::{Certificate, DistinguishedName, Oid, QcStatement, QcType, RevocationPolicy};

/// That everything was looked at which a report may pass by.
pub(crate) trait EveryCheck {}

/// The validation report of one signature, seal or time-stamp.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignatureReport {
    /// The overall outcome.
    pub indication: Indication,
    /// Its reason, unless it is TOTAL-PASSED.
    pub sub_indication: Option<SubIndication>,
    /// What it is, by whom the certificate names; `None` when there is no certificate.
    pub kind: Option<Kind>,
    /// The baseline level, such as `CAdES-B-T`; `…-NOT-ETSI` when a requirement of the baseline
    /// is not met, `PKCS7-B`, `PKCS7-T`, `PKCS7-LT` or `PKCS7-LTA` when the evidence is that of the
    /// level but the format is none of AdES, `None` when it is no AdES signature at all.
    pub level: Option<StatedLevel>,
    /// When it existed for certain: the earliest valid time-stamp, else the time of validation.
    #[serde(serialize_with = "rfc_3339")]
    pub best_signature_time: SystemTime,
    /// The time that the signer claims (signing-time), which proves nothing.
    #[serde(serialize_with = "optional_rfc_3339")]
    pub signing_time: Option<SystemTime>,
    /// Whom the certificate names.
    pub signer: Option<SignerReport>,
    /// The signature algorithm.
    pub algorithm: Option<String>,
    /// What it covers of a document: for PAdES `whole document` or `revision`.
    pub covers: Option<String>,
    /// What the certificate claims about itself; nothing here confirms it.
    pub claims: Option<Claims>,
    /// The certificates of the path, the signer's first.
    pub certificates: Vec<CertificateReport>,
    /// The signature-time-stamps.
    pub time_stamps: Vec<TimeStampReport>,
    /// The archive-time-stamps, the newest first.
    pub archive_time_stamps: Vec<TimeStampReport>,
    /// Of a time-stamp by itself: the revocation data of its authority stand in the document. What
    /// is dated by nothing else has level LT only then.
    #[serde(skip)]
    pub holds_validation_data: bool,
    /// Whether its value verifies over what it covers: this and nothing else was signed, by whomever.
    #[serde(skip)]
    pub is_intact: bool,
    /// What missing revocation data meant.
    pub revocation_policy: RevocationPolicy,
    /// Everything worth knowing, in the order in which it was found.
    pub findings: Vec<Finding>,
    /// The worst that speaks against it.
    #[serde(skip)]
    against: Option<(Indication, SubIndication)>,
}

/// What a signature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An electronic signature: the certificate names a natural person.
    Signature,
    /// An electronic seal: it names a legal person.
    Seal,
    /// A time-stamp.
    TimeStamp,
}

/// Whom a certificate names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignerReport {
    /// The subject's attributes.
    #[serde(flatten)]
    pub subject: DistinguishedName,
    /// The certificate's serial number in hexadecimal.
    pub certificate_serial_number: String,
    /// The first moment of its validity.
    #[serde(serialize_with = "rfc_3339")]
    pub not_before: SystemTime,
    /// The last moment of its validity.
    #[serde(serialize_with = "rfc_3339")]
    pub not_after: SystemTime,
    /// The issuer's attributes.
    pub issuer: DistinguishedName,
}

/// What a certificate claims about itself (EN 319 412-5, certificatePolicies).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Claims {
    /// QcCompliance: to be a qualified certificate.
    pub qc_compliance: bool,
    /// QcSSCD: that the key is in a qualified device.
    pub qc_sscd: bool,
    /// QcType: what it is for.
    pub qc_types: Vec<QcType>,
    /// To be validity-assured short-term.
    pub validity_assured: bool,
    /// The certificate policies.
    pub policies: Vec<Oid>,
}

/// One certificate of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateReport {
    /// The subject's common name, or else its organisation.
    pub subject: String,
    /// The issuer's.
    pub issuer: String,
    /// The serial number in hexadecimal.
    pub serial_number: String,
    /// The first moment of validity.
    #[serde(serialize_with = "rfc_3339")]
    pub not_before: SystemTime,
    /// The last moment of validity.
    #[serde(serialize_with = "rfc_3339")]
    pub not_after: SystemTime,
    /// SHA-256 of the certificate in hexadecimal.
    pub sha256: String,
}

/// One time-stamp on a signature.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimeStampReport {
    /// Whether it proves its time.
    pub indication: Indication,
    /// Why it does not.
    pub sub_indication: Option<SubIndication>,
    /// The time that it states.
    #[serde(serialize_with = "optional_rfc_3339")]
    pub gen_time: Option<SystemTime>,
    /// Whom the authority's certificate names.
    pub authority: Option<String>,
    /// The last moment of validity of the authority's certificate: a later time-stamp must cover
    /// this one before then.
    #[serde(serialize_with = "optional_rfc_3339")]
    pub authority_not_after: Option<SystemTime>,
    /// The policy that it was made under.
    pub policy: Option<Oid>,
    /// The signature algorithm.
    pub algorithm: Option<String>,
}

impl TimeStampReport {
    /// Whether it proves its time, or did while its authority's certificate was valid: the level
    /// is what a signature is made of, not what it is worth today.
    pub fn proved_once(&self) -> bool {
        self.indication == Indication::TotalPassed
            || self.sub_indication == Some(SubIndication::OutOfBoundsNoPoe)
    }
}

impl SignatureReport {
    /// A report on what was not judged yet: nothing passes before its checks were made.
    pub fn new(now: SystemTime) -> Self {
        Self {
            indication: Indication::Indeterminate,
            sub_indication: Some(SubIndication::SigConstraintsFailure),
            kind: None,
            level: None,
            best_signature_time: now,
            signing_time: None,
            signer: None,
            algorithm: None,
            covers: None,
            claims: None,
            certificates: Vec::new(),
            time_stamps: Vec::new(),
            archive_time_stamps: Vec::new(),
            holds_validation_data: false,
            is_intact: false,
            revocation_policy: RevocationPolicy::default(),
            findings: Vec::new(),
            against: None,
        }
    }

    /// TOTAL-PASSED, unless something speaks against it. `checks` are the witnesses that everything was
    /// looked at; what is found later still speaks against it.
    pub(crate) fn pass(&mut self, _checks: impl EveryCheck) {
        if self.against.is_none() {
            (self.indication, self.sub_indication) = (Indication::TotalPassed, None);
        }
    }

    /// The name of its level.
    pub fn level_name(&self) -> Option<&'static str> {
        self.level.map(StatedLevel::as_str)
    }

    /// Adds a finding that speaks against the signature. The worst indication stands; of equal
    /// ones the first.
    pub fn conclude(
        &mut self,
        indication: Indication,
        sub_indication: SubIndication,
        finding: Finding,
    ) {
        if self.against.is_none_or(|(worst, _)| indication > worst) {
            self.against = Some((indication, sub_indication));
            (self.indication, self.sub_indication) = (indication, Some(sub_indication));
        }
        self.findings.push(finding);
    }

    /// Fills in what the signer's certificate says.
    pub(crate) fn describe(&mut self, certificate: &Certificate) {
        let subject = certificate.subject_name();
        self.kind = Some(Kind::of(certificate, &subject));
        self.signer = Some(SignerReport {
            subject,
            certificate_serial_number: hexadecimal(certificate.serial_number()),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            issuer: certificate.issuer_name(),
        });
        self.claims = Some(Claims::of(certificate));
    }
}

impl Kind {
    fn of(certificate: &Certificate, subject: &DistinguishedName) -> Self {
        let legal_person =
            subject.organization_identifier.is_some() || subject.organization.is_some();
        let claims_seal = Claims::of(certificate).qc_types.contains(&QcType::Eseal);
        if !subject.names_a_person() && (legal_person || claims_seal) {
            Self::Seal
        } else {
            Self::Signature
        }
    }
}

impl Claims {
    fn of(certificate: &Certificate) -> Self {
        let statements = certificate.qc_statements();
        let types = statements.iter().filter_map(|statement| match statement {
            QcStatement::Type(types) => Some(types.clone()),
            QcStatement::Compliance | QcStatement::Sscd | QcStatement::Other(_) => None,
        });
        Self {
            qc_compliance: statements.contains(&QcStatement::Compliance),
            qc_sscd: statements.contains(&QcStatement::Sscd),
            qc_types: types.flatten().collect(),
            validity_assured: certificate.is_validity_assured(),
            policies: certificate.policies().to_vec(),
        }
    }
}

impl From<&Certificate> for CertificateReport {
    fn from(certificate: &Certificate) -> Self {
        Self {
            subject: certificate.subject_name().to_string(),
            issuer: certificate.issuer_name().to_string(),
            serial_number: hexadecimal(certificate.serial_number()),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            sha256: Digest::of(DigestAlgorithm::Sha256, certificate.der().as_bytes()).to_string(),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn rfc_3339<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).map_err(serde::ser::Error::custom)?;
    let text = Duration::try_from(since)
        .ok()
        .and_then(|since| OffsetDateTime::UNIX_EPOCH.checked_add(since))
        .and_then(|time| time.format(&Rfc3339).ok())
        .ok_or_else(|| serde::ser::Error::custom("the time lies after 9999"))?;
    serializer.serialize_str(&text)
}

fn optional_rfc_3339<S: Serializer>(
    time: &Option<SystemTime>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => rfc_3339(time, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Made;

    impl EveryCheck for Made {}

    #[test]
    fn nothing_passes_before_it_was_checked_nor_when_anything_speaks_against_it() {
        let finding = || Finding::new("a", "b", "c");
        let mut report = SignatureReport::new(SystemTime::UNIX_EPOCH);
        assert_eq!(report.indication, Indication::Indeterminate);
        report.pass(Made);
        assert_eq!((report.indication, report.sub_indication), (Indication::TotalPassed, None));
        // What is found later speaks against it all the same, and of equal ones the first stands.
        let first = SubIndication::NoCertificateChainFound;
        report.conclude(Indication::Indeterminate, first, finding());
        report.conclude(Indication::Indeterminate, SubIndication::TryLater, finding());
        report.pass(Made);
        let is = |report: &SignatureReport| (report.indication, report.sub_indication);
        assert_eq!(is(&report), (Indication::Indeterminate, Some(first)));
        report.conclude(Indication::TotalFailed, SubIndication::HashFailure, finding());
        let worst = (Indication::TotalFailed, Some(SubIndication::HashFailure));
        assert_eq!(is(&report), worst);
        report.conclude(Indication::Indeterminate, first, finding());
        assert_eq!(is(&report), worst);
    }
}
