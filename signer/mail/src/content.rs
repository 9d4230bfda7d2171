//! What letters are about, as it is kept until they are sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Day;

/// What a letter is about. Times are in seconds since 1970.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum Content {
    /// Whether the address is its holder's: it is to be shown in a certificate.
    EmailCheck {
        /// The organisation's name.
        organisation: String,
        /// The order's reference.
        reference: String,
    },
    /// A certificate can be collected.
    Collect {
        /// The organisation's name.
        organisation: String,
        /// What the certificate will be called; nothing of a person's to anybody else.
        name: Option<String>,
        /// What the collector says beside the code, or after the login.
        reference: String,
        /// Whether they log in.
        by_login: bool,
        /// Until when.
        expires: i64,
    },
    /// Something about a certificate.
    Certificate {
        /// What.
        notice: Notice,
        /// The organisation's name.
        organisation: String,
        /// What it is called; nothing of a person's to anybody else.
        name: Option<String>,
        /// Its serial number, in hexadecimal.
        serial: String,
        /// Its end.
        not_after: i64,
        /// Where it goes to the contact person of a profile: the profile, whose certificates they see and block by
        /// the letter's link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_of: Option<String>,
    },
    /// What an administrator is told of certificates that day.
    Digest {
        /// The organisation's name.
        organisation: String,
        /// When it was gathered.
        made: i64,
        /// Of each certificate what.
        told: Vec<Told>,
    },
    /// Somebody else is, or was, the contact person of a certificate profile.
    Contact {
        /// The organisation's name.
        organisation: String,
        /// What the profile is called.
        profile: String,
        /// Whether the recipient is it from now on.
        now: bool,
        /// The profile, as above, where they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_of: Option<String>,
    },
    /// Somebody may register a passkey.
    Invitation {
        /// The organisation's name.
        organisation: String,
        /// Whom it lets in, by the name of their entry.
        person: String,
    },
    /// What lets a program in, or lets it seal, ends soon.
    EntryEnds {
        /// What it is.
        entry: Ending,
        /// Whether a week is left, and not thirty days.
        soon: bool,
        /// The organisation's name.
        organisation: String,
        /// What the application is called.
        application: String,
        /// What the entry is called, beside its name.
        name: String,
        /// Its end.
        end: i64,
    },
}

/// How long the link of a letter to a contact person is good, in days.
pub const CONTACT_LINK_DAYS: u16 = 90;

/// What an administrator is told of one certificate among others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What.
    pub notice: Notice,
    /// What it is called; nothing of a person's.
    pub name: Option<String>,
    /// Its serial number, in hexadecimal.
    pub serial: String,
    /// Its end, in seconds since 1970.
    pub not_after: i64,
}

impl fmt::Debug for Told {
    // Names stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.notice.kind())
    }
}

/// What ends that is no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// An application's right to seal.
    Mandate,
    /// An API key.
    ApiKey,
    /// An OAuth client.
    OauthClient,
}

impl Ending {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mandate => "mandate",
            Self::ApiKey => "api-key",
            Self::OauthClient => "oauth-client",
        }
    }
}

/// What a letter says of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// It ends in 90 days.
    Ninety,
    /// It ends in 30 days.
    Thirty,
    /// It ends in 7 days.
    Seven,
    /// It ends today.
    Today,
    /// It has ended.
    Expired,
    /// It was blocked.
    Blocked,
    /// Another one has taken its place.
    Renewed,
    /// What it shows is not so any more.
    Outdated,
}

impl Notice {
    /// The word for what it is about.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Ninety => "ends-in-90-days",
            Self::Thirty => "ends-in-30-days",
            Self::Seven => "ends-in-7-days",
            Self::Today => "ends-today",
            Self::Expired => "expired",
            Self::Blocked => "blocked",
            Self::Renewed => "renewed",
            Self::Outdated => "outdated",
        }
    }
}

/// What a letter says.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
    /// The day that goes with it for a calendar.
    pub day: Option<Day>,
}

impl fmt::Debug for Said {
    // It may hold a link that is good once.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said(..)")
    }
}

impl fmt::Debug for Content {
    // Names stand in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Content {
    /// Whether somebody's request writes it, and could again and again. The others are about what befalls a
    /// certificate: whoever answers for it must be told.
    pub fn is_asked_for(&self) -> bool {
        match self {
            Self::EmailCheck { .. }
            | Self::Collect { .. }
            | Self::Contact { .. }
            | Self::Invitation { .. } => true,
            Self::Certificate { .. } | Self::Digest { .. } | Self::EntryEnds { .. } => false,
        }
    }

    /// The profile whose contact person it goes to.
    pub fn contact_of(&self) -> Option<&str> {
        match self {
            Self::Certificate { contact_of, .. } | Self::Contact { contact_of, .. } => {
                contact_of.as_deref()
            }
            Self::EmailCheck { .. }
            | Self::Collect { .. }
            | Self::Digest { .. }
            | Self::Invitation { .. }
            | Self::EntryEnds { .. } => None,
        }
    }

    /// The same for somebody who is not, or no more, the contact person: its link leads to the service alone.
    #[must_use]
    pub fn to_another(mut self) -> Self {
        if let Self::Certificate { contact_of, .. } | Self::Contact { contact_of, .. } = &mut self {
            *contact_of = None;
        }
        self
    }

    /// The word for what it is about.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::EmailCheck { .. } => "email-check",
            Self::Collect { .. } => "collect",
            Self::Certificate { notice, .. } => notice.kind(),
            Self::Digest { .. } => "digest",
            Self::Contact { .. } => "contact-changed",
            Self::Invitation { .. } => "invitation",
            Self::EntryEnds { soon: false, .. } => "entry-ends-in-30-days",
            Self::EntryEnds { soon: true, .. } => "entry-ends-in-7-days",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn contents() -> Vec<Content> {
        let organisation = || "Havnsted Kommune".to_owned();
        let name = || Some("Betalinger".to_owned());
        let of = |notice| Content::Certificate {
            notice,
            organisation: organisation(),
            name: name(),
            serial: "1f".to_owned(),
            not_after: 1_900_000_000,
            contact_of: None,
        };
        let notices = [
            Notice::Ninety,
            Notice::Thirty,
            Notice::Seven,
            Notice::Today,
            Notice::Expired,
            Notice::Blocked,
            Notice::Renewed,
            Notice::Outdated,
        ];
        let mut contents: Vec<Content> = notices.map(of).into();
        contents.extend(notices.map(|notice| match of(notice) {
            Content::Certificate { notice, organisation, name, serial, not_after, .. } => {
                let contact_of = Some("payments".to_owned());
                Content::Certificate { notice, organisation, name, serial, not_after, contact_of }
            }
            other => other,
        }));
        let told = |name: Option<String>| -> Vec<Told> {
            let of = |notice| Told {
                notice,
                name: name.clone(),
                serial: "1f".into(),
                not_after: 1_900_000_000,
            };
            notices.map(of).into()
        };
        for told in [told(name()), told(None), told(name())[..1].to_vec()] {
            let made = 1_899_900_000;
            contents.push(Content::Digest { organisation: organisation(), made, told });
        }
        contents.push(Content::EmailCheck { organisation: organisation(), reference: "12".into() });
        for (entry, soon) in [Ending::Mandate, Ending::ApiKey, Ending::OauthClient]
            .into_iter()
            .flat_map(|entry| [(entry, false), (entry, true)])
        {
            contents.push(Content::EntryEnds {
                entry,
                soon,
                organisation: organisation(),
                application: "Journal".into(),
                name: "k1".into(),
                end: 1_900_000_000,
            });
        }
        contents.push(Content::Invitation { organisation: organisation(), person: "12".into() });
        for flag in [false, true] {
            contents.push(Content::Collect {
                organisation: organisation(),
                name: name(),
                reference: "12".into(),
                by_login: flag,
                expires: 1_900_000_000,
            });
            let profile = "Betalinger".to_owned();
            let contact_of = flag.then(|| "payments".to_owned());
            let organisation = organisation();
            contents.push(Content::Contact { organisation, profile, now: flag, contact_of });
        }
        contents
    }

    #[test]
    fn each_letter_says_something_of_its_own_in_each_language_with_its_link() {
        let mut seen = std::collections::BTreeSet::new();
        for content in contents() {
            for language in [Language::Da, Language::En] {
                let said = content.said(language, "https://segl.example/x");
                assert!(said.text.contains("Havnsted Kommune"), "{}", said.text);
                assert!(said.text.contains("https://segl.example/x"), "{}", said.text);
                assert!(said.subject.chars().count() <= 78, "{}", said.subject);
                assert!(said.text.lines().all(|line| line.chars().count() <= 120), "{}", said.text);
                assert!(seen.insert(said.text.clone()), "{}", said.text);
            }
        }
    }

    #[test]
    fn what_is_kept_is_read_again_and_shows_no_name() {
        for content in contents() {
            let kept = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<Content>(&kept).unwrap(), content);
            assert!(!format!("{content:?}").contains("Havnsted"));
        }
    }
}
