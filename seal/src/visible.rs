//! What of a text is seen.

use unicode_normalization::char::is_combining_mark;

/// Whether a letter is seen where it stands: what turns the direction of writing, ends a line or is not shown
/// would have people read something else than what stands there.
pub fn is_plain(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter, '\u{2028}' | '\u{2029}')
        && !is_default_ignorable(letter)
        && !is_bidi_control(letter)
        && !is_noncharacter(letter)
}

/// Whether something stands in a text that nobody sees and that changes what they see: a control character, one
/// that embeds, overrides or isolates a direction of writing (UAX 9 section 2), a byte order mark.
pub fn has_hidden(text: &str) -> bool {
    let turns =
        |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().any(|c| c.is_control() || turns(c))
}

/// What a name that stands in addresses is made of, for whoever chose another.
pub const ADDRESS_NAME: &str =
    "a name of 1 to 64 of a-z, 0-9, -, _ and ., beginning with a letter or a digit";

/// Whether a name may stand in addresses: [`ADDRESS_NAME`].
pub fn is_address_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    (1..=64).contains(&name.len())
        && name.chars().all(allowed)
        && !name.starts_with(['-', '_', '.'])
}

/// Whether anything of a text is seen by itself.
pub(crate) fn is_visible(text: &str) -> bool {
    text.chars().any(|character| {
        !character.is_whitespace()
            && !character.is_control()
            && !is_default_ignorable(character)
            && !is_combining_mark(character)
            && !is_noncharacter(character)
            // BRAILLE PATTERN BLANK, which is no space to Unicode.
            && character != '\u{2800}'
    })
}

/// Default_Ignorable_Code_Point (Unicode 17, DerivedCoreProperties.txt): what is not shown.
pub(crate) fn is_default_ignorable(character: char) -> bool {
    matches!(
        u32::from(character),
        0xAD | 0x34F
            | 0x61C
            | 0x115F..=0x1160
            | 0x17B4..=0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0x3164
            | 0xFE00..=0xFE0F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFF8
            | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF
    )
}

/// Bidi_Control (Unicode 17, PropList.txt): what turns the direction of writing.
pub(crate) fn is_bidi_control(character: char) -> bool {
    matches!(
        character,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// Noncharacter_Code_Point (Unicode 17, PropList.txt).
fn is_noncharacter(character: char) -> bool {
    let number = u32::from(character);
    matches!(number, 0xFDD0..=0xFDEF) || number & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_ends_or_hides_is_no_plain_letter() {
        for letter in
            "\u{0}\n\u{AD}\u{61C}\u{200B}\u{202E}\u{2028}\u{2066}\u{FEFF}\u{FE0F}\u{E0041}".chars()
        {
            assert!(!is_plain(letter), "{letter:?}");
        }
        for letter in "aÆ 名-\u{301}".chars() {
            assert!(is_plain(letter), "{letter:?}");
        }
    }

    #[test]
    fn of_a_text_without_a_look_of_its_own_nothing_is_seen() {
        for unseen in [
            "",
            " \t",
            "\u{200B}",
            "\u{FDD0}",
            "\u{1FFFF}",
            "\u{301}",
            "\u{3164} \u{2800}",
            "\u{7F}",
        ] {
            assert!(!is_visible(unseen), "{unseen:?}");
        }
        for seen in ["Ø", "-", "名", "\u{200B}a", "न\u{94D}", "علی\u{200C}رضا"] {
            assert!(is_visible(seen), "{seen:?}");
        }
    }
}
