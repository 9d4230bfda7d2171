//! What a field's value says.

use lopdf::Object;

use crate::text::decode_text;

/// Field flag Password (ISO 32000-2 table 231).
const PASSWORD: i64 = 1 << 13;

/// Whether a value is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// The field is empty.
    Nothing,
    /// It was filled.
    Something,
    /// What stands there is no value of such a field, and explains nothing that is shown.
    NoValue,
}

/// What `value` says in a field of this kind (`/FT`) with these flags (`/Ff`): a text in a text field
/// that is no password, which nobody writes into a file (ISO 32000-2 clause 12.7.5.3 and table 231); a
/// text or several in a choice (12.7.5.4); a state that is on in a button (12.7.5.2). A text of which
/// nothing is seen is none.
pub(super) fn holds(kind: Option<&[u8]>, flags: i64, value: &Object) -> Holds {
    match (kind, value) {
        (_, Object::Null) => Holds::Nothing,
        (Some(b"Tx"), Object::String(text, _)) if flags & PASSWORD == 0 => of_text(text),
        (Some(b"Ch"), Object::String(text, _)) => of_text(text),
        (Some(b"Ch"), Object::Array(texts)) => {
            let mut held = Holds::Nothing;
            for text in texts {
                match text {
                    Object::String(text, _) if of_text(text) == Holds::Nothing => {}
                    Object::String(..) => held = Holds::Something,
                    _ => return Holds::NoValue,
                }
            }
            held
        }
        (Some(b"Btn"), Object::Name(state)) if state == b"Off" => Holds::Nothing,
        (Some(b"Btn"), Object::Name(_)) => Holds::Something,
        // Written by some programs into buttons that are off, and into lists that choose nothing.
        (_, Object::String(text, _)) if text.is_empty() => Holds::Nothing,
        _ => Holds::NoValue,
    }
}

fn of_text(text: &[u8]) -> Holds {
    let seen = |c: char| !c.is_whitespace() && !c.is_control() && !is_invisible(c);
    if decode_text(text).chars().any(seen) { Holds::Something } else { Holds::Nothing }
}

/// Characters that are no space and yet draw nothing (Unicode 15.0, general category Cf, as far as text
/// has them).
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use lopdf::StringFormat::Literal;

    use super::*;

    fn text(bytes: &[u8]) -> Object {
        Object::String(bytes.to_vec(), Literal)
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_fills_nothing() {
        for nothing in
            [&b""[..], b" ", b"\t\r\n", b"\xFE\xFF", b"\xFE\xFF\x00 \x20\x0B", b"\xEF\xBB\xBF"]
        {
            assert_eq!(holds(Some(b"Tx"), 0, &text(nothing)), Holds::Nothing, "{nothing:?}");
            assert_eq!(holds(Some(b"Ch"), 0, &Object::Array(vec![text(nothing)])), Holds::Nothing);
        }
        for something in [&b"1"[..], b" Karen ", b"\xFE\xFF\x00K"] {
            assert_eq!(holds(Some(b"Tx"), 0, &text(something)), Holds::Something, "{something:?}");
        }
    }

    #[test]
    fn only_what_a_field_of_the_kind_can_hold_is_a_value() {
        let names = [(&b"Off"[..], Holds::Nothing), (b"Yes", Holds::Something)];
        for (state, held) in names {
            assert_eq!(holds(Some(b"Btn"), 0, &Object::Name(state.to_vec())), held);
        }
        for (kind, flags, value) in [
            (Some(&b"Tx"[..]), 0, Object::Integer(5)),
            (Some(b"Tx"), 0, Object::Name(b"Yes".to_vec())),
            (Some(b"Tx"), 0, Object::Dictionary(lopdf::Dictionary::new())),
            (Some(b"Tx"), PASSWORD, text(b"secret")),
            (Some(b"Ch"), 0, Object::Array(vec![text(b"a"), Object::Integer(1)])),
            (Some(b"Btn"), 0, text(b"Yes")),
            (None, 0, text(b"a")),
        ] {
            assert_eq!(holds(kind, flags, &value), Holds::NoValue, "{kind:?} {value:?}");
        }
        assert_eq!(holds(None, 0, &Object::Null), Holds::Nothing);
        assert_eq!(holds(Some(b"Ch"), 0, &Object::Array(Vec::new())), Holds::Nothing);
    }
}
