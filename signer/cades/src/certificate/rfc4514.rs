//! Distinguished names as texts (RFC 4514), for clients that show or compare them so.

use std::fmt::Write;

use super::comparable_name::text;
use crate::asn1::{Element, Oid, tag};

/// The types with a short name (RFC 4514 section 3), by their object identifiers.
const SHORT_NAMES: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

/// The text of a `Name` in DER, as much of it as can be read: its last part first.
pub(super) fn text_of(name: &[u8]) -> String {
    let read = || {
        let mut parts = Vec::new();
        for part in Element::parse(name, tag::SEQUENCE)?.elements()? {
            let attributes = part?.elements()?.collect::<der::Result<Vec<_>>>()?;
            let attributes: Vec<String> = attributes.into_iter().filter_map(attribute).collect();
            parts.push(attributes.join("+"));
        }
        parts.reverse();
        Ok::<_, der::Error>(parts.join(","))
    };
    read().unwrap_or_default()
}

fn attribute(attribute: Element<'_>) -> Option<String> {
    let mut fields = attribute.elements().ok()?;
    let kind =
        Oid::from_contents(fields.expect(tag::OBJECT_IDENTIFIER).ok()?.contents)?.to_string();
    let value = fields.any().ok()?;
    let short = SHORT_NAMES.iter().find(|(oid, _)| *oid == kind).map(|(_, short)| *short);
    let readable = text(value).filter(|_| short.is_some());
    let value = readable.map_or_else(|| hexadecimal(value.raw), |text| escaped(&text));
    Some(format!("{}={value}", short.unwrap_or(&kind)))
}

/// Section 2.4: the value's own encoding, of a type without a short name.
fn hexadecimal(der: &[u8]) -> String {
    let mut text = String::from("#");
    for byte in der {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn escaped(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.chars().enumerate() {
        match character {
            '\0' => escaped.push_str("\\00"),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', character]),
            '#' if at == 0 => escaped.push_str("\\#"),
            ' ' if at == 0 || at == last => escaped.push_str("\\ "),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A name of one attribute a part, each a UTF8String.
    fn name(attributes: &[(&[u8], &str)]) -> Vec<u8> {
        use crate::asn1::Part;
        let parts: Vec<Vec<u8>> = attributes
            .iter()
            .map(|(oid, value)| {
                let fields = [
                    Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(oid)]),
                    Part::Element(0x0c, &[Part::Raw(value.as_bytes())]),
                ];
                Part::Element(0x31, &[Part::Element(tag::SEQUENCE, &fields)]).to_vec()
            })
            .collect();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&parts.concat())]).to_vec()
    }

    #[test]
    fn the_last_part_comes_first_and_what_has_a_meaning_is_escaped() {
        let name = name(&[
            (&[0x55, 4, 6], "DK"),
            (&[0x55, 4, 10], " Havnsted, \"Kommune\" "),
            (&[0x55, 4, 97], "N"),
            (&[0x55, 4, 3], "#Ærø"),
        ]);
        let expected = r##"CN=\#Ærø,2.5.4.97=#0c014e,O=\ Havnsted\, \"Kommune\"\ ,C=DK"##;
        assert_eq!(text_of(&name), expected);
    }

    #[test]
    fn what_is_no_name_has_no_text() {
        assert_eq!(text_of(&[0x30, 0x05, 0x01]), "");
    }
}
