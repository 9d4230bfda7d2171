//! Named appearances: how visible signatures of a profile look, in words that a caller can ask for by name.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Digest, DigestAlgorithm,
    visible::{ADDRESS_NAME, has_hidden, is_address_name},
};

/// How many appearances a profile has at most.
pub const MAXIMUM_APPEARANCES: usize = 8;

/// The longest logo, in bytes.
pub const MAXIMUM_LOGO_LENGTH: usize = 32 << 10;

/// How many lines an appearance has at most, and how long each is, in characters.
const MAXIMUM_LINES: usize = 8;
const MAXIMUM_LINE: usize = 200;

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

/// How a visible signature is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Look {
    /// A seal with all that it says, and the code by which it is checked.
    Full,
    /// A seal that says whose and when, and the code.
    Compact,
    /// A seal in a line.
    Line,
    /// Lines of text and an image, without emblem, frame and code.
    Plain,
}

/// `[x, y, width, height]` in points of the page as it is shown, from its lower left corner. Each is
/// a finite number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct Area([f64; 4]);

/// No number in it is "not a number".
impl Eq for Area {}

impl Area {
    /// The four numbers.
    pub fn points(self) -> [f64; 4] {
        self.0
    }
}

impl From<Area> for [f64; 4] {
    fn from(area: Area) -> Self {
        area.0
    }
}

impl TryFrom<[f64; 4]> for Area {
    type Error = &'static str;

    fn try_from(points: [f64; 4]) -> Result<Self, &'static str> {
        match points.iter().all(|number| number.is_finite()) {
            true => Ok(Self(points)),
            false => Err("rect: four finite numbers"),
        }
    }
}

/// How a visible signature looks, as a profile says it; whoever asks for one may say otherwise, member
/// by member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedAppearance {
    /// The page, for a new field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
    /// Where on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rect: Option<Area>,
    /// The language of the lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// How it is laid out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Look>,
    /// The lines that the service writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub show: Option<Vec<Shown>>,
    /// Further lines, as they are: at most 8 of 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Vec<String>>,
    /// A PNG or JPEG file, or a PDF, whose first page is taken; of at most 32 KiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
}

/// The file of a logo: in Base64 (RFC 4648 section 4) where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo(bytes::Bytes);

impl Logo {
    /// The file.
    pub fn new(file: bytes::Bytes) -> Self {
        Self(file)
    }

    /// The file's bytes.
    pub fn file(&self) -> &bytes::Bytes {
        &self.0
    }
}

impl Serialize for Logo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        serializer.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Logo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let text = String::deserialize(deserializer)?;
        // Whitespace is taken: files have their Base64 in lines.
        let text: String = text.split_ascii_whitespace().collect();
        let file = base64::engine::general_purpose::STANDARD.decode(text);
        let wrong = |_| serde::de::Error::custom("logo: a file in Base64 (RFC 4648 section 4)");
        file.map(|file| Self(file.into())).map_err(wrong)
    }
}

/// A profile's appearances by name. Copies share them: a profile is copied for each act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appearances(Arc<BTreeMap<String, NamedAppearance>>);

impl Deref for Appearances {
    type Target = BTreeMap<String, NamedAppearance>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<BTreeMap<String, NamedAppearance>> for Appearances {
    fn from(named: BTreeMap<String, NamedAppearance>) -> Self {
        Self(named.into())
    }
}

impl Serialize for Appearances {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Appearances {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(|named| Self(Arc::new(named)))
    }
}

impl Appearances {
    /// What is wrong with their number, their names or what they say, if anything is; whether a logo
    /// can be drawn, whoever draws it knows.
    pub fn defect(&self) -> Option<&'static str> {
        if self.len() > MAXIMUM_APPEARANCES {
            return Some("at most 8 appearances");
        }
        self.iter().find_map(|(name, appearance)| match is_address_name(name) {
            true => appearance.defect(),
            false => Some(ADDRESS_NAME),
        })
    }

    /// Every text in them.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.values().flat_map(|appearance| appearance.text.iter().flatten())
    }
}

impl NamedAppearance {
    /// SHA-256 of all that it says, as JSON in the order of its members here, in hexadecimal.
    pub fn sha256(&self) -> String {
        let said = serde_json::to_vec(self).unwrap_or_default();
        Digest::of(DigestAlgorithm::Sha256, &said).to_string()
    }

    fn defect(&self) -> Option<&'static str> {
        let text = self.text.as_deref().unwrap_or_default();
        let wrong = |line: &String| {
            line.chars().count() > MAXIMUM_LINE || line.trim().is_empty() || has_hidden(line)
        };
        if text.len() > MAXIMUM_LINES || text.iter().any(wrong) {
            return Some(
                "text: at most 8 lines of 1 to 200 characters, none of them a control character or \
                 one that turns the direction of writing",
            );
        }
        if self.show.as_ref().is_some_and(|show| show.len() > 3) {
            return Some("show: each line once");
        }
        if self.rect.is_some_and(|Area([_, _, width, height])| width <= 0.0 || height <= 0.0) {
            return Some("rect: a width and a height above 0");
        }
        if matches!(self.page, Some(Page::Number(0))) {
            return Some("page: a number from 1 on, or \"last\"");
        }
        if self.logo.as_ref().is_some_and(|logo| logo.file().len() > MAXIMUM_LOGO_LENGTH) {
            return Some("logo: a file of at most 32,768 bytes");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn defect(name: &str, appearance: &Value) -> Option<&'static str> {
        let named: Appearances = serde_json::from_value(json!({ name: appearance })).unwrap();
        named.defect()
    }

    #[test]
    fn what_is_stored_is_bounded_and_named_like_profiles() {
        let all = json!({
            "page": "last", "rect": [1, 2.5, 3, 4], "language": "da", "preset": "full",
            "show": ["profile"], "text": ["Tønder"], "logo": "AAEC",
        });
        assert_eq!(defect("letter-head.2", &all), None);
        for name in ["", "Letterhead", "-a", "a b", "../a"] {
            assert!(defect(name, &json!({})).is_some_and(|told| told == ADDRESS_NAME), "{name}");
        }
        for (member, wrong) in [
            ("text", json!({ "text": ["a\nb"] })),
            ("text", json!({ "text": [" "] })),
            ("text", json!({ "text": vec!["a"; 9] })),
            ("text", json!({ "text": ["æ".repeat(201)] })),
            ("rect", json!({ "rect": [0, 0, 0, 10] })),
            ("page", json!({ "page": 0 })),
            ("show", json!({ "show": ["time", "time", "time", "time"] })),
            ("logo", json!({ "logo": "A".repeat(43_696) })),
        ] {
            let told = defect("a", &wrong);
            assert!(told.is_some_and(|told| told.starts_with(member)), "{member}: {told:?}");
        }
        let nine: serde_json::Map<_, _> = (0..9).map(|n| (n.to_string(), json!({}))).collect();
        let nine: Appearances = serde_json::from_value(nine.into()).unwrap();
        assert_eq!(nine.defect(), Some("at most 8 appearances"));
        assert!(Area::try_from([f64::NAN, 0.0, 1.0, 1.0]).is_err(), "TOML knows nan");
        let logo: Result<NamedAppearance, _> = serde_json::from_value(json!({ "logo": "?" }));
        assert!(logo.is_err());
    }
}
