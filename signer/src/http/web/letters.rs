//! Letters of names and texts that others wrote.

/// Whether a letter is seen where it stands: what turns the direction of writing, ends a line or has no
/// width would have people read something else than what stands there.
pub(super) fn is_plain(letter: char) -> bool {
    let deceives = matches!(
        letter,
        '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    );
    !letter.is_control() && !deceives
}
