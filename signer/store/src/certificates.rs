//! Orders and certificates, as the store tells of them.

use std::fmt;

use registry::{Kept, Order, OrderState, Version};
use seal::OrganisationId;

use crate::AuditError;

/// A certificate that was issued, as the store keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundCertificate {
    /// Its name.
    pub id: String,
    /// The order that it came of.
    pub order: String,
    /// The content octets of its serial number.
    pub serial: Vec<u8>,
    /// Which of the issuing keys signed it.
    pub generation: i64,
    /// The certificate in DER.
    pub der: Vec<u8>,
    /// The profile.
    pub profile: String,
    /// Whom it names.
    pub kind: String,
    /// The entry of the person who collected it by login.
    pub holder: Option<String>,
    /// The holder's UUID, in hexadecimal.
    pub uuid: String,
    /// The commonName.
    pub name: String,
    /// The address that it shows.
    pub email: Option<String>,
    /// The contact person's name.
    pub contact: Option<String>,
    /// The contact person's address.
    pub contact_email: Option<String>,
    /// What for: `authentication` is 1, `encryption` 2, `email` 4.
    pub purposes: i64,
    /// The beginning; this and the other times in seconds since 1970.
    pub not_before: i64,
    /// When it is due to be renewed.
    pub renewal: i64,
    /// The end.
    pub not_after: i64,
    /// The certificate whose place it takes.
    pub replaces: Option<String>,
    /// Since when it is in use.
    pub installed: Option<i64>,
    /// Since when nobody is reminded of its end.
    pub muted: Option<i64>,
    /// Who had it so, by a word that names nobody.
    pub muted_by: Option<String>,
    /// Why it was blocked.
    pub reason: Option<String>,
    /// When it was.
    pub blocked: Option<i64>,
}

impl fmt::Debug for FoundCertificate {
    // Names and addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundCertificate").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A certificate that was blocked, as its issuing key's revocation list tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockedCertificate {
    /// The content octets of its serial number.
    pub serial: Vec<u8>,
    /// Why it was blocked.
    pub reason: String,
    /// When it was; this and the end in seconds since 1970.
    pub at: i64,
    /// The end.
    pub not_after: i64,
}

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateState {
    /// It is good, and not due to be renewed.
    Valid,
    /// It is good, and due to be renewed.
    RenewalDue,
    /// Its end has come.
    Expired,
    /// It was blocked.
    Blocked,
}

impl CertificateState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Valid, Self::RenewalDue, Self::Expired, Self::Blocked];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::RenewalDue => "renewal-due",
            Self::Expired => "expired",
            Self::Blocked => "blocked",
        }
    }
}

impl FoundCertificate {
    /// How it stands now, in seconds since 1970.
    pub fn state(&self, now: i64) -> CertificateState {
        match () {
            () if self.blocked.is_some() => CertificateState::Blocked,
            () if self.not_after <= now => CertificateState::Expired,
            () if self.renewal <= now => CertificateState::RenewalDue,
            () => CertificateState::Valid,
        }
    }
}

/// Which certificates are looked for. What is `None` is not asked.
#[derive(Clone, Default)]
pub struct CertificateSearch {
    /// Part of a name, an address or a UUID, folded.
    pub text: Option<String>,
    /// Whom they name.
    pub kind: Option<String>,
    /// One of the purposes.
    pub purpose: Option<i64>,
    /// How they stand at `now`.
    pub state: Option<CertificateState>,
    /// The profile.
    pub profile: Option<String>,
    /// The contact person's address.
    pub contact: Option<String>,
    /// The address that they show.
    pub email: Option<String>,
    /// The holder's UUID, in hexadecimal.
    pub uuid: Option<String>,
    /// The entry of the person who collected them by login.
    pub holder: Option<String>,
    /// Those that end before, in seconds since 1970.
    pub expires_before: Option<i64>,
    /// What is after this one: its end and name.
    pub after: Option<(i64, String)>,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// Those that end last come first; nothing is `after` them.
    pub latest_first: bool,
    /// How many at most.
    pub limit: u32,
}

impl CertificateSearch {
    /// Every text that is looked for.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let Self { text, kind, profile, contact, email, uuid, holder, after, .. } = self;
        let texts = [text, kind, profile, contact, email, uuid, holder].into_iter().flatten();
        texts.chain(after.as_ref().map(|(_, id)| id)).map(String::as_str)
    }
}

impl fmt::Debug for CertificateSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateSearch").field("state", &self.state).finish_non_exhaustive()
    }
}

/// Which certificates are looked for, by whose end whoever answers for them is told.
#[derive(Clone, Debug, Default)]
pub struct EndSearch<'a> {
    /// Those that end after this, in seconds since 1970.
    pub over: i64,
    /// The latest end, in the same, and the number of each stage, the nearest last.
    pub ends: &'a [(i64, i64)],
    /// What is after this one: its end, organisation and name.
    pub after: Option<(i64, OrganisationId, String)>,
    /// Organisations of which none are looked for.
    pub without: Vec<OrganisationId>,
    /// How many at most.
    pub limit: u32,
}

/// Which part of the orders is told. What is `None` is not asked.
#[derive(Clone, Debug, Default)]
pub struct OrderSearch {
    /// Where they stand at `now`.
    pub state: Option<OrderState>,
    /// The profile.
    pub profile: Option<String>,
    /// The entry of the person who collects by login.
    pub holder: Option<String>,
    /// What the collector says.
    pub reference: Option<String>,
    /// Now, in seconds since 1970.
    pub now: i64,
    /// What is after this one.
    pub after: Option<String>,
    /// How many at most.
    pub limit: u32,
}

impl OrderSearch {
    /// Every text that is looked for.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let Self { profile, holder, reference, after, .. } = self;
        [profile, holder, reference, after].into_iter().flatten().map(String::as_str)
    }
}

/// A check of an address.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundCheck {
    /// Its name.
    pub id: String,
    /// The address.
    pub address: String,
    /// Until when it is good, in seconds since 1970.
    pub ends: i64,
    /// When it was confirmed, in the same.
    pub confirmed: Option<i64>,
}

impl fmt::Debug for FoundCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundCheck").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An order as a row has it: name, version, JSON.
pub(crate) type OrderText = (String, i64, String);

/// What a row says.
pub(crate) fn order(row: OrderText) -> Result<Kept<Order>, AuditError> {
    let (id, version, body) = row;
    let value = serde_json::from_str(&body)
        .map_err(|_| AuditError::EntryDamaged { kind: "certificate-order".to_owned(), id })?;
    Ok(Kept { value, version: Version(version.cast_unsigned()) })
}
