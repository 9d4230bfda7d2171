//! What a record leaves of orders and certificates, as the store's tables hold it.

use std::fmt;

use super::letter_row::LetterRow;

/// A step in the tables of orders and certificates. Each says what must be there before.
#[derive(Clone, PartialEq, Eq)]
pub enum CertificateRow {
    /// An order as it is from then on.
    Order(Box<OrderRow>),
    /// A certificate that was issued: neither its key nor its number was there before.
    Certificate(Box<IssuedRow>),
    /// A certificate that is there and was not blocked is blocked.
    Blocked {
        /// Which.
        id: String,
        /// Why, in a word.
        reason: &'static str,
        /// When, in seconds since 1970.
        at: i64,
    },
    /// A certificate that is there is in use.
    Installed {
        /// Which.
        id: String,
        /// Since when, in seconds since 1970.
        at: i64,
    },
    /// Of the end of a certificate that is there nobody is reminded any more; it was not so before.
    Muted {
        /// Which.
        id: String,
        /// Who had it so, by a word that names nobody.
        by: String,
        /// Since when, in seconds since 1970.
        at: i64,
    },
    /// They are reminded again, if they were not, of what is to come.
    Unmuted {
        /// Which.
        id: String,
        /// For each stage the latest end of certificates that have come to it, in seconds since 1970: of those
        /// stages nobody is told any more.
        ends: [i64; 5],
    },
    /// Nothing changes, but the certificate is neither blocked nor at its end, and no certificate that is not
    /// blocked has taken its place.
    Good {
        /// Which.
        id: String,
        /// Now, in seconds since 1970.
        at: i64,
    },
    /// An address is to be confirmed.
    Check {
        /// The check's name.
        id: String,
        /// The address.
        address: String,
        /// SHA-256 of what was sent to it.
        hash: [u8; 32],
        /// Until when it is good, in seconds since 1970.
        ends: i64,
    },
    /// It was confirmed, once and in time.
    Confirmed {
        /// The check's name.
        id: String,
        /// SHA-256 of what was shown.
        hash: [u8; 32],
        /// When, in seconds since 1970.
        at: i64,
    },
    /// Somebody accepted a version of the policies.
    Accepted {
        /// Who.
        asker: String,
        /// Which.
        policy: String,
        /// When, in seconds since 1970.
        at: i64,
    },
    /// Whoever answers for a certificate is told how near its end is, once for each stage.
    Noticed {
        /// Which.
        id: String,
        /// The stage, from 1.
        stage: i64,
    },
    /// A revocation list that was published names a certificate. It is blocked, if it is not; where it is not
    /// known, it was issued after the backup that was restored, and what the list says of it is kept.
    Restored {
        /// Of the issuing key.
        generation: u32,
        /// The content octets of the serial number.
        serial: Vec<u8>,
        /// Why, in a word.
        reason: &'static str,
        /// Since when; this and the end in seconds since 1970.
        at: i64,
        /// The latest end that it may have.
        not_after: i64,
    },
    /// The revocation lists of an issuing key had come to this number.
    ListNumber {
        /// Of the issuing key.
        generation: u32,
        /// The number.
        number: i64,
    },
    /// A letter is to be sent, unless it was written before.
    Letter(Box<LetterRow>),
    /// What waits for somebody's letter of the day is gathered: each notice once, and the letter is their first of that
    /// day. There is none where all that waits is of no use any more.
    Digest {
        /// The letter.
        letter: Option<Box<LetterRow>>,
        /// The keys of the letters that wait no more.
        gathered: Vec<[u8; 32]>,
        /// When, in seconds since 1970.
        at: i64,
    },
}

/// An order, with what it is found by.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Its name.
    pub id: String,
    /// What the collector says.
    pub reference: String,
    /// The profile.
    pub profile: String,
    /// Who collects by login.
    pub holder: Option<String>,
    /// The address that is shown.
    pub email: Option<String>,
    /// Where it stands.
    pub state: &'static str,
    /// When it ends, in seconds since 1970.
    pub expires: i64,
    /// The version that it was read as; 0 for a new one.
    pub read: i64,
    /// The order in JSON.
    pub body: String,
}

/// A certificate, with what it is found by.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// Its name.
    pub id: String,
    /// The order that it came of.
    pub order: String,
    /// The content octets of its serial number.
    pub serial: Vec<u8>,
    /// SHA-256 of its SubjectPublicKeyInfo.
    pub key: [u8; 32],
    /// Which of the issuing keys signed it.
    pub generation: u32,
    /// The certificate in DER.
    pub der: Vec<u8>,
    /// The profile.
    pub profile: String,
    /// Whom it names: `user`, `organisation`, `system`.
    pub kind: String,
    /// The person who collected it by login.
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
    /// The beginning, in seconds since 1970.
    pub not_before: i64,
    /// When it is due to be renewed, in the same.
    pub renewal: i64,
    /// The end, in the same.
    pub not_after: i64,
    /// The certificate whose place it takes.
    pub replaces: Option<String>,
    /// The stage of its end that lies before its beginning, of which nobody is told; 0 for none.
    pub noticed: i64,
    /// What it is searched by: names and addresses, folded.
    pub search: String,
}

impl CertificateRow {
    /// Every text in it.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Order(row) => {
                let OrderRow { id, reference, profile, holder, email, body, .. } = &**row;
                let optional = [holder, email].into_iter().flatten();
                [id, reference, profile, body]
                    .into_iter()
                    .chain(optional)
                    .map(|text| &**text)
                    .collect()
            }
            Self::Certificate(row) => {
                let IssuedRow { id, order, profile, kind, uuid, name, search, .. } = &**row;
                let IssuedRow { holder, email, contact, contact_email, replaces, .. } = &**row;
                let optional =
                    [holder, email, contact, contact_email, replaces].into_iter().flatten();
                let texts = [id, order, profile, kind, uuid, name, search].into_iter();
                texts.chain(optional).map(|text| &**text).collect()
            }
            Self::Blocked { id, .. }
            | Self::Installed { id, .. }
            | Self::Unmuted { id, .. }
            | Self::Good { id, .. }
            | Self::Noticed { id, .. }
            | Self::Confirmed { id, .. } => vec![id],
            Self::Muted { id, by, .. } => vec![id, by],
            Self::Check { id, address, .. } => vec![id, address],
            Self::Accepted { asker, policy, .. } => vec![asker, policy],
            Self::Restored { .. } | Self::ListNumber { .. } => Vec::new(),
            Self::Letter(row) => row.texts(),
            Self::Digest { letter, .. } => letter.as_ref().map_or_else(Vec::new, |row| row.texts()),
        }
    }
}

impl fmt::Debug for CertificateRow {
    // Names and addresses stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Order(_) => "Order(..)",
            Self::Certificate(_) => "Certificate(..)",
            Self::Blocked { .. } => "Blocked(..)",
            Self::Installed { .. } => "Installed(..)",
            Self::Muted { .. } => "Muted(..)",
            Self::Unmuted { .. } => "Unmuted(..)",
            Self::Good { .. } => "Good(..)",
            Self::Check { .. } => "Check(..)",
            Self::Confirmed { .. } => "Confirmed(..)",
            Self::Accepted { .. } => "Accepted(..)",
            Self::Noticed { .. } => "Noticed(..)",
            Self::Restored { .. } => "Restored(..)",
            Self::ListNumber { .. } => "ListNumber(..)",
            Self::Letter(_) => "Letter(..)",
            Self::Digest { .. } => "Digest(..)",
        })
    }
}

impl fmt::Debug for OrderRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderRow").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for IssuedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedRow").field("id", &self.id).finish_non_exhaustive()
    }
}
