//! Whether a text names somebody, however the name is disguised: texts are compared as what they
//! look like (UTS 39 clause 4, skeletons), after compatibility decomposition, without what has no
//! look of its own.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::skeleton;

use crate::visible::is_default_ignorable;

/// Letters that a name must have to be found inside a longer word: a short one is part of many.
const MIN_INSIDE: usize = 8;

/// Letters that a name must have to name somebody by itself.
const MIN_ALONE: usize = 3;

/// The words of a text, as they look.
pub(super) struct Likeness {
    /// Read in two ways: a capital I looks like a small l, and a small i does not.
    readings: [Vec<String>; 2],
}

impl Likeness {
    pub(super) fn of(text: &str) -> Self {
        let visible: String =
            text.nfkc().filter(|&character| !is_default_ignorable(character)).collect();
        Self { readings: [words(&look(&visible.to_lowercase())), words(&look(&visible))] }
    }

    /// Whether the text names this person: by all parts of the name or by two of them, whatever
    /// stands between them and in whatever order.
    pub(super) fn names(&self, name: &str) -> bool {
        self.reads_as(name, |text, name| {
            holds(text, name) || pairs(name).any(|pair| holds(text, &pair))
        })
    }

    /// Whether the text has this e-mail address, however it is written: by all its parts, or by the
    /// first and the last. Two others are its domain, which is the organisation's.
    pub(super) fn has_address(&self, address: &str) -> bool {
        self.reads_as(address, |text, address| {
            let outer = address.first().zip(address.last());
            holds(text, address)
                || outer.is_some_and(|(first, last)| holds(text, &[first.clone(), last.clone()]))
        })
    }

    /// Whether a word of the text is a part of this name. What is `usual` here names nobody: a
    /// municipality's own name may be its mayor's.
    pub(super) fn has_a_name_of(&self, name: &str, usual: &Self) -> bool {
        let told = Self { readings: [0, 1].map(|reading| self.but(usual, reading)) };
        told.reads_as(name, |text, name| {
            name.iter().any(|part| is_long(part) && text.contains(part))
        })
    }

    /// The words in one of the readings that are none of `usual`.
    fn but(&self, usual: &Self, reading: usize) -> Vec<String> {
        let words = self.readings[reading].iter();
        words.filter(|word| !usual.readings[reading].contains(word)).cloned().collect()
    }

    fn reads_as(&self, name: &str, is_so: impl Fn(&[String], &[String]) -> bool) -> bool {
        let spellings = [name.to_owned(), transliterated(name)];
        spellings.iter().any(|name| {
            let name = Self::of(name);
            self.readings.iter().zip(&name.readings).any(|(text, name)| is_so(text, name))
        })
    }
}

fn is_long(part: &str) -> bool {
    part.chars().count() >= MIN_ALONE
}

/// Every two parts of a name, but for two particles as in `de la`.
fn pairs(name: &[String]) -> impl Iterator<Item = [String; 2]> {
    let last = name.len().saturating_sub(1);
    let pairs =
        (0..name.len()).flat_map(move |one| (one + 1..=last).map(move |other| (one, other)));
    let pairs = pairs.filter(move |&(one, other)| {
        one == 0 || other == last || is_long(&name[one]) && is_long(&name[other])
    });
    pairs.map(|(one, other)| [name[one].clone(), name[other].clone()])
}

/// Whether a text has all these parts as words, or run together.
fn holds(text: &[String], parts: &[String]) -> bool {
    let Some((last, before)) = parts.split_last() else { return false };
    let joined = [parts.concat(), [last.clone(), before.concat()].concat()];
    parts.iter().all(|part| text.contains(part))
        || joined.iter().any(|joined| runs_together(text, joined))
}

/// Whether words that follow each other make `joined`, or one of all words holds it.
fn runs_together(text: &[String], joined: &str) -> bool {
    let run = (0..text.len()).any(|start| {
        let mut rest = joined;
        text[start..].iter().any(|word| match rest.strip_prefix(word.as_str()) {
            Some("") => true,
            Some(after) => {
                rest = after;
                false
            }
            None => {
                rest = "\u{0}";
                false
            }
        })
    });
    run || joined.chars().count() >= MIN_INSIDE && text.concat().contains(joined)
}

/// What a text looks like, in small letters and without marks.
fn look(text: &str) -> String {
    let once: String = skeleton(text).flat_map(char::to_lowercase).collect();
    skeleton(&once).nfd().filter(|&character| !is_combining_mark(character)).collect()
}

/// As one writes where there is no å, ø or æ.
fn transliterated(name: &str) -> String {
    let composed: String = name.nfc().flat_map(char::to_lowercase).collect();
    composed
        .replace('å', "aa")
        .replace(['ø', 'ö'], "oe")
        .replace(['æ', 'ä'], "ae")
        .replace('ü', "ue")
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
