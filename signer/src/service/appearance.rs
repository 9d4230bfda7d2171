//! What a caller may choose of a visible signature, and what it then shows.

use std::time::SystemTime;

use pades::{Appearance, Image, PageNumber, Placement, Rectangle};
use seal::{CertificateProfile, Subject, policy::Approval};
use serde::{Deserialize, Serialize};

use crate::danish_time::danish_time;

/// How a signature is to look, in the words of the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppearanceOptions {
    /// The page, for a new field; the first when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// `[x, y, width, height]` in points of the page as it is shown, from its lower left corner.
    /// Left out, the signature is shown in the rectangle of the existing field that is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rect: Option<[f64; 4]>,
    /// The language of the lines.
    #[serde(default)]
    pub language: Language,
    /// The lines that the service writes, in this order.
    #[serde(default = "Shown::all")]
    pub show: Vec<Shown>,
    /// Further lines, as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub text: Vec<String>,
}

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Page {
    /// Counted from 1.
    Number(u32),
    /// `"last"`.
    Word(Last),
}

/// The word for the last page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Last {
    /// The last page.
    Last,
}

/// A language that the service writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Danish.
    Da,
}

/// A line that the service writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// Who signs or seals: of a seal the organisation alone.
    Signer,
    /// The claimed time of signing, the same as in the signature dictionary (`/M`), in Danish local time.
    Time,
    /// The display name of the certificate profile.
    Profile,
}

impl Shown {
    /// Every line that the service writes.
    pub(crate) fn all() -> Vec<Self> {
        vec![Self::Signer, Self::Time, Self::Profile]
    }
}

impl AppearanceOptions {
    /// Whether the signature gets a field of its own, which other signatures did not expect.
    pub(super) fn is_new(&self) -> bool {
        self.rect.is_some()
    }

    /// What it shows that nobody but the caller and the profile answers for.
    pub(super) fn texts(&self, profile: &CertificateProfile) -> Vec<String> {
        let profile = self.show.contains(&Shown::Profile).then(|| profile.display_name.clone());
        self.text.iter().cloned().chain(profile).collect()
    }

    /// The appearance of an approved act.
    pub(super) fn appearance(
        &self,
        approval: &Approval,
        profile: &str,
        now: SystemTime,
        image: Option<Image>,
    ) -> Appearance {
        let page = match self.page {
            None => PageNumber::Number(1),
            Some(Page::Number(number)) => PageNumber::Number(number),
            Some(Page::Word(Last::Last)) => PageNumber::Last,
        };
        let placement = match self.rect {
            Some([x, y, width, height]) => {
                Placement::Page { page, rectangle: Rectangle { x, y, width, height } }
            }
            None => Placement::Field,
        };
        let words = self.language.words();
        let subject = &approval.enrolment().subject;
        let mut lines = Vec::new();
        for shown in &self.show {
            match shown {
                Shown::Signer => lines.extend(words.signer(subject)),
                Shown::Time => lines.push(format!("{}: {}", words.time, moment(now))),
                Shown::Profile => lines.push(format!("{}: {profile}", words.profile)),
            }
        }
        lines.extend(self.text.iter().cloned());
        let description = words.description(subject);
        Appearance { placement, lines, image, description, language: words.language }
    }
}

/// The words of a language.
struct Words {
    /// BCP 47.
    language: &'static str,
    sealed_by: &'static str,
    signed_by: &'static str,
    on_behalf_of: &'static str,
    time: &'static str,
    profile: &'static str,
    seal_of: &'static str,
    signature_of: &'static str,
}

impl Language {
    fn words(self) -> &'static Words {
        match self {
            Self::En => &Words {
                language: "en",
                sealed_by: "Sealed by",
                signed_by: "Signed by",
                on_behalf_of: "on behalf of",
                time: "Time",
                profile: "Profile",
                seal_of: "Electronic seal of",
                signature_of: "Electronic signature of",
            },
            Self::Da => &Words {
                language: "da",
                sealed_by: "Forseglet af",
                signed_by: "Underskrevet af",
                on_behalf_of: "på vegne af",
                time: "Tidspunkt",
                profile: "Profil",
                seal_of: "Elektronisk segl fra",
                signature_of: "Elektronisk underskrift fra",
            },
        }
    }
}

impl Words {
    fn signer(&self, subject: &Subject) -> Vec<String> {
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

    fn description(&self, subject: &Subject) -> String {
        match subject {
            Subject::Organisation(organisation) => {
                format!("{} {}", self.seal_of, organisation.organization_name)
            }
            Subject::Person(person) => format!("{} {}", self.signature_of, person.common_name),
        }
    }
}

/// Danish local time, in which a line breaks only between day and time: an offset that stands on a
/// line by itself says nothing.
fn moment(time: SystemTime) -> String {
    danish_time(time).replace(" +", "\u{a0}+")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use seal::{OrganisationSubject, PersonId, PersonName, PersonSubject};
    use serde_json::json;

    use super::*;

    fn read(value: serde_json::Value) -> Option<AppearanceOptions> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn what_is_left_out_has_a_default_and_what_is_unknown_is_refused() {
        let options = read(json!({ "rect": [1, 2.5, 3, 4] })).unwrap();
        assert_eq!(options.show, Shown::all());
        assert_eq!((options.page, options.language), (None, Language::En));
        assert_eq!(options.rect, Some([1.0, 2.5, 3.0, 4.0]));
        let last = read(json!({ "page": "last", "show": [], "language": "da" })).unwrap();
        assert_eq!(last.page, Some(Page::Word(Last::Last)));
        for wrong in [
            json!({ "rect": [1, 2, 3] }),
            json!({ "page": "first" }),
            json!({ "page": -1 }),
            json!({ "language": "de" }),
            json!({ "colour": "red" }),
            json!({ "show": ["person"] }),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn the_time_is_danish_and_its_offset_never_stands_on_a_line_by_itself() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_358_096);
        let words: Vec<_> = moment(time).split(' ').map(str::to_owned).collect();
        assert_eq!(words, ["2026-11-22", "15:34:56\u{a0}+01:00"]);
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
        let (english, danish) = (Language::En.words(), Language::Da.words());
        assert_eq!(english.signer(&seal), ["Sealed by Havnsted Kommune"]);
        assert_eq!(danish.signer(&seal), ["Forseglet af Havnsted Kommune"]);
        let lines = ["Underskrevet af Mads Bæk", "på vegne af Havnsted Kommune"];
        assert_eq!(danish.signer(&signature), lines);
        assert_eq!(english.description(&seal), "Electronic seal of Havnsted Kommune");
    }
}
