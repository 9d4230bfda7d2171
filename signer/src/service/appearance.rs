//! What a caller may choose of a visible signature, and what it then shows.

mod words;

use std::{sync::Arc, time::SystemTime};

use pades::{Appearance, Image, PageNumber, Placement, Preset, Rectangle};
pub use seal::appearance::{Language, Last, Look, Page, Shown};
use seal::{CertificateProfile, Subject};
use serde::{Deserialize, Serialize};

pub(crate) use self::words::in_words;
use super::reference::Reference;

/// How a signature is to look, in the words of the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppearanceOptions {
    /// The name of one of the profile's own appearances: what is left out here is as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The page, for a new field; the first when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// `[x, y, width, height]` in points of the page as it is shown, from its lower left corner.
    /// Left out, the signature is shown in the rectangle of the existing field that is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rect: Option<[f64; 4]>,
    /// The language of the lines; English when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How it is laid out. Left out, a seal that suits its rectangle; plain lines where `show` says
    /// which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Look>,
    /// The lines that the service writes, in this order: all of them when left out of plain lines. A
    /// seal has whose it is and when in any case, and the profile's name where it is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<Vec<Shown>>,
    /// Further lines, as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Vec<String>>,
}

/// What a visible signature names.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// The display name of the profile.
    pub(super) profile: String,
    /// The origin of the pages.
    pub(super) pages: Arc<str>,
}

impl AppearanceOptions {
    /// Whether the signature gets a field of its own, which other signatures did not expect.
    pub(super) fn is_new(&self) -> bool {
        self.rect.is_some()
    }

    /// What it shows that nobody but the caller and the profile answers for.
    pub(super) fn texts(&self, profile: &CertificateProfile) -> Vec<String> {
        let profile = self.shows_profile().then(|| profile.display_name.clone());
        self.text.iter().flatten().cloned().chain(profile).collect()
    }

    /// Whether it is a seal that is recognised as one, with a reference of its own.
    pub(super) fn has_face(&self) -> bool {
        match self.preset {
            Some(Look::Full | Look::Compact | Look::Line) => true,
            Some(Look::Plain) => false,
            None => self.show.is_none(),
        }
    }

    fn shows_profile(&self) -> bool {
        let asked = self.show.as_ref().map(|show| show.contains(&Shown::Profile));
        asked.unwrap_or(!self.has_face())
    }

    /// The appearance of an act that names this subject.
    pub(super) fn appearance(
        &self,
        subject: &Subject,
        names: &Names,
        now: SystemTime,
        image: Option<Image>,
        reference: Option<&Reference>,
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
        let words = words::words(self.language.unwrap_or_default());
        let mut lines = Vec::new();
        let face = self.has_face().then(|| {
            let preset = match self.preset {
                Some(Look::Full) => Some(Preset::Full),
                Some(Look::Compact) => Some(Preset::Compact),
                Some(Look::Line) => Some(Preset::Line),
                Some(Look::Plain) | None => None,
            };
            let check = reference.map(|reference| words.check(&names.pages, reference));
            Box::new(words.face(subject, now, preset, check))
        });
        let description = match (&face, reference) {
            (Some(face), Some(_)) => words.described(subject, face),
            (Some(_), None) | (None, _) => words.description(subject),
        };
        let profile = || format!("{}: {}", words.profile, names.profile);
        match &face {
            Some(_) => lines.extend(self.shows_profile().then(profile)),
            None => {
                let all = [Shown::Signer, Shown::Time, Shown::Profile];
                for shown in self.show.as_deref().unwrap_or(&all) {
                    match shown {
                        Shown::Signer => lines.extend(words.signer(subject)),
                        Shown::Time => lines.push(words.moment(now)),
                        Shown::Profile => lines.push(profile()),
                    }
                }
            }
        }
        lines.extend(self.text.iter().flatten().cloned());
        Appearance { placement, face, lines, image, description, language: words.language }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: serde_json::Value) -> Option<AppearanceOptions> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn what_is_left_out_has_a_default_and_what_is_unknown_is_refused() {
        let options = read(json!({ "rect": [1, 2.5, 3, 4] })).unwrap();
        assert_eq!(options.show, None);
        assert!(options.has_face() && !options.shows_profile());
        assert_eq!((options.page, options.language), (None, None));
        assert_eq!(options.rect, Some([1.0, 2.5, 3.0, 4.0]));
        let last = read(json!({ "page": "last", "show": [], "language": "da" })).unwrap();
        assert_eq!(last.page, Some(Page::Word(Last::Last)));
        for wrong in [
            json!({ "rect": [1, 2, 3] }),
            json!({ "page": "first" }),
            json!({ "page": -1 }),
            json!({ "language": "de" }),
            json!({ "preset": "huge" }),
            json!({ "colour": "red" }),
            json!({ "show": ["person"] }),
        ] {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn whoever_says_which_lines_are_shown_gets_lines_unless_a_seal_is_asked_for() {
        let has_face = |value| read(value).unwrap().has_face();
        assert!(!has_face(json!({ "show": ["signer", "time", "profile"] })));
        assert!(!has_face(json!({ "show": [] })));
        assert!(!has_face(json!({ "preset": "plain" })));
        assert!(read(json!({ "preset": "plain" })).unwrap().shows_profile());
        for preset in ["full", "compact", "line"] {
            assert!(has_face(json!({ "preset": preset, "show": [] })), "{preset}");
        }
        let named = json!({ "preset": "full", "show": ["profile"] });
        assert!(read(named).unwrap().shows_profile());
    }
}
