//! Searches bytes for traces of a person, in every encoding in which a sealed document could carry
//! one: text in any character set, behind any of the escapes of PDF, MIME, URL and XML, in hex,
//! base64 and compressed streams, one inside another.

mod decode;
mod tests;

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

/// How many decodings are tried one inside another: a base64 name in a compressed stream in a hex
/// string is three.
const DEPTH: usize = 3;

/// Shorter parts of a name are not searched alone: four letters turn up by chance in a few hundred
/// kilobytes of signatures read in every way.
const SHORTEST_PART: usize = 5;

/// What to search for: everything by which a person could be recognised, in small letters.
pub struct Person {
    traces: BTreeSet<String>,
}

/// A trace found.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trace {
    /// What was found.
    pub text: String,
    /// The decodings that led to it, outermost first, and the character set.
    pub way: String,
}

impl Person {
    /// A person known by these words: names, e-mail addresses, identifiers. Parts of names, the
    /// local part of an address, transliterations and identifiers without dashes follow from them.
    pub fn known_as(words: &[&str]) -> Self {
        let mut traces = BTreeSet::new();
        for word in words {
            let local_part = word.split('@').next().unwrap_or(word);
            let parts = word.split([' ', '-', '@']).chain([*word, local_part]);
            for part in parts.filter(|part| part.chars().count() >= SHORTEST_PART) {
                // A part of an address's domain says nothing about a person.
                if word.ends_with(&format!("@{part}")) {
                    continue;
                }
                traces.extend(spellings(part));
            }
            traces.extend(spellings(&word.replace(['-', ' '], "")));
        }
        Self { traces }
    }

    /// Every trace of the person in `bytes`.
    pub fn traces_in(&self, bytes: &[u8]) -> BTreeSet<Trace> {
        let mut found = BTreeSet::new();
        self.search(bytes, &mut Vec::new(), &mut found);
        found
    }

    fn search(&self, bytes: &[u8], way: &mut Vec<&'static str>, found: &mut BTreeSet<Trace>) {
        for (character_set, text) in decode::texts(bytes) {
            for trace in self.traces.iter().filter(|trace| text.contains(trace.as_str())) {
                let way = [way.as_slice(), &[character_set]].concat().join(" > ");
                found.insert(Trace { text: trace.clone(), way });
            }
        }
        if way.len() == DEPTH {
            return;
        }
        for (layer, inner) in decode::layers(bytes) {
            way.push(layer);
            self.search(&inner, way, found);
            way.pop();
        }
    }
}

/// A word in small letters as it may be spelt: composed, decomposed, without its Danish letters.
fn spellings(word: &str) -> Vec<String> {
    let small = word.to_lowercase();
    let composed: String = small.nfc().collect();
    let decomposed: String = small.nfd().collect();
    let replace = |pairs: [(char, &str); 3]| {
        pairs.iter().fold(composed.clone(), |word, (from, to)| word.replace(*from, to))
    };
    let written_out = replace([('æ', "ae"), ('ø', "oe"), ('å', "aa")]);
    let stripped = replace([('æ', "ae"), ('ø', "o"), ('å', "a")]);
    vec![composed, decomposed, written_out, stripped]
}
