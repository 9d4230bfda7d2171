//! What became of orders and certificates that live for years: who, what, and which.

use std::time::SystemTime;

use registry::Version;
use serde::Serialize;

use super::{
    RecordError,
    certificate_row::CertificateRow,
    facets::{Facets, RecordedAct},
    keyed::{KeyStep, KeyedRequest},
    person::Requester,
    record::Draft,
    registry::ChangedBy,
    result::OutcomeResult,
};

/// The kind of these records.
const CERTIFICATE: &str = "certificate";

/// Something about orders and certificates. It names no person: who asked stands in a row that can be erased,
/// and whom a certificate names in the table of certificates alone.
#[derive(Clone, Debug)]
pub struct CertificateRecord<'a> {
    /// What happened.
    pub what: CertificateStep,
    /// Who asked; a link or a code stands for nobody.
    pub by: ChangedBy<'a>,
    /// The order.
    pub order: Option<&'a str>,
    /// The certificate, by its name.
    pub certificate: Option<&'a str>,
    /// The SHA-256 of the certificate, or of the revocation list, in hexadecimal.
    pub sha256: Option<&'a str>,
    /// The profile.
    pub profile: Option<&'a str>,
    /// The version of the policies that was accepted.
    pub policy: Option<&'a str>,
    /// Why, in a word.
    pub reason: Option<&'static str>,
    /// The key of the request, if it has one.
    pub keyed: Option<&'a KeyedRequest>,
    /// The number of the register's last change by which it was judged, if it was judged by the register.
    pub judged_by: Option<Version>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStep {
    /// A certificate was ordered.
    Ordered,
    /// The order was approved by a second one.
    Approved,
    /// It was taken back.
    Cancelled,
    /// A new one-time code was made.
    CodeMade,
    /// A wrong code was shown.
    CodeRefused,
    /// The certificate was issued.
    Issued,
    /// It was said to be in use.
    Installed,
    /// Nobody is reminded of its end any more.
    Muted,
    /// They are reminded again.
    Unmuted,
    /// It was blocked.
    Blocked,
    /// It was asked for that an address be asked anew.
    CheckAsked,
    /// An address is to be confirmed.
    CheckBegun,
    /// It was.
    EmailConfirmed,
    /// A letter brings a profile's contact person a link to its certificates.
    ContactLinkMade,
    /// The policies were accepted.
    PolicyAccepted,
    /// Its end is near, or has come: whoever answers for it is told.
    Noticed,
    /// What an administrator is told of certificates was gathered into one letter.
    Gathered,
    /// What a published revocation list names is blocked again in a restored database.
    Restored,
}

impl CertificateStep {
    /// Every step.
    pub const ALL: [Self; 18] = [
        Self::Ordered,
        Self::Approved,
        Self::Cancelled,
        Self::CodeMade,
        Self::CodeRefused,
        Self::Issued,
        Self::Installed,
        Self::Muted,
        Self::Unmuted,
        Self::Blocked,
        Self::CheckAsked,
        Self::CheckBegun,
        Self::EmailConfirmed,
        Self::ContactLinkMade,
        Self::PolicyAccepted,
        Self::Noticed,
        Self::Gathered,
        Self::Restored,
    ];

    /// Its word in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Approved => "approved",
            Self::Cancelled => "cancelled",
            Self::CodeMade => "code-made",
            Self::CodeRefused => "code-refused",
            Self::Issued => "issued",
            Self::Installed => "installed",
            Self::Muted => "muted",
            Self::Unmuted => "unmuted",
            Self::Blocked => "blocked",
            Self::CheckAsked => "email-check-asked",
            Self::CheckBegun => "email-check-begun",
            Self::EmailConfirmed => "email-confirmed",
            Self::ContactLinkMade => "contact-link-made",
            Self::PolicyAccepted => "policy-accepted",
            Self::Noticed => "noticed",
            Self::Gathered => "notices-gathered",
            Self::Restored => "restored",
        }
    }

    fn result(self) -> OutcomeResult {
        match self {
            Self::CodeRefused => OutcomeResult::Refused,
            Self::Ordered
            | Self::Approved
            | Self::Cancelled
            | Self::CodeMade
            | Self::Issued
            | Self::Installed
            | Self::Muted
            | Self::Unmuted
            | Self::Blocked
            | Self::CheckAsked
            | Self::CheckBegun
            | Self::EmailConfirmed
            | Self::ContactLinkMade
            | Self::PolicyAccepted
            | Self::Noticed
            | Self::Gathered
            | Self::Restored => OutcomeResult::Done,
        }
    }
}

impl<'a> CertificateRecord<'a> {
    /// That somebody did this; what of stands in the other fields.
    pub fn of(what: CertificateStep, by: ChangedBy<'a>) -> Self {
        Self {
            what,
            by,
            order: None,
            certificate: None,
            sha256: None,
            profile: None,
            policy: None,
            reason: None,
            keyed: None,
            judged_by: None,
        }
    }

    /// The record, with the rows that are written with it.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(&self, rows: Vec<CertificateRow>, now: SystemTime) -> Result<Draft, RecordError> {
        let Self { what, by, order, certificate, sha256, profile, policy, reason, .. } = self;
        let (requester, person, found) = match by {
            ChangedBy::Caller(caller) => {
                let (requester, person) = Requester::of(caller)?;
                (Some(requester), person, Facets::of(RecordedAct::Certificate, caller))
            }
            ChangedBy::Operator => (Some(Requester::Operator), None, nobodys()),
            ChangedBy::Contact => (Some(Requester::Contact), None, nobodys()),
            ChangedBy::Link => (None, None, nobodys()),
        };
        let event = CertificateEvent {
            certificate: *certificate,
            order: *order,
            policy: *policy,
            profile: *profile,
            reason: *reason,
            requester: requester.as_ref(),
            sha256: *sha256,
            what: what.name(),
        };
        let found = Facets { profile: profile.map(str::to_owned), ..found };
        let mut draft = Draft::new(CERTIFICATE, &event, now)?.found(found.ended(what.result()));
        draft.keyed = self.keyed.map(|request| Box::new(KeyStep::TakeDone(request.clone())));
        draft.judged_by = self.judged_by;
        (draft.person, draft.rows) = (person, rows);
        Ok(draft)
    }
}

fn nobodys() -> Facets {
    Facets { act: Some(RecordedAct::Certificate), ..Facets::default() }
}

// The fields stand in the order of their names: that is what makes the JSON canonical.

#[derive(Serialize)]
struct CertificateEvent<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester: Option<&'a Requester>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    what: &'static str,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sample;

    #[test]
    fn a_block_says_which_and_why_and_commits_to_who_asked() {
        let karen = sample::person("karen");
        let record = CertificateRecord {
            certificate: Some("0123"),
            profile: Some("payments"),
            reason: Some("compromise-suspected"),
            judged_by: Some(Version(7)),
            ..CertificateRecord::of(CertificateStep::Blocked, ChangedBy::Caller(&karen))
        };
        let row = CertificateRow::Blocked { id: "0123".into(), reason: "not-given", at: 1 };
        let draft = record.draft(vec![row.clone()], SystemTime::UNIX_EPOCH).unwrap();
        let body = draft.body(1);
        let said = r#""certificate":"0123","profile":"payments","reason":"compromise-suspected","requester":{"person":""#;
        assert!(body.contains(said) && body.contains(r#""what":"blocked"}"#), "{body}");
        assert!(!body.contains("karen") && draft.person.is_some(), "{body}");
        assert_eq!((draft.rows, draft.judged_by), (vec![row], Some(Version(7))));
        assert_eq!(draft.found.unwrap().outcome, Some(OutcomeResult::Done));
    }

    #[test]
    fn each_step_has_a_word_of_its_own_and_a_wrong_code_is_a_refusal() {
        let words: BTreeSet<&str> = CertificateStep::ALL.map(CertificateStep::name).into();
        assert_eq!(words.len(), CertificateStep::ALL.len());
        let refused = CertificateStep::ALL.map(|step| step.result() == OutcomeResult::Refused);
        assert_eq!(refused.into_iter().filter(|refused| *refused).count(), 1);
        let nobody = CertificateRecord {
            order: Some("order"),
            ..CertificateRecord::of(CertificateStep::CodeRefused, ChangedBy::Link)
        };
        let draft = nobody.draft(Vec::new(), SystemTime::UNIX_EPOCH).unwrap();
        let event = r#"{"order":"order","what":"code-refused"}"#;
        assert!(draft.body(1).contains(event) && draft.person.is_none());
    }
}
