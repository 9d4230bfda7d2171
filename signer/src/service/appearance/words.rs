//! What a visible signature says, in the language of its reader.

use std::time::SystemTime;

use pades::{Check, Emblem, Face, Preset};
use seal::Subject;

use super::Language;
use crate::{
    danish_time::{danish_local, danish_time},
    service::reference::Reference,
};

/// The words of a language.
pub(super) struct Words {
    /// BCP 47.
    pub(super) language: &'static str,
    said_in: Language,
    sealed_by: &'static str,
    signed_by: &'static str,
    on_behalf_of: &'static str,
    time: &'static str,
    pub(super) profile: &'static str,
    seal_of: &'static str,
    signature_of: &'static str,
    notice: &'static str,
    check_at: &'static str,
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &Words {
            language: "en",
            said_in: Language::En,
            sealed_by: "Sealed by",
            signed_by: "Signed by",
            on_behalf_of: "on behalf of",
            time: "Time",
            profile: "Profile",
            seal_of: "Electronic seal of",
            signature_of: "Electronic signature of",
            notice: "Short-lived certificate: check at",
            check_at: "Check at",
        },
        Language::Da => &Words {
            language: "da",
            said_in: Language::Da,
            sealed_by: "Forseglet af",
            signed_by: "Underskrevet af",
            on_behalf_of: "på vegne af",
            time: "Tidspunkt",
            profile: "Profil",
            seal_of: "Elektronisk segl fra",
            signature_of: "Elektronisk underskrift fra",
            notice: "Kortlivet certifikat: kontrollér på",
            check_at: "Kontrollér på",
        },
    }
}

impl Words {
    pub(super) fn signer(&self, subject: &Subject) -> Vec<String> {
        match subject {
            Subject::Organisation(organisation) => {
                vec![format!("{} {}", self.sealed_by, organisation.organization_name)]
            }
            Subject::Person(person) => {
                let mut lines = vec![format!("{} {}", self.signed_by, person.common_name)];
                let organisation = person.organization_name.iter();
                lines.extend(organisation.map(|name| format!("{} {name}", self.on_behalf_of)));
                lines
            }
        }
    }

    /// What a seal or signature says of itself.
    pub(super) fn face(
        &self,
        subject: &Subject,
        now: SystemTime,
        preset: Option<Preset>,
        check: Option<Check>,
    ) -> Face {
        let (emblem, title, name, details) = match subject {
            Subject::Organisation(organisation) => (
                Emblem::Seal,
                self.sealed_by,
                &organisation.organization_name,
                vec![number(&organisation.organization_identifier)],
            ),
            Subject::Person(person) => {
                let organisation = person.organization_name.iter();
                let mut details: Vec<String> =
                    organisation.map(|name| format!("{} {name}", self.on_behalf_of)).collect();
                details.extend(person.organization_identifier.as_deref().map(number));
                (Emblem::Signature, self.signed_by, &person.common_name, details)
            }
        };
        Face {
            preset,
            emblem,
            title: title.to_owned(),
            name: name.clone(),
            details,
            time: in_words(self.said_in, now),
            short_time: shortly(self.said_in, now),
            check,
        }
    }

    /// Where it is checked.
    pub(super) fn check(&self, pages: &str, reference: &Reference) -> Check {
        let host = pages.split_once("://").map_or(pages, |(_, host)| host);
        Check {
            address: format!("{pages}/verify/"),
            reference: reference.to_string(),
            notice: format!("{} {host}/verify", self.notice),
        }
    }

    pub(super) fn description(&self, subject: &Subject) -> String {
        match subject {
            Subject::Organisation(organisation) => {
                format!("{} {}", self.seal_of, organisation.organization_name)
            }
            Subject::Person(person) => format!("{} {}", self.signature_of, person.common_name),
        }
    }

    /// What is told to those who do not see it: all that its code and its text tell others.
    pub(super) fn described(&self, subject: &Subject, face: &Face) -> String {
        let details = face.details.iter().map(|detail| format!(", {detail}")).collect::<String>();
        let check = face
            .check
            .as_ref()
            .map(|check| format!(" {} {}{}", self.check_at, check.address, check.reference));
        let check = check.unwrap_or_default();
        format!("{}{details}, {}.{check}", self.description(subject), face.time)
    }

    /// Danish local time, in which a line breaks only between day and time: an offset that stands on a
    /// line by itself says nothing.
    pub(super) fn moment(&self, time: SystemTime) -> String {
        format!("{}: {}", self.time, danish_time(time).replace(" +", "\u{a0}+"))
    }
}

/// The number of an organisation as people know it (EN 319 412-1 clause 5.1.4).
fn number(identifier: &str) -> String {
    match identifier.strip_prefix("NTRDK-") {
        Some(cvr) => format!("CVR\u{a0}{cvr}"),
        None => identifier.to_owned(),
    }
}

/// A moment in words and in Danish local time; nothing beyond the year 9999.
pub(crate) fn in_words(language: Language, moment: SystemTime) -> String {
    let Some(local) = danish_local(moment) else { return String::new() };
    let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
    let month = month(language, local.month());
    match language {
        Language::En => format!("{day} {month} {year} at\u{a0}{hour:02}:{minute:02}"),
        Language::Da => format!("{day}. {month} {year} kl.\u{a0}{hour:02}.{minute:02}"),
    }
}

/// The same, with the month in three letters.
pub(crate) fn shortly(language: Language, moment: SystemTime) -> String {
    let Some(local) = danish_local(moment) else { return String::new() };
    let (day, year, hour, minute) = (local.day(), local.year(), local.hour(), local.minute());
    let whole = month(language, local.month());
    let month: String = whole.chars().take(3).collect();
    // What is not cut has no point.
    let point = if whole.len() > 3 { "." } else { "" };
    match language {
        Language::En => format!("{day}\u{a0}{month}\u{a0}{year} {hour:02}:{minute:02}"),
        Language::Da => {
            format!("{day}.\u{a0}{month}{point}\u{a0}{year} kl.\u{a0}{hour:02}.{minute:02}")
        }
    }
}

fn month(language: Language, month: time::Month) -> &'static str {
    use time::Month::{
        April, August, December, February, January, July, June, March, May, November, October,
        September,
    };
    let (english, danish) = match month {
        January => ("January", "januar"),
        February => ("February", "februar"),
        March => ("March", "marts"),
        April => ("April", "april"),
        May => ("May", "maj"),
        June => ("June", "juni"),
        July => ("July", "juli"),
        August => ("August", "august"),
        September => ("September", "september"),
        October => ("October", "oktober"),
        November => ("November", "november"),
        December => ("December", "december"),
    };
    match language {
        Language::En => english,
        Language::Da => danish,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use seal::{OrganisationSubject, PersonId, PersonName, PersonSubject};

    use super::*;

    fn en() -> &'static Words {
        words(Language::En)
    }

    #[test]
    fn a_moment_in_words_is_one_of_danish_clocks() {
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        // 23:30 UTC on 31 December 2026, and 12:05 UTC on 1 May 2026.
        let (winter, summer) = (at(1_798_759_800), at(1_777_637_100));
        assert_eq!(in_words(Language::Da, winter), "1. januar 2027 kl.\u{a0}00.30");
        assert_eq!(in_words(Language::En, winter), "1 January 2027 at\u{a0}00:30");
        assert_eq!(in_words(Language::Da, summer), "1. maj 2026 kl.\u{a0}14.05");
        assert_eq!(shortly(Language::Da, summer), "1.\u{a0}maj\u{a0}2026 kl.\u{a0}14.05");
        assert_eq!(shortly(Language::Da, winter), "1.\u{a0}jan.\u{a0}2027 kl.\u{a0}00.30");
        assert_eq!(shortly(Language::En, summer), "1\u{a0}May\u{a0}2026 14:05");
    }

    #[test]
    fn the_time_is_danish_and_its_offset_never_stands_on_a_line_by_itself() {
        let time = UNIX_EPOCH + Duration::from_secs(1_795_358_096);
        let parts: Vec<_> = en().moment(time).split(' ').map(str::to_owned).collect();
        assert_eq!(parts, ["Time:", "2026-11-22", "15:34:56\u{a0}+01:00"]);
    }

    #[test]
    fn a_seal_names_the_organisation_and_a_signature_the_person_too() {
        let seal = Subject::Organisation(OrganisationSubject {
            organization_name: "Havnsted Kommune".into(),
            organization_identifier: "NTRDK-12345674".into(),
            common_name: "Havnsted Kommune - Decisions".into(),
            serial_number: "UI:DK-O:G:1".into(),
        });
        let signature = Subject::Person(PersonSubject {
            common_name: "Mads Bæk".into(),
            name: PersonName::Pseudonym("Mads Bæk".into()),
            serial_number: "UI:DK-E:G:1".into(),
            email: None,
            organization_name: Some("Havnsted Kommune".into()),
            organization_identifier: Some("NTRDK-12345674".into()),
            holder: PersonId { issuer: "i".into(), subject: "s".into() },
        });
        let (english, danish) = (words(Language::En), words(Language::Da));
        assert_eq!(english.signer(&seal), ["Sealed by Havnsted Kommune"]);
        assert_eq!(danish.signer(&seal), ["Forseglet af Havnsted Kommune"]);
        let lines = ["Underskrevet af Mads Bæk", "på vegne af Havnsted Kommune"];
        assert_eq!(danish.signer(&signature), lines);
        assert_eq!(english.description(&seal), "Electronic seal of Havnsted Kommune");
    }
}
