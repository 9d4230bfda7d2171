//! Who came in, who was not let in, and who was given the means.

use std::time::SystemTime;

use seal::Caller;
use serde::Serialize;

use super::{
    RecordError,
    facets::{Facets, RecordedAct},
    person::Requester,
    record::Draft,
    result::OutcomeResult,
};

/// The kind of these records.
const ACCESS: &str = "access";

/// Something about access.
#[derive(Clone, Copy, Debug)]
pub struct AccessRecord<'a> {
    /// What happened.
    pub what: AccessStep,
    /// Who did it.
    pub by: AccessBy<'a>,
    /// By which means of login, in a word: `passkey`; or what ends soon, as `api-key`.
    pub means: Option<&'static str>,
    /// Whom or what it is about, by the name of the entry in the register.
    pub entry: Option<&'a str>,
    /// Why it was refused, by name.
    pub cause: Option<&'static str>,
}

/// Who did something about access.
#[derive(Clone, Copy, Debug)]
pub enum AccessBy<'a> {
    /// Somebody who was recognised.
    Caller(&'a Caller),
    /// Whoever runs the installation.
    Operator,
    /// Nobody who was recognised.
    Nobody,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessStep {
    /// Somebody logged in.
    LoggedIn,
    /// A login was refused.
    LoginRefused,
    /// A new passkey was refused.
    RegistrationRefused,
    /// Somebody ended a session of theirs.
    SignedOut,
    /// Somebody ended all of theirs.
    SignedOutEverywhere,
    /// A link was made that is good for one passkey.
    LinkMade,
    /// Such a link is to be sent, and is made then.
    LinkAsked,
    /// What lets a program in, or lets it seal, ends soon: administrators are told.
    EndNoticed,
    /// Somebody agreed to what a client asked.
    ConsentGiven,
    /// Somebody did not, or could not.
    ConsentRefused,
}

impl AccessStep {
    /// Its word in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::LoggedIn => "logged-in",
            Self::LoginRefused => "login-refused",
            Self::RegistrationRefused => "registration-refused",
            Self::SignedOut => "signed-out",
            Self::SignedOutEverywhere => "signed-out-everywhere",
            Self::LinkMade => "link-made",
            Self::LinkAsked => "link-asked",
            Self::EndNoticed => "end-noticed",
            Self::ConsentGiven => "consent-given",
            Self::ConsentRefused => "consent-refused",
        }
    }

    fn result(self) -> OutcomeResult {
        match self {
            Self::LoggedIn
            | Self::SignedOut
            | Self::SignedOutEverywhere
            | Self::LinkMade
            | Self::LinkAsked
            | Self::EndNoticed
            | Self::ConsentGiven => OutcomeResult::Done,
            Self::LoginRefused | Self::RegistrationRefused | Self::ConsentRefused => {
                OutcomeResult::Refused
            }
        }
    }
}

impl AccessRecord<'_> {
    /// The record.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(&self, now: SystemTime) -> Result<Draft, RecordError> {
        let Self { what, by, means, entry, cause } = *self;
        let (requester, person) = match by {
            AccessBy::Caller(caller) => {
                let (requester, person) = Requester::of(caller)?;
                (Some(requester), person)
            }
            AccessBy::Operator => (Some(Requester::Operator), None),
            AccessBy::Nobody => (None, None),
        };
        let requester = requester.as_ref();
        let event = AccessEvent { cause, entry, means, requester, what: what.name() };
        let found = match by {
            AccessBy::Caller(caller) => Facets::of(RecordedAct::Access, caller),
            AccessBy::Operator | AccessBy::Nobody => {
                Facets { act: Some(RecordedAct::Access), ..Facets::default() }
            }
        };
        let mut draft = Draft::new(ACCESS, &event, now)?.found(found.ended(what.result()));
        draft.person = person;
        Ok(draft)
    }
}

/// Somebody read documents and does not sign them.
#[derive(Clone, Copy, Debug)]
pub struct DeclineRecord<'a> {
    /// Who.
    pub by: AccessBy<'a>,
    /// The reference code under which the documents were shown.
    pub reference_code: &'a str,
    /// How many documents there were.
    pub documents: usize,
    /// Why, in a word: `content`.
    pub reason: Option<&'static str>,
}

impl DeclineRecord<'_> {
    /// The record.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn draft(&self, now: SystemTime) -> Result<Draft, RecordError> {
        let (requester, person, found) = match self.by {
            AccessBy::Caller(caller) => {
                let (requester, person) = Requester::of(caller)?;
                (Some(requester), person, Facets::of(RecordedAct::Access, caller))
            }
            AccessBy::Operator | AccessBy::Nobody => (None, None, Facets::default()),
        };
        let event = DeclineEvent {
            documents: self.documents,
            reason: self.reason,
            reference_code: self.reference_code,
            requester: requester.as_ref(),
            what: "declined",
        };
        let found = found.ended(OutcomeResult::Done);
        let mut draft = Draft::new(ACCESS, &event, now)?.found(found);
        draft.person = person;
        Ok(draft)
    }
}

// The fields stand in the order of their names: that is what makes the JSON canonical.

#[derive(Serialize)]
struct AccessEvent<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    means: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester: Option<&'a Requester>,
    what: &'static str,
}

#[derive(Serialize)]
struct DeclineEvent<'a> {
    documents: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    reference_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    requester: Option<&'a Requester>,
    what: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_login_names_the_entry_and_commits_to_the_person_and_a_refused_one_names_nobody() {
        let karen = sample::person("karen");
        let record = AccessRecord {
            what: AccessStep::LoggedIn,
            by: AccessBy::Caller(&karen),
            means: Some("passkey"),
            entry: Some("0123"),
            cause: None,
        };
        let draft = record.draft(SystemTime::UNIX_EPOCH).unwrap();
        let body = draft.body(1);
        assert!(body.contains(r#""entry":"0123","means":"passkey","requester":{"person":""#));
        assert!(!body.contains("karen") && draft.person.is_some(), "{body}");
        let refused = AccessRecord {
            what: AccessStep::LoginRefused,
            by: AccessBy::Nobody,
            means: Some("passkey"),
            entry: None,
            cause: Some("other-origin"),
        };
        let draft = refused.draft(SystemTime::UNIX_EPOCH).unwrap();
        let event = r#"{"cause":"other-origin","means":"passkey","what":"login-refused"}"#;
        assert!(draft.body(1).contains(event) && draft.person.is_none());
        assert_eq!(draft.found.unwrap().outcome, Some(OutcomeResult::Refused));
    }
}
