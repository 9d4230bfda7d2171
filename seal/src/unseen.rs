//! What a document holds that a person who reads its pages does not see.

use std::{collections::BTreeMap, collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// A kind of content that a signature covers, or seems to cover, without its signer seeing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unseen {
    /// What is shown lies in another file, which the signature does not cover: a stream with `/F`
    /// (ISO 32000-2 table 5), a reference XObject (clause 8.10.4).
    ExternalContent,
    /// Bytes before the header that make the file another one to other programs: HTML, a ZIP, an
    /// image, a program.
    OtherFormat,
    /// Other bytes before the header: some readers do not open the file.
    LeadingBytes,
    /// JavaScript, wherever it is started (clause 12.6.4.17).
    #[serde(rename = "javascript")]
    JavaScript,
    /// An action that starts a program (clause 12.6.4.6).
    Launch,
    /// An action that sends the form away or fills it from a file (clauses 12.7.6.2 and 12.7.6.4).
    FormTransfer,
    /// An action that opens another document (clauses 12.6.4.3 and 12.6.4.4).
    OtherDocument,
    /// Sound, film, 3D and what plays them (clause 13).
    Multimedia,
    /// Files within the document (clause 7.11.4).
    AttachedFile,
    /// Layers that are off, that are for print or screen alone, or that show what is off (clause
    /// 8.11).
    HiddenLayer,
    /// Annotations that are hidden, or on paper alone (table 167).
    HiddenAnnotation,
    /// Images with an alternate for print or screen (clause 8.9.5.4).
    AlternateImage,
    /// An action that shows or hides what is on the page (clauses 12.6.4.11 and 12.6.4.13).
    ViewAction,
    /// An XFA form beside the form.
    XfaForm,
    /// A catalog that is not the document's: another document is prepared in the file.
    SecondCatalog,
    /// Pages that the page tree does not show.
    HiddenPage,
    /// The document is so large that not all of it was looked at.
    NotAllLookedAt,
}

impl Unseen {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::ExternalContent,
        Self::OtherFormat,
        Self::LeadingBytes,
        Self::JavaScript,
        Self::Launch,
        Self::FormTransfer,
        Self::OtherDocument,
        Self::Multimedia,
        Self::AttachedFile,
        Self::HiddenLayer,
        Self::HiddenAnnotation,
        Self::AlternateImage,
        Self::ViewAction,
        Self::XfaForm,
        Self::SecondCatalog,
        Self::HiddenPage,
        Self::NotAllLookedAt,
    ];

    /// The stable name, as in configuration, warnings and findings.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExternalContent => "external-content",
            Self::OtherFormat => "other-format",
            Self::LeadingBytes => "leading-bytes",
            Self::JavaScript => "javascript",
            Self::Launch => "launch",
            Self::FormTransfer => "form-transfer",
            Self::OtherDocument => "other-document",
            Self::Multimedia => "multimedia",
            Self::AttachedFile => "attached-file",
            Self::HiddenLayer => "hidden-layer",
            Self::HiddenAnnotation => "hidden-annotation",
            Self::AlternateImage => "alternate-image",
            Self::ViewAction => "view-action",
            Self::XfaForm => "xfa-form",
            Self::SecondCatalog => "second-catalog",
            Self::HiddenPage => "hidden-page",
            Self::NotAllLookedAt => "not-all-looked-at",
        }
    }

    /// One sentence for people.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::ExternalContent => {
                "what the document shows lies partly in another file, which no signature covers"
            }
            Self::OtherFormat => {
                "the bytes before the header make the file another one to other programs"
            }
            Self::LeadingBytes => {
                "bytes stand before the header, and some readers do not open the file"
            }
            Self::JavaScript => "the document holds JavaScript",
            Self::Launch => "the document holds an action that starts a program",
            Self::FormTransfer => {
                "the document holds an action that sends the form away or fills it from a file"
            }
            Self::OtherDocument => "the document holds an action that opens another document",
            Self::Multimedia => "the document holds sound, film or 3D",
            Self::AttachedFile => "the document holds other files",
            Self::HiddenLayer => "the document has layers that are not always shown",
            Self::HiddenAnnotation => {
                "the document has annotations that are hidden, or on paper alone"
            }
            Self::AlternateImage => "the document has images with an alternate for print or screen",
            Self::ViewAction => "the document holds an action that shows or hides content",
            Self::XfaForm => "the document has an XFA form, which few readers show",
            Self::SecondCatalog => "the file holds a second catalog: another document",
            Self::HiddenPage => "the file holds pages that the document does not show",
            Self::NotAllLookedAt => {
                "the document is so large that not all of it was looked at for what is not seen"
            }
        }
    }

    /// What is done unless the profile says otherwise: what lies outside the signature, and what is
    /// no document to others, is refused.
    pub fn default_reaction(self) -> Reaction {
        if matches!(self, Self::ExternalContent | Self::OtherFormat) {
            Reaction::Refuse
        } else {
            Reaction::Warn
        }
    }
}

impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What becomes of an act over a document with something unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reaction {
    /// It is refused.
    Refuse,
    /// It is done, and the answer, the receipt and the audit log say so.
    Warn,
    /// It is done without a word.
    Allow,
}

/// What a profile says of each kind; of the others the default counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reactions(BTreeMap<Unseen, Reaction>);

impl Reactions {
    /// What is done about this kind.
    pub fn to(&self, unseen: Unseen) -> Reaction {
        self.0.get(&unseen).copied().unwrap_or_else(|| unseen.default_reaction())
    }

    /// Those kinds that have this reaction.
    pub fn with(&self, found: &BTreeSet<Unseen>, reaction: Reaction) -> Vec<Unseen> {
        found.iter().copied().filter(|unseen| self.to(*unseen) == reaction).collect()
    }
}

impl FromIterator<(Unseen, Reaction)> for Reactions {
    fn from_iter<I: IntoIterator<Item = (Unseen, Reaction)>>(reactions: I) -> Self {
        Self(reactions.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_configured_by_its_name() {
        for unseen in Unseen::ALL {
            let name = serde_json::to_value(unseen).unwrap();
            assert_eq!(name, unseen.name());
            assert_eq!(serde_json::from_value::<Unseen>(name).unwrap(), unseen);
        }
    }

    #[test]
    fn what_lies_outside_the_signature_is_refused_unless_the_profile_allows_it() {
        let found = BTreeSet::from([Unseen::ExternalContent, Unseen::JavaScript]);
        let default = Reactions::default();
        assert_eq!(default.with(&found, Reaction::Refuse), [Unseen::ExternalContent]);
        assert_eq!(default.with(&found, Reaction::Warn), [Unseen::JavaScript]);
        let stated =
            [(Unseen::ExternalContent, Reaction::Allow), (Unseen::JavaScript, Reaction::Refuse)];
        let stated = Reactions::from_iter(stated);
        assert_eq!(stated.with(&found, Reaction::Refuse), [Unseen::JavaScript]);
        assert!(stated.with(&found, Reaction::Warn).is_empty());
    }
}
