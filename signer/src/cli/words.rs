//! Arguments that are one of some words, the same as in the configuration and over HTTP.

use clap::builder::PossibleValuesParser;
use serde::{
    Deserialize,
    de::value::{Error as WordError, StrDeserializer},
};

/// Takes one of these words.
pub(super) fn words<const COUNT: usize>(words: [&'static str; COUNT]) -> PossibleValuesParser {
    PossibleValuesParser::new(words)
}

/// Reads a word as configuration and HTTP do.
///
/// # Errors
/// [`WordError`] for a word that they do not know.
pub(super) fn read<'a, T: Deserialize<'a>>(word: &'a str) -> Result<T, WordError> {
    T::deserialize(StrDeserializer::new(word))
}
