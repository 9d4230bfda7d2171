//! Comparing distinguished names (RFC 5280 section 7.1): by what they say, not by how they say it.

use der::Tag;

use crate::asn1::{Element, tag};

/// The most attributes in a name that is compared by what it says; a longer one by its bytes.
const MAXIMUM_ATTRIBUTES: usize = 64;

/// The longest string that is prepared, in bytes; a longer one is compared by its bytes.
const MAXIMUM_STRING_LENGTH: usize = 4 * 1024;

/// A `Name` in a form in which two of the same name are equal: strings of every type prepared as
/// RFC 4518 has it (NFKC, case folded, insignificant spaces left out), other values by their bytes,
/// the attributes of a relative name in one order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ComparableName {
    relatives: Vec<Vec<u8>>,
    /// Something of it could only be compared by its bytes, and may say the same in others.
    is_exact: bool,
}

impl ComparableName {
    /// Reads a `Name` in DER. One that cannot be read is equal to the same bytes alone.
    pub(crate) fn read(name: &[u8]) -> Self {
        Self::read_name(name).unwrap_or_else(|_| {
            let relatives = vec![[&[0xff], name].concat()];
            Self { relatives, is_exact: false }
        })
    }

    /// The name with a RelativeDistinguishedName behind it, given by its contents.
    pub(crate) fn with_relative(&self, attributes: &[u8]) -> Self {
        let mut name = self.clone();
        let read = read_relative(attributes, &mut 0, &mut name.is_exact);
        name.relatives.push(read.unwrap_or_else(|_| {
            name.is_exact = false;
            [&[0xff], attributes].concat()
        }));
        name
    }

    /// Whether `other` stands at or below this name (RFC 5280 section 4.2.1.10).
    pub(crate) fn holds(&self, other: &Self) -> bool {
        other.relatives.starts_with(&self.relatives)
    }

    /// Whether the whole name is compared by what it says. Of one that is not, another that looks
    /// different here may be the same.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// Whether the name has no attribute.
    pub(crate) fn is_empty(&self) -> bool {
        self.relatives.is_empty()
    }

    fn read_name(name: &[u8]) -> der::Result<Self> {
        let (mut attributes, mut is_exact) = (0, true);
        let relatives = Element::parse(name, tag::SEQUENCE)?.elements()?;
        let relatives = relatives
            .map(|relative| {
                let relative = relative?;
                if relative.tag != tag::SET {
                    return Err(Tag::Set.value_error().into());
                }
                read_relative(relative.contents, &mut attributes, &mut is_exact)
            })
            .collect::<der::Result<_>>()?;
        Ok(Self { relatives, is_exact })
    }
}

/// Whether two names in DER are the same.
pub(crate) fn is_same_name(one: &[u8], other: &[u8]) -> bool {
    one == other || ComparableName::read(one) == ComparableName::read(other)
}

fn read_relative(
    contents: &[u8],
    attributes: &mut usize,
    is_exact: &mut bool,
) -> der::Result<Vec<u8>> {
    let mut prepared = Vec::new();
    for attribute in crate::asn1::Elements::der(contents)? {
        *attributes += 1;
        if *attributes > MAXIMUM_ATTRIBUTES {
            return Err(Tag::Sequence.length_error().into());
        }
        let attribute = attribute?;
        if attribute.tag != tag::SEQUENCE {
            return Err(Tag::Sequence.value_error().into());
        }
        let mut fields = attribute.elements()?;
        let oid = fields.expect(tag::OBJECT_IDENTIFIER)?.raw;
        let value = fields.any()?;
        fields.finish()?;
        let text = prepare(value);
        *is_exact &= text.is_some() || !is_string(value);
        prepared.push(match text {
            Some(text) => [oid, &[0], text.as_bytes()].concat(),
            None => [oid, value.raw].concat(),
        });
    }
    prepared.sort_unstable();
    // Each with its length before it, so that no two lists of attributes look the same.
    Ok(prepared
        .iter()
        .flat_map(|one| (one.len() as u32).to_be_bytes().into_iter().chain(one.iter().copied()))
        .collect())
}

/// A string by what it says; `None` for another value, which is compared by its bytes.
fn prepare(value: Element<'_>) -> Option<String> {
    let text = (value.contents.len() <= MAXIMUM_STRING_LENGTH).then(|| text(value)).flatten();
    prepare_text(&text?)
}

/// Whether the value is of one of the string types.
fn is_string(value: Element<'_>) -> bool {
    matches!(
        value.tag,
        tag::UTF8_STRING
            | tag::PRINTABLE_STRING
            | tag::IA5_STRING
            | tag::NUMERIC_STRING
            | tag::VISIBLE_STRING
            | tag::TELETEX_STRING
            | tag::BMP_STRING
            | tag::UNIVERSAL_STRING
    )
}

/// RFC 4518 section 2, with case folded; `None` for what it prohibits.
fn prepare_text(text: &str) -> Option<String> {
    let prepared = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        // Folding takes what is composed.
        let composed = stringprep::x520prep(text, false).ok()?;
        stringprep::x520prep(&composed, true).ok()?.into_owned()
    };
    // Section 2.6.1: spaces at the ends do not count, several inside count as one.
    Some(prepared.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What a value of one of the string types says (X.520 clause 6).
pub(super) fn text(value: Element<'_>) -> Option<String> {
    let contents = value.contents;
    match value.tag {
        tag::UTF8_STRING => String::from_utf8(contents.to_vec()).ok(),
        tag::PRINTABLE_STRING | tag::IA5_STRING | tag::NUMERIC_STRING | tag::VISIBLE_STRING
            if contents.is_ascii() =>
        {
            String::from_utf8(contents.to_vec()).ok()
        }
        // In practice Latin-1.
        tag::TELETEX_STRING => Some(contents.iter().map(|byte| char::from(*byte)).collect()),
        tag::BMP_STRING if contents.len().is_multiple_of(2) => {
            let units = contents.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<_, _>>().ok()
        }
        tag::UNIVERSAL_STRING if contents.len().is_multiple_of(4) => contents
            .chunks_exact(4)
            .map(|four| char::from_u32(u32::from_be_bytes([four[0], four[1], four[2], four[3]])))
            .collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Part;

    /// A name of relative names of attributes 2.5.4.n.
    fn name(relatives: &[&[(u8, u8, &[u8])]]) -> Vec<u8> {
        let attribute = |(number, tag, value): &(u8, u8, &[u8])| {
            let oid = Part::Element(tag::OBJECT_IDENTIFIER, &[Part::Raw(&[0x55, 4, *number])]);
            let value = Part::Element(*tag, &[Part::Raw(value)]).to_vec();
            Part::Element(tag::SEQUENCE, &[Part::Raw(&oid.to_vec()), Part::Raw(&value)]).to_vec()
        };
        let relative = |attributes: &&[(u8, u8, &[u8])]| {
            let attributes: Vec<u8> = attributes.iter().flat_map(attribute).collect();
            Part::Element(tag::SET, &[Part::Raw(&attributes)]).to_vec()
        };
        let relatives: Vec<u8> = relatives.iter().flat_map(relative).collect();
        Part::Element(tag::SEQUENCE, &[Part::Raw(&relatives)]).to_vec()
    }

    fn common_name(tag: u8, value: &[u8]) -> Vec<u8> {
        name(&[&[(6, tag::PRINTABLE_STRING, b"DK")], &[(3, tag, value)]])
    }

    #[test]
    fn a_name_is_the_same_in_every_type_of_string_case_and_number_of_spaces() {
        let utf_8 = common_name(tag::UTF8_STRING, "Ørsted  Møbler".as_bytes());
        let utf_16: Vec<u8> = " ØRSTED MØBLER".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let decomposed = "Ørsted Møbler\u{ad} ".as_bytes();
        let latin_1: Vec<u8> = "ørsted møbler".chars().map(|c| c as u8).collect();
        for (tag, value) in [
            (tag::BMP_STRING, &utf_16[..]),
            (tag::UTF8_STRING, decomposed),
            (tag::TELETEX_STRING, &latin_1),
        ] {
            assert!(is_same_name(&utf_8, &common_name(tag, value)), "{tag}");
        }
        let composed = common_name(tag::UTF8_STRING, "\u{c5}".as_bytes());
        assert!(is_same_name(&composed, &common_name(tag::UTF8_STRING, "a\u{30a}".as_bytes())));
        let printable = common_name(tag::PRINTABLE_STRING, b"Segl CA");
        assert!(is_same_name(&printable, &common_name(tag::IA5_STRING, b"SEGL CA")));
    }

    #[test]
    fn names_that_say_something_else_are_not_the_same() {
        let known = common_name(tag::UTF8_STRING, b"Segl CA");
        for other in [
            common_name(tag::UTF8_STRING, b"SeglCA"),
            common_name(tag::UTF8_STRING, b"Segl CA 2"),
            common_name(tag::OCTET_STRING, b"Segl CA"),
            name(&[&[(3, tag::UTF8_STRING, b"Segl CA")], &[(6, tag::PRINTABLE_STRING, b"DK")]]),
            name(&[&[(6, tag::PRINTABLE_STRING, b"DK"), (3, tag::UTF8_STRING, b"Segl CA")]]),
            name(&[&[(6, tag::PRINTABLE_STRING, b"DK")]]),
            name(&[&[(6, tag::PRINTABLE_STRING, b"DK")], &[(10, tag::UTF8_STRING, b"Segl CA")]]),
        ] {
            assert!(!is_same_name(&known, &other), "{other:02x?}");
        }
        // What RFC 4518 prohibits is compared by its bytes.
        let private = common_name(tag::UTF8_STRING, "\u{e000}A".as_bytes());
        assert!(is_same_name(&private, &private.clone()));
        assert!(!is_same_name(&private, &common_name(tag::UTF8_STRING, "\u{e000}a".as_bytes())));
    }

    #[test]
    fn the_attributes_of_one_relative_name_have_no_order() {
        let (one, other) =
            ((6, tag::PRINTABLE_STRING, &b"DK"[..]), (3, tag::UTF8_STRING, &b"A"[..]));
        assert!(is_same_name(&name(&[&[one, other]]), &name(&[&[other, one]])));
    }

    #[test]
    fn a_name_without_measure_is_compared_by_its_bytes() {
        let one: (u8, u8, &[u8]) = (3, tag::UTF8_STRING, b"a");
        let (many, upper) = ([one; 65], [(3, tag::UTF8_STRING, &b"A"[..]); 65]);
        assert!(is_same_name(&name(&[&many]), &name(&[&many])));
        assert!(!is_same_name(&name(&[&many]), &name(&[&upper])));
        let long = [b'a'; MAXIMUM_STRING_LENGTH + 1];
        let upper = long.map(|byte| byte.to_ascii_uppercase());
        let of = |text: &[u8]| common_name(tag::UTF8_STRING, text);
        assert!(!is_same_name(&of(&long), &of(&upper)));
    }
}
