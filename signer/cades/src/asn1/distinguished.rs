//! DER out of BER: what a signature over DER covers, whichever way it was sent.

use std::borrow::Cow;

use der::Tag;

use super::{Element, Part, tag};

/// The deepest nesting that is encoded again: the values that are signed nest a dozen deep.
const MAXIMUM_DEPTH: usize = 64;

/// The element in DER (X.690 clause 10 and 11.6): definite and shortest lengths, OCTET STRINGs in
/// one piece, and every SET in the order of its members' encodings. What is DER already is lent.
///
/// # Errors
/// When an element inside cannot be read, or they are nested more than 64 deep.
pub(crate) fn to_der<'a>(element: Element<'a>) -> der::Result<Cow<'a, [u8]>> {
    encode(element, 0)
}

/// Whether two elements have the same encoding in DER; elements that cannot be read have none.
pub(crate) fn is_same_der(one: Element<'_>, other: Element<'_>) -> bool {
    match (to_der(one), to_der(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

fn encode(element: Element<'_>, depth: usize) -> der::Result<Cow<'_, [u8]>> {
    if depth == MAXIMUM_DEPTH {
        return Err(Tag::Sequence.length_error().into());
    }
    if element.tag == tag::OCTET_STRING_IN_PIECES {
        let octets = element.octets()?;
        return Ok(Cow::Owned(Part::Element(tag::OCTET_STRING, &[Part::Raw(&octets)]).to_vec()));
    }
    let is_constructed = element.tag & 0x20 != 0;
    if !is_constructed {
        return Ok(with_contents(element, element.contents));
    }
    let mut members = Vec::new();
    for member in element.elements()? {
        members.push(encode(member?, depth + 1)?);
    }
    let mut is_same = members.iter().all(|member| matches!(member, Cow::Borrowed(_)));
    if element.tag == tag::SET && !members.is_sorted() {
        members.sort_unstable();
        is_same = false;
    }
    let contents = if is_same { Cow::Borrowed(element.contents) } else { members.concat().into() };
    Ok(match contents {
        Cow::Borrowed(contents) => with_contents(element, contents),
        Cow::Owned(contents) => {
            Cow::Owned(Part::Element(element.tag, &[Part::Raw(&contents)]).to_vec())
        }
    })
}

/// The element around its own contents: as it stands there if its length is the shortest.
fn with_contents<'a>(element: Element<'a>, contents: &[u8]) -> Cow<'a, [u8]> {
    let part = [Part::Raw(contents)];
    let part = Part::Element(element.tag, &part);
    if part.length() == element.raw.len() && element.raw.get(1) != Some(&0x80) {
        Cow::Borrowed(element.raw)
    } else {
        Cow::Owned(part.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Elements;

    fn encoded(ber: &[u8]) -> der::Result<Vec<u8>> {
        to_der(Elements::ber(ber)?.any()?).map(Cow::into_owned)
    }

    #[test]
    fn every_spelling_of_ber_becomes_the_one_of_der() {
        let der = [0x30, 10, 0x31, 6, 2, 1, 1, 2, 1, 2, 4, 0];
        for ber in [
            &der[..],
            &[0x30, 0x81, 10, 0x31, 6, 2, 1, 1, 2, 1, 2, 4, 0],
            &[
                0x30, 0x80, 0x31, 0x80, 2, 1, 2, 2, 0x82, 0, 1, 1, 0, 0, 0x24, 0x80, 4, 0, 0, 0, 0,
                0,
            ],
        ] {
            assert_eq!(encoded(ber).unwrap(), der, "{ber:02x?}");
        }
        let element = Elements::ber(&der).unwrap().any().unwrap();
        assert!(matches!(to_der(element), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn what_nests_too_deep_is_refused() {
        let nested = |depth: usize| {
            (0..depth)
                .fold(vec![5, 0], |inner, _| Part::Element(0x30, &[Part::Raw(&inner)]).to_vec())
        };
        assert!(encoded(&nested(MAXIMUM_DEPTH - 1)).is_ok());
        assert!(encoded(&nested(MAXIMUM_DEPTH)).is_err());
    }
}
