//! A credential that lives for a session: recorded before its key is made, and when it can be used. Each
//! use of it is an act of its own; its end stands where the device tells of destroyed keys.

use std::time::SystemTime;

use registry::Version;
use seal::{Caller, ProfileId};
use serde::Serialize;

use super::{AuditPosition, RecordError, Timestamp, person::Requester, record::Draft};

/// A credential that was asked for, and permitted.
#[derive(Clone, Copy, Debug)]
pub struct AskedCredential<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The certificate profile.
    pub profile: &'a ProfileId,
    /// The version of the profile, if administrators made it.
    pub profile_version: Option<Version>,
    /// How many signatures it may make.
    pub signatures: u32,
    /// When the session ends.
    pub ends: SystemTime,
    /// The number of the register's last change by which it was judged.
    pub revision: Version,
}

/// A credential that is being made.
#[derive(Debug)]
#[must_use = "whether it was made is recorded as well"]
pub struct OpenCredential(u64);

impl AskedCredential<'_> {
    /// The record of what is about to be made.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn begun(&self, now: SystemTime) -> Result<Draft, RecordError> {
        let (requester, person) = Requester::of(self.caller)?;
        let event = BegunEvent {
            ends: self.ends.try_into()?,
            profile: self.profile.as_str(),
            profile_version: self.profile_version.map(|version| version.0),
            requester: &requester,
            revision: self.revision.0,
            signatures: self.signatures,
        };
        let mut draft = Draft::new("credential-begun", &event, now)?;
        draft.person = person;
        draft.judged_by = Some(self.revision);
        Ok(draft)
    }
}

impl OpenCredential {
    /// The credential whose first record stands there.
    pub fn new(begun: AuditPosition) -> Self {
        Self(begun.sequence)
    }

    /// The record of what became of it: the certificate's serial number in hexadecimal and its end, or a
    /// code for why there is none.
    ///
    /// # Errors
    /// [`RecordError`].
    pub fn ended(
        self,
        made: Result<(&str, SystemTime), &str>,
        now: SystemTime,
    ) -> Result<Draft, RecordError> {
        let Self(begun) = self;
        match made {
            Ok((certificate_serial, not_after)) => {
                let certificate_not_after = not_after.try_into()?;
                let event = IssuedEvent { begun, certificate_not_after, certificate_serial };
                Draft::new("credential-issued", &event, now)
            }
            Err(cause) => Draft::new("credential-failed", &FailedEvent { begun, cause }, now),
        }
    }
}

// The fields stand in the order of their names: that is what makes the JSON canonical.

#[derive(Serialize)]
struct BegunEvent<'a> {
    ends: Timestamp,
    profile: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_version: Option<u64>,
    requester: &'a Requester,
    revision: u64,
    signatures: u32,
}

#[derive(Serialize)]
struct IssuedEvent<'a> {
    begun: u64,
    certificate_not_after: Timestamp,
    certificate_serial: &'a str,
}

#[derive(Serialize)]
struct FailedEvent<'a> {
    begun: u64,
    cause: &'a str,
}
